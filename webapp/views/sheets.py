"""Tables as files: CSV and XLSX, written row by row, so that a long list needs no more memory than a short one.

A cell that a spreadsheet would take for a formula is text with an apostrophe before it: lists hold what strangers typed.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any, Final, TypeAlias

import xlsxwriter
from flask_babel import LazyString

Value: TypeAlias = str | LazyString | int | Decimal | datetime | None
"""What a cell may hold; moments are written in UTC."""

MEDIA_TYPES: Final = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BYTE_ORDER_MARK: Final = "\ufeff"
MOMENT: Final = "%Y-%m-%d %H:%M:%S"
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CHUNK_BYTES: Final = 64 * 1024
CELL_LENGTH_MAX: Final = 32_767
WIDTH: Final = 22


def write_csv(labels: Sequence[str], lines: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a byte order mark, by which spreadsheets know it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([harmless(label) for label in labels])
    for line in lines:
        writer.writerow([_text(value) for value in line])
        if buffer.tell() >= CHUNK_BYTES:
            yield _taken(buffer)
    yield _taken(buffer)


def write_xlsx(labels: Sequence[str], lines: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A workbook with one sheet: numbers as numbers, moments as dates."""
    with tempfile.TemporaryFile() as file:
        _write_book(file, labels, lines)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def harmless(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _text(value: Value) -> str | int | Decimal:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(MOMENT)
    return value if isinstance(value, int | Decimal) else harmless(str(value or ""))


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _write_book(file: IO[bytes], labels: Sequence[str], lines: Iterable[Sequence[Value]]) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, len(labels) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for column, label in enumerate(labels):
            sheet.write_string(0, column, harmless(label), heading)
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                _write_cell(sheet, row, column, value)


def _write_cell(sheet: Any, row: int, column: int, value: Value) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None))
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, harmless(str(value or ""))[:CELL_LENGTH_MAX])
