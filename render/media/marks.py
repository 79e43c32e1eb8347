"""Marks that say a file is synthetic: the AIGC field of its metadata and a signed C2PA manifest.

The order is encode, AIGC field (as the file is joined), C2PA; nothing may write the file after that.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

import av
import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from render.errors import MediaRefused, MissingSource
from render.media.join import UNDECODED
from render.media.written import written_whole

AIGC_FIELD: Final = "AIGC"
GENERATOR: Final = "Piying"
C2paState = Literal["valid", "invalid", "absent"]
Source = Literal["compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"]

_SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_MIME_TYPES: Final = {".mp4": "video/mp4", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".wav": "audio/wav"}
_DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_EMAIL_PROTECTION: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.4")
_AUTHORITY_DAYS: Final = 3_650
_SIGNER_DAYS: Final = 1_825


def aigc_metadata(producer: str, produce_id: str) -> dict[str, str]:
    """The one metadata field that GB 45438-2025 asks for: `Label` 1 (synthetic), who made it and under which number, as JSON.

    The content is produced and not yet passed on by us, so the propagator's fields are empty. For `join`'s `metadata`.
    """
    fields = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": produce_id,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return {AIGC_FIELD: json.dumps(fields, ensure_ascii=False, separators=(",", ":"))}


class Authority:
    """A certificate authority of this installation's own, and the signer it vouches for. Made in `folder` on first use.

    `authority.pem` and `signer.pem` hold a key and its certificates (mode 0600); `authority.crt` is what others may choose to trust.
    A signer that has run out is issued anew by the same authority.
    """

    def __init__(self, folder: Path, *, now: datetime | None = None) -> None:
        moment = now or datetime.now(UTC)
        if not (folder / "signer.pem").exists():
            _found(folder, moment)
        self.folder = folder
        self.certificate_pem: bytes = (folder / "authority.crt").read_bytes()
        self._signer = (folder / "signer.pem").read_bytes()
        if _certificates(self._signer)[0].not_valid_after_utc <= moment:
            self._signer = _issue(folder, moment)

    def signer(self) -> c2pa.Signer:
        """A signer for one file (ES256, no time stamp: nothing is asked of the network)."""
        key, chain = _split(self._signer)
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain, key, None))


@dataclass(frozen=True, slots=True)
class MarkReport:
    """What a file says about itself. `c2pa` is about the signature and the bytes it covers, whoever signed; `trusted` about whom."""

    aigc: dict[str, str] | None
    c2pa: C2paState
    trusted: bool = False
    title: str = ""
    digital_source_type: str = ""
    problems: tuple[str, ...] = ()
    """C2PA failure codes, such as `assertion.bmffHash.mismatch`; an unknown signer alone is none."""


def sign(source: Path, out: Path, authority: Authority, title: str, *, made_as: Source = "compositeWithTrainedAlgorithmicMedia") -> None:
    """Write `source` with a signed C2PA manifest to `out` (MP4, PNG, JPEG or WAV, by suffix). Nothing may touch the file afterwards.

    Raises MediaRefused(`format`) for what is no such file, MissingSource without one.
    """
    _expect(source)
    mime_type = _mime_type(source)
    with written_whole(out) as unfinished, source.open("rb") as reading, unfinished.open("w+b") as writing:
        try:
            with authority.signer() as signer, c2pa.Builder(_manifest(title, mime_type, made_as)) as builder:
                builder.sign(signer, mime_type, reading, writing)
        except c2pa.C2paError as error:
            raise MediaRefused("format", name=source.name) from error


def inspect(path: Path, authority: Authority | None = None) -> MarkReport:
    """Read both marks of a file; with `authority`, also whether it vouches for the signature. Raises MissingSource without a file."""
    _expect(path)
    aigc = _aigc(path) if path.suffix == ".mp4" else None
    with path.open("rb") as file:
        try:
            reader = c2pa.Reader.try_create(_mime_type(path), file, context=_context(authority))
        except c2pa.C2paError as error:
            return MarkReport(aigc, "invalid", problems=(str(error).split(":")[0],))
        return _report(aigc, reader)


def _expect(path: Path) -> None:
    if not path.is_file():
        raise MissingSource(what="file", name=path.name)


def _report(aigc: dict[str, str] | None, reader: c2pa.Reader | None) -> MarkReport:
    if reader is None:
        return MarkReport(aigc, "absent")
    with reader:
        state = reader.get_validation_state()
        manifest: dict[str, Any] = reader.get_active_manifest() or {}
        results: dict[str, Any] = reader.get_validation_results() or {}
    failures = results.get("activeManifest", {}).get("failure", [])
    return MarkReport(
        aigc,
        "valid" if state in {"Valid", "Trusted"} else "invalid",
        trusted=state == "Trusted",
        title=manifest.get("title", ""),
        digital_source_type=_digital_source_type(manifest),
        problems=tuple(failure["code"] for failure in failures if failure["code"] != "signingCredential.untrusted"),
    )


def _digital_source_type(manifest: dict[str, Any]) -> str:
    actions = (
        action
        for assertion in manifest.get("assertions", [])
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    )
    return next((action.get("digitalSourceType", "").rpartition("/")[2] for action in actions), "")


def _manifest(title: str, mime_type: str, made_as: Source) -> dict[str, Any]:
    created = {"action": "c2pa.created", "digitalSourceType": _SOURCE_TYPES + made_as, "softwareAgent": {"name": GENERATOR}}
    return {
        "claim_generator_info": [{"name": GENERATOR}],
        "title": title,
        "format": mime_type,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }


def _context(authority: Authority | None) -> c2pa.Context:
    trust = {} if authority is None else {"trust": {"trust_anchors": authority.certificate_pem.decode()}}
    return c2pa.Context.from_dict({"verify": {"verify_trust": True}, **trust})


def _mime_type(path: Path) -> str:
    try:
        return _MIME_TYPES[path.suffix.lower()]
    except KeyError as error:
        raise MediaRefused("format", name=path.name) from error


def _aigc(path: Path) -> dict[str, str] | None:
    try:
        with av.open(str(path), format="mp4", options=UNDECODED) as container:
            fields = json.loads(container.metadata.get(AIGC_FIELD, "null"))
    except (av.error.FFmpegError, ValueError):
        return None
    return fields if isinstance(fields, dict) else None


def _found(folder: Path, now: datetime) -> None:
    """Make the authority beside its place and move it there in one step; whoever comes second takes the first one's."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".authority-") as made:
        workplace = Path(made) / "authority"
        workplace.mkdir(mode=0o700)
        key, name = ec.generate_private_key(ec.SECP256R1()), _name(f"{GENERATOR} content authority")
        certificate = _certify(key, name, key, name, now, days=_AUTHORITY_DAYS, authority=True)
        _keep(workplace / "authority.pem", _pem(key, certificate), mode=0o600)
        _keep(workplace / "authority.crt", certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
        _issue(workplace, now)
        try:
            workplace.rename(folder)
        except OSError:
            if not (folder / "signer.pem").exists():
                raise  # else another process was first: its authority stands


def _issue(folder: Path, now: datetime) -> bytes:
    pem = (folder / "authority.pem").read_bytes()
    issuer, issuer_certificate = _key(pem), _certificates(pem)[0]
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certify(
        key, _name(f"{GENERATOR} content signer"), issuer, issuer_certificate.subject, now, days=_SIGNER_DAYS, authority=False
    )
    signer = _pem(key, certificate, issuer_certificate)
    _keep(folder / "signer.pem", signer, mode=0o600)
    return signer


def _certify(
    key: ec.EllipticCurvePrivateKey,
    name: x509.Name,
    issuer: ec.EllipticCurvePrivateKey,
    issuer_name: x509.Name,
    now: datetime,
    *,
    days: int,
    authority: bool,
) -> x509.Certificate:
    """A certificate as the C2PA specification (2.2, "Certificate profile") wants it: key use and purpose marked, both keys named."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(_key_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_EMAIL_PROTECTION, _DOCUMENT_SIGNING]), critical=True)
    return builder.sign(issuer, hashes.SHA256())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, GENERATOR), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> bytes:
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret + b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates)


def _split(pem: bytes) -> tuple[bytes, bytes]:
    """Key and certificates."""
    start = pem.index(b"-----BEGIN CERTIFICATE")
    return pem[:start], pem[start:]


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(_split(pem)[0], None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    return key


def _certificates(pem: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(_split(pem)[1])


def _keep(path: Path, content: bytes, *, mode: int) -> None:
    """Write whole, and never for a moment readable by others than `mode` says."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with written_whole(path) as unfinished, os.fdopen(os.open(unfinished, flags, mode), "wb") as file:
        file.write(content)
