"""Uploads into a bucket: a multipart upload whose parts all have one size, and a tail of what does not fill a part yet.

Part number k always holds the bytes from (k - 1) × PART_BYTES on, so two webs that were sent the same bytes write the same parts, whatever
the order, and nothing has to be locked. A tail says where it begins; one that the parts have overtaken counts no more.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from webapp.providers.storage.asking import PART_BYTES, Gone

if TYPE_CHECKING:
    from webapp.providers.storage.bucket import BucketStorage

READ_BYTES: Final = 2**20
BEGINS_AT: Final = "begins-at"


@dataclass(frozen=True, slots=True)
class Come:
    """What has come: a multipart upload's id and parts, and the tail's length; or the assembled object's size."""

    multipart: str = ""
    parts: tuple[dict[str, Any], ...] = ()
    tail_bytes: int = 0
    whole_bytes: int = 0

    @property
    def parts_bytes(self) -> int:
        """How many bytes the parts have."""
        return sum(part["Size"] for part in self.parts)

    @property
    def size(self) -> int:
        """How many bytes there are in all."""
        return self.whole_bytes or self.parts_bytes + self.tail_bytes


@dataclass(frozen=True, slots=True)
class BucketLanding:
    """Uploads as objects named after them."""

    storage: "BucketStorage"
    folder: Path

    def size(self, upload_id: str) -> int:
        """What the bucket has of it."""
        return self._come(upload_id).size

    def head(self, upload_id: str, length_bytes: int) -> bytes:
        """Only of one that has come whole: parts cannot be read."""
        self._assemble(upload_id)
        return self.storage.read(self.folder / upload_id, Range=f"bytes=0-{length_bytes - 1}")

    @contextmanager
    def receiving(self, upload_id: str, length_bytes: int) -> Iterator["BucketArriving"]:
        """Fill parts; what is left over becomes the tail."""
        come = self._come(upload_id)
        if not come.multipart:
            come = Come(self.storage.call("create_multipart_upload", Key=self._key(upload_id))["UploadId"])
        arriving = BucketArriving(
            self, upload_id, come, length_bytes, bytearray(self.storage.read(self._tail_path(upload_id)) if come.tail_bytes else b"")
        )
        try:
            yield arriving
        finally:
            arriving.put_tail()

    def settle(self, upload_id: str, place: Callable[[str], Path]) -> tuple[str, int]:
        """Assemble it, read it once for its digest, and copy it to its place inside the bucket."""
        self._assemble(upload_id)
        digest, size = self.storage.ask(lambda: self._digested(upload_id))
        self.storage.move(self.folder / upload_id, place(digest))
        return digest, size

    def remove(self, upload_id: str) -> None:
        """Abort the multipart upload, and remove whatever stands under the upload's name."""
        for multipart in self._multiparts(self._key(upload_id)):
            self._abort(multipart)
        self.storage.remove(self.folder / upload_id, self._tail_path(upload_id))

    def sweep(self, known: Collection[str], before: datetime) -> None:
        """Remove what no row knows."""
        for multipart in self._multiparts(f"{self.storage.place.key(self.folder)}/"):
            if Path(multipart["Key"]).name not in known and multipart["Initiated"] < before:
                self._abort(multipart)
        prefix = f"{self.storage.place.key(self.folder)}/"
        for left in self.storage.call("list_objects_v2", Prefix=prefix).get("Contents", ()):
            name = Path(left["Key"]).name
            if name.removesuffix(".tail") not in known and left["LastModified"] < before:
                self.storage.remove(self.folder / name)

    def put_part(self, upload_id: str, come: Come, body: bytes) -> Come:
        """Add a part; gives what has come then."""
        number = len(come.parts) + 1
        named = {"Key": self._key(upload_id), "UploadId": come.multipart, "PartNumber": number}
        tag = self.storage.call("upload_part", Body=body, **named)["ETag"]
        return Come(come.multipart, (*come.parts, {"PartNumber": number, "ETag": tag, "Size": len(body)}))

    def put_tail(self, upload_id: str, come: Come, body: bytes) -> None:
        """Put what follows the parts so far."""
        begins = {BEGINS_AT: str(come.parts_bytes)}
        self.storage.call("put_object", Key=self.storage.place.key(self._tail_path(upload_id)), Body=body, Metadata=begins)

    def _digested(self, upload_id: str) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        answer = self.storage.client.get_object(Bucket=self.storage.place.bucket, Key=self._key(upload_id))
        for piece in answer["Body"].iter_chunks(READ_BYTES):
            digest.update(piece)
            size += len(piece)
        return digest.hexdigest(), size

    def _come(self, upload_id: str) -> Come:
        multiparts = self._multiparts(self._key(upload_id))
        if not multiparts:
            return Come(whole_bytes=self._size_of(upload_id))
        multipart = str(multiparts[0]["UploadId"])
        try:
            parts = tuple(self._parts(upload_id, multipart))
        except Gone:  # assembled by another since we asked
            return Come(whole_bytes=self._size_of(upload_id))
        come = Come(multipart, parts)
        return Come(multipart, parts, self._tail_bytes(upload_id, come.parts_bytes))

    def _multiparts(self, prefix: str) -> list[dict[str, Any]]:
        """Those begun, in an order that every web agrees upon."""
        found = self.storage.call("list_multipart_uploads", Prefix=prefix).get("Uploads", ())
        return sorted(found, key=lambda multipart: (multipart["Initiated"], multipart["UploadId"]))

    def _parts(self, upload_id: str, multipart: str) -> Iterator[dict[str, Any]]:
        """The parts without a gap from the first on; only the last of a file may be short."""
        told = self.storage.call("list_parts", Key=self._key(upload_id), UploadId=multipart).get("Parts", ())
        for number, part in enumerate(told, start=1):
            if part["PartNumber"] != number:
                return
            yield {"PartNumber": number, "ETag": part["ETag"], "Size": part["Size"]}

    def _tail_bytes(self, upload_id: str, begins_at: int) -> int:
        try:
            tail = self.storage.call("head_object", Key=self.storage.place.key(self._tail_path(upload_id)))
        except Gone:
            return 0
        return int(tail["ContentLength"]) if tail["Metadata"].get(BEGINS_AT) == str(begins_at) else 0

    def _size_of(self, upload_id: str) -> int:
        try:
            return int(self.storage.call("head_object", Key=self._key(upload_id))["ContentLength"])
        except Gone:
            return 0

    def _assemble(self, upload_id: str) -> None:
        """Make one object of the parts, unless that is done."""
        come = self._come(upload_id)
        if not come.multipart:
            return
        parts = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in come.parts]
        self.storage.call("complete_multipart_upload", Key=self._key(upload_id), UploadId=come.multipart, MultipartUpload={"Parts": parts})
        self.storage.remove(self._tail_path(upload_id))

    def _abort(self, multipart: dict[str, Any]) -> None:
        self.storage.call("abort_multipart_upload", Key=multipart["Key"], UploadId=multipart["UploadId"])

    def _key(self, upload_id: str) -> str:
        return self.storage.place.key(self.folder / upload_id)

    def _tail_path(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.tail"


@dataclass(slots=True)
class BucketArriving:
    """An upload that grows: `held` is what follows its parts."""

    landing: BucketLanding
    upload_id: str
    come: Come
    length_bytes: int
    held: bytearray
    _tail_put: int = field(init=False)

    def __post_init__(self) -> None:
        """What the bucket already holds of the tail."""
        self._tail_put = len(self.held)

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return self.come.parts_bytes + len(self.held)

    def write(self, piece: bytes) -> None:
        """Add these; a part that is full goes into the bucket at once."""
        self.held += piece
        while len(self.held) >= PART_BYTES or (self.held and self.size == self.length_bytes):
            body = bytes(self.held[:PART_BYTES])
            self.come = self.landing.put_part(self.upload_id, self.come, body)
            del self.held[:PART_BYTES]
            self._tail_put = 0

    def put_tail(self) -> None:
        """Have the bucket hold what has come since."""
        if len(self.held) > self._tail_put:
            self.landing.put_tail(self.upload_id, self.come, bytes(self.held))
