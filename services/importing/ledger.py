"""What a row of a ledger tells: its columns, and the events that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import ValidationError

from events.envelope import Event
from events.fields import day_of
from events.places import PLACES, within
from events.unit.naming import UnitTitleCarriedIn
from events.unit.registration import UnitRegistered
from events.words import Ownership, SubKind, UnitKind, Word
from services.casework.document.state import document_stream
from services.casework.pack import Pack
from services.casework.unit.registration import unit_id
from services.errors import Problem
from services.importing.file import Table, UnreadableFile

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, its heading, and what stands in it; `words` are those that may stand there."""

    name: str
    zh: str
    en: str
    hint: str
    required: bool = False
    words: type[Word] | None = None

    @property
    def heading(self) -> str:
        """As it stands in the template."""
        return f"{self.zh} {self.en}"


COLUMNS: Final = (
    Column("code", "代码", "code", "企业填统一社会信用代码，其他单位填主管部门编号", required=True),
    Column("name", "名称", "name", "单位全称", required=True),
    Column("kind", "单位类型", "kind", "", required=True, words=UnitKind),
    Column("sub_kind", "类别", "sub-kind", "园区、街道（乡镇）填写", words=SubKind),
    Column("place", "所在地", "place", "行政区划代码（六位），或者名称", required=True),
    Column("ownership", "所有制", "ownership", "企业填写", words=Ownership),
    Column("industry", "行业", "industry", ""),
    Column("headcount", "职工人数", "employees", "整数"),
    Column("contact", "联系人", "contact", "姓名和电话，加密保存"),
    Column("title", "称号", "title", "已有称号的名称或者标识；没有则留空，后面各列也留空"),
    Column("term_from", "认定期自", "term from", "YYYY-MM-DD"),
    Column("term_until", "认定期至", "term until", "YYYY-MM-DD"),
    Column("issuer", "命名文件发文机关", "issuer of the paper", "与登记的文件一致"),
    Column("number", "命名文件文号", "number of the paper", "与登记的文件一致"),
    Column("plaque", "铭牌编号", "plaque", ""),
)
_OF_A_TITLE: Final = ("title", "term_from", "term_until", "issuer", "number")
_UNIT_FIELDS: Final = ("code", "name", "industry", "contact")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What a row holds: a unit, and a title of it if any."""

    row: int
    unit: UUID
    registered: UnitRegistered
    carried: UnitTitleCarriedIn | None


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be read, and why; the pointers of the problems name columns."""

    row: int
    problems: Sequence[Problem]


def rows_of(table: Table, pack: Pack) -> Iterator[LedgerRow | UnreadableRow]:
    """What each row holds, in the order of the table. Raises UnreadableFile where columns are missing or unknown."""
    names = _names(table.header)
    seen: dict[tuple[UUID, str | None], int] = {}
    for number, cells in table.rows:
        given = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        row = _Row(number, given, pack).read()
        if isinstance(row, LedgerRow):
            key = (row.unit, row.carried.title if row.carried is not None else None)
            first = seen.setdefault(key, number)
            if first != number:
                zh, en = f"与第{first}行重复", f"the same as row {first}"
                row = UnreadableRow(number, (Problem("code", zh, en),))
        yield row


