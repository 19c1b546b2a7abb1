"""Rows written as CSV, XLSX or NDJSON, each with a manifest that says what they are and that none is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

import orjson
import xlsxwriter

from events.envelope import CHINA

MOST_ROWS: Final = 50_000
"""Rows of an export at most."""

_FORMULA: Final = "=+-@\t\r"
"""How a cell begins that spreadsheets take for a formula."""


class Format(StrEnum):
    """A form in which rows are written."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"

    @property
    def media_type(self) -> str:
        """As `Content-Type` says it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.NDJSON: "application/x-ndjson",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds: of which ledger, by which filter, on which day, up to which position, and how many rows.

    `sha256` is of the rows as NDJSON, whatever form they are written in: the same rows have the same digest.
    """

    ledger: str
    filter: Mapping[str, Any]
    day: date
    position: int
    as_of: str | None
    rows: int
    sha256: str

    @property
    def document(self) -> bytes:
        """As JSON, in ASCII where the filter is."""
        return orjson.dumps(asdict(self), default=str)


def ndjson(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A row a line, by the names of the columns."""
    return b"".join(orjson.dumps(row, default=str) + b"\n" for row in rows)


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of the rows as NDJSON."""
    return sha256(ndjson(rows)).hexdigest()


def written(
    form: Format,
    headings: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    words: Mapping[str, Mapping[str, str]],
    manifest: Manifest,
) -> bytes:
    """The rows in that form. NDJSON has them as the API does; the others have the headings and, in place of a code, its
    word. CSV begins with a byte-order mark, by which spreadsheets know its encoding, and no cell of it or of a
    workbook is a formula; a workbook has the manifest as its second sheet.
    """
    if form is Format.NDJSON:
        return ndjson(rows)
    table = [[_shown(value, words.get(name, {})) for name, value in row.items()] for row in rows]
    return _csv(headings, table) if form is Format.CSV else _xlsx(headings, table, manifest)


def _shown(value: Any, words: Mapping[str, str]) -> Any:
    """A value as a cell: a word by its label, a moment in China's time; numbers and days stay what they are."""
    if isinstance(value, str):
        return words.get(value, value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "是", False: "否"}[value]
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return value if isinstance(value, int | date) else str(value)


def _csv(headings: Sequence[str], table: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_guarded(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def _guarded(cell: Any) -> str:
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text[:1] in _FORMULA and text else text


def _xlsx(headings: Sequence[str], table: Sequence[Sequence[Any]], manifest: Manifest) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet, told = book.add_worksheet("台账 ledger"), book.add_worksheet("清单 manifest")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.set_column(0, len(headings), 18)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(table, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write_number(number, column, cell)
        told.set_column(0, 1, 40)
        for number, (name, value) in enumerate(orjson.loads(manifest.document).items()):
            told.write_string(number, 0, name, bold)
            told.write_string(number, 1, value if isinstance(value, str) else orjson.dumps(value).decode())
    return data.getvalue()
