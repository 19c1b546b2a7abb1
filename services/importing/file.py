"""A ledger as a file: XLSX or CSV, read into rows of text; what is not exactly that is refused with a sentence."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import python_calamine

from services.errors import ConcordError

MOST_BYTES: Final = 32 * 1024 * 1024
"""Longest file taken."""

MOST_UNPACKED: Final = 512 * 1024 * 1024
"""Longest content of a workbook, unpacked, in bytes."""

MOST_ROWS: Final = 100_000
MOST_CELLS: Final = 100
"""Columns of a row at most."""

LONGEST_CELL: Final = 4_000
MOST_RATIO: Final = 200
"""How much smaller a part of a workbook is packed, at most; what people type is some twenty times smaller."""

_CHUNK: Final = 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,9})"')
_EXACT: Final = 10**15
"""Whole numbers below this are exact in a cell that holds a number."""


@dataclass(eq=False)
class UnreadableFile(ConcordError):
    """The file is no ledger that can be taken over; nothing of it was."""

    told_zh: str
    told_en: str
    code = "unreadable-file"
    status = 422

    @property
    def zh(self) -> str:
        return self.told_zh

    def __str__(self) -> str:
        return f"{self.told_zh} / {self.told_en}"


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet of a file: its header, its rows with their numbers in the file, and the digest of its bytes."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    sha256: str


def read_table(path: Path) -> Table:
    """The table in a file, empty rows left out. Raises UnreadableFile."""
    if path.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 1024**2
        raise UnreadableFile(f"文件超过{most} MB，请分批导入", f"the file is longer than {most} MB; split it")
    data = path.read_bytes()
    cells = _of_workbook(data) if data.startswith(_ZIP) else _of_text(data)
    header: Sequence[str] | None = None
    rows: list[tuple[int, Sequence[str]]] = []
    for number, row in enumerate(cells, 1):
        texts = [text.strip() for text in row]
        if len(texts) > MOST_CELLS or any(len(text) > LONGEST_CELL for text in texts):
            raise UnreadableFile(f"第{number}行过长", f"row {number} is too long")
        if not any(texts):
            continue
        if header is None:
            header = texts
        elif len(rows) == MOST_ROWS:
            raise UnreadableFile(f"超过{MOST_ROWS}行，请分批导入", f"more than {MOST_ROWS} rows; split it")
        else:
            rows.append((number, texts))
    if header is None:
        raise UnreadableFile("文件是空的", "the file is empty")
    return Table(header, rows, sha256(data).hexdigest())


# --- workbooks --------------------------------------------------------------------------------------------------------


def _of_workbook(data: bytes) -> Iterator[Sequence[str]]:
    _look_into(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        # rows keep the numbers that they have in the sheet
        for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1):
            yield [_text(value, number) for value in row]
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise UnreadableFile("工作簿无法读取", f"the workbook cannot be read ({type(error).__name__})") from error


def _look_into(data: bytes) -> None:
    """Whether the archive is a workbook of plain values and of a bearable size. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile("不是XLSX工作簿", "this is no XLSX workbook")
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
                raise UnreadableFile("工作簿含有宏或程序", "the workbook holds macros or programs")
            told = sum(part.file_size for part in parts)
            if told > MOST_UNPACKED or any(_is_bomb(part) for part in parts):
                raise UnreadableFile("压缩包展开后过大，疑为压缩炸弹", "it unpacks to far more than a ledger holds")
            for part in parts:
                _look_at(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableFile(
            "文件已损坏或被加密", f"the file is damaged or encrypted ({type(error).__name__})"
        ) from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 16 * _CHUNK and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _look_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part, which checks its size and sum; of a sheet no formula is taken, and no cell so far out that the
    rows up to it would fill the memory. Raises UnreadableFile, BadZipFile.
    """
    sheet = part.filename.startswith("xl/worksheets/")
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if sheet:
                text = tail + chunk
                if _FORMULA.search(text):
                    zh, en = "工作表含有公式，请粘贴为数值后再导入", "the sheet holds formulas; paste them as values"
                    raise UnreadableFile(zh, en)
                if any(len(column) > 2 or int(row) > MOST_ROWS + 1 for column, row in _CELL.findall(text)):
                    raise UnreadableFile(
                        f"超过{MOST_ROWS}行或列数过多", f"more than {MOST_ROWS} rows, or too many columns"
                    )
                tail = text[-64:]


def _text(value: object, row: int) -> str:
    """A cell as text: days as YYYY-MM-DD, whole numbers without a point. Raises UnreadableFile."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        if abs(value) >= _EXACT:
            zh = f"第{row}行有以数字存放的长编号，末位已丢失，请设为文本格式后重新填写"
            raise UnreadableFile(
                zh, f"row {row} holds a long code as a number, whose last digits are lost; type it as text"
            )
        return str(int(value)) if value == int(value) else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# --- text -------------------------------------------------------------------------------------------------------------


def _of_text(data: bytes) -> Iterator[Sequence[str]]:
    text = _decoded(data)
    comma = max(",\t;", key=text.partition("\n")[0].count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True), 1):
            if any(cell.lstrip().startswith("=") for cell in row):
                raise UnreadableFile(f"第{number}行含有公式", f"row {number} holds a formula")
            yield row
    except csv.Error as error:
        raise UnreadableFile(f"CSV无法读取：{error}", f"the CSV cannot be read: {error}") from error


def _decoded(data: bytes) -> str:
    """The text, in UTF-8 or UTF-16 by its mark, else in UTF-8, else in GB 18030. Raises UnreadableFile."""
    if data.startswith(_OLD_EXCEL):
        raise UnreadableFile("旧版或加密的Excel文件，请另存为XLSX", "an old or encrypted Excel file; save it as XLSX")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(character < " " and character not in "\t\r\n" for character in text):
            return text
    raise UnreadableFile("不是XLSX或CSV文件", "this is neither XLSX nor CSV")
