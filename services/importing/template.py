"""The workbook that is filled in for an import: the columns, with lists to choose from, and a sheet that explains."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import xlsxwriter

from events.words import Word
from services.casework.pack import Pack
from services.importing.file import MOST_ROWS
from services.importing.ledger import COLUMNS

_LONGEST_LIST: Final = 255
"""Characters that a workbook takes in a list to choose from."""


def write_template(path: Path, pack: Pack) -> None:
    """Write the template for a register of this pack: every column as text, so that no code loses a digit."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, notes = book.add_worksheet("单位 units"), book.add_worksheet("说明 notes")
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        notes.set_column(0, 2, 40)
        notes.write_row(0, 0, ["列 column", "填写 what stands there", "可填 allowed"], bold)
        for number, column in enumerate(COLUMNS):
            allowed = _allowed(column.words)
            if column.name == "title":
                allowed = [title.zh for title in pack.titles.values()]
            sheet.set_column(number, number, 22, text)
            sheet.write_string(0, number, column.heading, bold)
            if allowed and len(",".join(allowed)) <= _LONGEST_LIST:
                rule = {"validate": "list", "source": allowed, "error_message": "请从列表中选择"}
                sheet.data_validation(1, number, MOST_ROWS, number, rule)
            needed = "（必填）" if column.required else ""
            notes.write_row(number + 1, 0, [column.heading, column.hint + needed, "、".join(allowed)])
        sheet.freeze_panes(1, 0)


def _allowed(words: type[Word] | None) -> list[str]:
    return [word.zh for word in words] if words is not None else []