def _names(header: Sequence[str]) -> list[str]:
    headings = {form: column.name for column in COLUMNS for form in (column.name, column.zh, column.heading)}
    unknown = [cell for cell in header if cell and cell not in headings]
    if unknown:
        raise UnreadableFile(f"不认识的列：{'、'.join(unknown[:5])}", f"unknown columns: {', '.join(unknown[:5])}")
    names = [headings.get(cell, "") for cell in header]
    missing = [column.zh for column in COLUMNS if column.required and column.name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if missing or twice:
        zh = f"缺少列：{'、'.join(missing)}" if missing else f"重复的列：{'、'.join(twice)}"
        raise UnreadableFile(
            zh, "columns are missing or stand twice (concord import --template makes a file to fill in)"
        )
    return names


class _Row:
    """One row while it is read: what it gives, and what is wrong with it."""

    def __init__(self, number: int, given: Mapping[str, str], pack: Pack) -> None:
        self.number, self.given, self.pack = number, given, pack
        self.problems: list[Problem] = []

    def read(self) -> LedgerRow | UnreadableRow:
        for column in COLUMNS:
            if column.required and column.name not in self.given:
                self._wrong(column.name, f"缺少{column.zh}", f"{column.en} is missing")
        fields = self._unit_fields()
        registered = None if self.problems else self._made(UnitRegistered, fields)
        carried = self._title()
        if registered is None or self.problems:
            return UnreadableRow(self.number, tuple(self.problems))
        return LedgerRow(self.number, unit_id(registered.code, registered.place), registered, carried)

    def _unit_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {name: self.given[name] for name in _UNIT_FIELDS if name in self.given}
        for column in COLUMNS:
            if column.words is not None and column.name in self.given:
                fields[column.name] = self._word(column, column.words)
        if "place" in self.given:
            fields["place"] = self._place(self.given["place"])
        if "headcount" in self.given:
            fields["headcount"] = self._count("headcount")
        return fields

    def _title(self) -> UnitTitleCarriedIn | None:
        if not any(name in self.given for name in (*_OF_A_TITLE, "plaque")):
            return None
        missing = [name for name in _OF_A_TITLE if name not in self.given]
        for name in missing:
            self._wrong(name, "有称号的行须填写此列", "a row with a title needs this")
        if missing:
            return None
        fields = {
            "title": self._title_id(self.given["title"]),
            "term_from": self._day("term_from"),
            "term_until": self._day("term_until"),
            "paper": document_stream(self.given["issuer"], self.given["number"]),
            "plaque": self.given.get("plaque"),
        }
        return None if self.problems else self._made(UnitTitleCarriedIn, fields)

    def _made(self, event: type[E], fields: Mapping[str, Any]) -> E | None:
        try:
            return event.model_validate(fields)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                self._wrong(str(one["loc"][0]) if one["loc"] else "", one["msg"], one["msg"])
            return None

    def _word(self, column: Column, words: type[Word]) -> Word | None:
        text = self.given[column.name]
        for word in words:
            if text in (word.value, word.zh, word.en):
                return word
        allowed = "、".join(word.zh for word in words)
        self._wrong(column.name, f"“{text}”不是{column.zh}，可填：{allowed}", f"{text!r} is no {column.en}")
        return None

    def _place(self, text: str) -> str:
        named = [code for code, place in PLACES.items() if place.zh == text and within(code, self.pack.place)]
        if text in PLACES or len(named) == 1:
            return text if text in PLACES else named[0]
        zh = f"有{len(named)}个“{text}”，请填代码" if named else f"没有“{text}”这一行政区划"
        self._wrong("place", zh, f"{text!r} is no place, or more than one; give its code")
        return ""

    def _title_id(self, text: str) -> str:
        for name, title in self.pack.titles.items():
            if text in (name, title.zh, title.en):
                return name
        allowed = "、".join(title.zh for title in self.pack.titles.values())
        self._wrong("title", f"没有“{text}”这一称号，可填：{allowed}", f"{text!r} is no title")
        return ""

    def _day(self, name: str) -> Any:
        try:
            return day_of(self.given[name].replace("/", "-"))
        except ValueError:
            self._wrong(name, "日期须为YYYY-MM-DD", "a day is written YYYY-MM-DD")
            return None

    def _count(self, name: str) -> int | None:
        text = self.given[name]
        if text.isascii() and text.isdigit() and len(text) <= 8:
            return int(text)
        self._wrong(name, "须为整数", "this is a whole number")
        return None

    def _wrong(self, column: str, zh: str, en: str) -> None:
        self.problems.append(Problem(column, zh, en))
