"""The ledgers that offices keep (五(七), annex 10), as questions over the views: which there are, their columns, rows.

May import `events`, `projections`, `services.casework`.
Never keeps a table of its own: a ledger is a way to look at what the views hold already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from events.places import PLACES
from events.record import COMMON
from events.registry import EVENT_TYPES
from events.words import House, Level, ObligationKind, Ownership, Standing, Step, SubKind, UnitKind, Watch, Word
from projections.acts import queries as acts
from projections.acts.lines import Line
from projections.board import queries as board
from projections.board.rows import Row as Unit
from projections.deadlines import queries as deadlines
from projections.page import LIMIT, MOST, Connection, Page, Visible
from services.casework.pack import Pack
from services.errors import Malformed, Problem
from services.exports import MOST_ROWS, Format, Manifest, digest, written

Row = dict[str, Any]
"""A row of a ledger by the names of its columns."""

Said = Callable[[str, str, str], tuple[str, str]]
"""An event's type and its sentences in Chinese and English, to the sentences as somebody may read them."""


def as_it_stands(_: str, zh: str, en: str) -> tuple[str, str]:
    """The sentences of an event for everybody who may read all."""
    return zh, en


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger; `words` are those that stand in it, with what people call them."""

    name: str
    zh: str
    en: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows of a ledger; what is None does not matter. `place` means it and all below, `since` and `until` are
    days, both included, of recording. `seen`: what the caller may read.
    """

    place: str | None = None
    title: str | None = None
    kind: str | None = None
    house: str | None = None
    level: str | None = None
    since: date | None = None
    until: date | None = None
    seen: Visible | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger: the view that it looks at, the filters that mean something there, and its columns.

    `types` are the events that stand in it, where its rows are acts.
    """

    name: str
    zh: str
    en: str
    clause: str
    view: str
    filters: frozenset[str]
    columns: tuple[Column, ...]
    types: tuple[str, ...] = ()


def _called(*words: type[Word]) -> Mapping[str, str]:
    return {word.value: word.zh for group in words for word in group}


_PLACES: Final = {code: place.zh for code, place in PLACES.items()}
_PLACE: Final = Column("place", "地区", "place", _PLACES)
_NAME, _CODE = Column("name", "单位", "unit"), Column("code", "代码", "code")
_TITLE: Final = Column("title", "称号", "title")
_UNIT_ID: Final = Column("unit", "标识", "id")

_OF_ACTS: Final = (
    Column("label", "名称", "name"),
    _PLACE,
    Column("type", "事项", "act", {name: event.about.zh for name, event in EVENT_TYPES.items()}),
    _TITLE,
    Column("effective_on", "生效日期", "effective on"),
    Column("zh", "内容", "what, in Chinese"),
    Column("en", "内容（英文）", "what"),
    Column("post", "经办岗位", "post"),
    Column("house", "成员单位", "house", _called(House)),
    Column("level", "层级", "level", _called(Level)),
    Column("rule", "规则", "rule"),
    Column("clause", "条款", "clause"),
    Column("document_number", "文号", "number of the paper"),
    Column("recorded_at", "记录时间", "recorded at"),
    Column("voided_by", "冲正版本", "voided by"),
    Column("stream", "标识", "id"),
    Column("version", "版本", "version"),
    Column("position", "序号", "position"),
)
_OF_UNITS: Final = (
    _CODE,
    _NAME,
    Column("kind", "单位类型", "kind", _called(UnitKind)),
    Column("sub_kind", "类别", "sub-kind", _called(SubKind)),
    _PLACE,
    Column("ownership", "所有制", "ownership", _called(Ownership)),
    Column("headcount", "职工人数", "employees"),
    Column("standing", "称号状态", "standing", _called(Standing)),
    _TITLE,
    Column("term_end", "认定期至", "term ends on"),
    Column("step", "办理环节", "step", _called(Step)),
    Column("watch", "关注状态", "watch", _called(Watch)),
    Column("open_signals", "未结信号", "open signals"),
    Column("next_kind", "下一义务", "next duty", _called(ObligationKind)),
    Column("next_due", "期限", "due"),
    Column("last_zh", "最近事项", "last, in Chinese"),
    Column("last_en", "最近事项（英文）", "last"),
    _UNIT_ID,
    Column("version", "版本", "version"),
)
_OF_TITLES: Final = (
    _CODE,
    _NAME,
    _PLACE,
    _TITLE,
    Column("term_from", "认定期自", "from"),
    Column("term_until", "认定期至", "until"),
    Column("carried_in", "启用前命名", "named before the register"),
    _UNIT_ID,
)
_STATES: Final = {"open": "在办", "suspended": "中止", "missed": "逾期", "met": "已履行", "released": "免除"}
_OF_DUTIES: Final = (
    Column("label", "名称", "name"),
    _PLACE,
    Column("kind", "义务", "duty", _called(ObligationKind)),
    Column("holder", "责任方", "holder"),
    Column("since", "起算", "since"),
    Column("due", "期限", "due"),
    Column("state", "状态", "state", _STATES),
    Column("late", "迟延", "late"),
    Column("met_on", "履行日期", "met on"),
    Column("missed_on", "逾期日期", "missed on"),
    Column("clause", "条款", "clause"),
    Column("stream", "标识", "id"),
)  # fmt: skip

_COMMON: Final = frozenset(event.about.type for made in COMMON.values() for event in made.all)


def _types(*beginnings: str) -> tuple[str, ...]:
    """The types of events whose names begin so, without those that every kind of stream has."""
    found = tuple(name for name in EVENT_TYPES if name.startswith(beginnings) and name not in _COMMON)
    missing = [one for one in beginnings if not any(name.startswith(one) for name in found)]
    if missing:
        raise ValueError(f"no event begins with {missing}")
    return found


_ACT_FILTERS: Final = frozenset({"place", "title", "house", "level", "since", "until"})


def _of_acts(name: str, zh: str, en: str, *beginnings: str) -> Ledger:
    return Ledger(name, zh, en, "五(七)", "acts", _ACT_FILTERS, _OF_ACTS, _types(*beginnings))


_ALL: Final = (
    _of_acts("applications", "申报台账", "Applications", "unit.applied", "unit.application-", "unit.nominated"),
    _of_acts(
        "filings", "备案台账", "Filings",
        "unit.registered", "unit.details-", "unit.member-", "unit.closed",
        "unit.received", "unit.handed-over", "unit.coordinator-", "unit.contact-",
        "unit.practices-", "unit.coverage-",
        "body.", "year.", "round.",
    ),
    _of_acts(
        "files", "资料建档台账", "Files",
        "unit.survey-", "unit.self-evaluated", "unit.report-", "unit.cultivation-planned",
        "unit.cultivation-concluded", "unit.followed-up", "unit.plaque-",
        "document.",
    ),
    _of_acts(
        "evaluations", "评价评审台账", "Evaluations and reviews",
        "unit.site-visited", "unit.assessed-by-", "unit.house-opined", "unit.evaluated", "unit.reviewed",
        "unit.publicity-", "unit.objection-", "session.",
    ),
    _of_acts(
        "adjustments", "动态调整台账", "Adjustments",
        "unit.named", "unit.naming-refused", "unit.title-", "unit.term-", "unit.reserve-", "unit.cultivation-listed",
        "unit.succeeded", "unit.verified", "unit.rectification-", "unit.hearing-", "unit.notice-", "unit.statement-",
        "unit.revo", "unit.consent-", "unit.reconsideration-", "unit.plaque-recovered",
    ),
    _of_acts("checks", "检查台账", "Checks", "unit.check-", "unit.cross-inspected", "unit.signal-assessed", "check."),
    _of_acts(
        "incentives", "激励台账", "Incentives",
        "unit.incentive-", "unit.commended", "unit.recommended-", "unit.honour-",
    ),
    Ledger("board", "看板", "Board", "五(七)", "board", frozenset({"place", "title", "kind"}), _OF_UNITS),
    Ledger("roll", "名录", "Roll", "五(六)", "board", frozenset({"place", "title", "kind"}), _OF_TITLES),
    Ledger("duties", "义务台账", "Duties", "五(七)", "deadlines", frozenset({"place"}), _OF_DUTIES),
)  # fmt: skip
LEDGERS: Final[Mapping[str, Ledger]] = MappingProxyType({ledger.name: ledger for ledger in _ALL})
"""Every ledger by its name."""


async def page(
    conn: Connection, ledger: Ledger, wanted: Filter, today: date, after: str | None = None, limit: int = LIMIT,
    said: Said = as_it_stands,
) -> Page[Row]:  # fmt: skip
    """Rows of a ledger from the cursor on: acts the newest first, units by name, duties by the day they are due on.

    `said`: the sentences of an event as the caller may read them. A page of the roll has a row for each title of its
    units. Raises Malformed for a cursor that is none.
    """
    if ledger.view == "acts":
        by = acts.Filter(
            types=ledger.types, place=wanted.place, title=wanted.title, house=wanted.house, level=wanted.level,
            since=wanted.since, until=wanted.until, seen=wanted.seen,
        )  # fmt: skip
        lines = await acts.acts(conn, by, after, limit)
        return Page([_row(ledger, _said(line, said)) for line in lines.rows], lines.next)
    if ledger.view == "deadlines":
        duties = deadlines.Filter(place=wanted.place, states=tuple(_STATES), seen=wanted.seen)
        owed = await deadlines.due(conn, duties, today, after, limit)
        return Page([_row(ledger, row._asdict()) for row in owed.rows], owed.next)
    asked = board.Filter(place=wanted.place, title=wanted.title, kind=wanted.kind, seen=wanted.seen)
    if ledger.name == "roll":
        held = await board.units(conn, replace(asked, standing=Standing.HELD.value, closed=False), today, after, limit)
        return Page([row for unit in held.rows for row in _titles(ledger, unit, wanted.title)], held.next)
    units = await board.units(conn, asked, today, after, limit)
    return Page([_row(ledger, _last_said(unit, said)) for unit in units.rows], units.next)


async def whole(conn: Connection, ledger: Ledger, wanted: Filter, today: date, said: Said = as_it_stands) -> list[Row]:
    """All rows of a ledger, within one snapshot. Raises Malformed where they are more than an export holds."""
    rows: list[Row] = []
    after: str | None = None
    while len(rows) <= MOST_ROWS:
        found = await page(conn, ledger, wanted, today, after, MOST, said)
        rows += found.rows
        after = found.next
        if after is None:
            return rows
    zh, en = f"超过{MOST_ROWS}行，请缩小范围", f"more than {MOST_ROWS} rows: ask for a smaller place or fewer days"
    raise Malformed([Problem("?place", zh, en)])


def exported(
    ledger: Ledger, form: Format, rows: Sequence[Row], pack: Pack, by: Mapping[str, Any], day: date, position: int,
    as_of: str | None,
) -> tuple[Manifest, bytes]:  # fmt: skip
    """All rows of a ledger in a form, with the manifest; `by` is the filter that they were asked for by."""
    manifest = Manifest(ledger.name, by, day, position, as_of, len(rows), digest(rows))
    titles = {name: title.zh for name, title in pack.titles.items()}
    words = {column.name: titles if column.name == "title" else column.words for column in ledger.columns}
    headings = [f"{column.zh} {column.en}" for column in ledger.columns]
    return manifest, written(form, headings, rows, words, manifest)


def _said(line: Line, said: Said) -> dict[str, Any]:
    zh, en = said(line.type, line.zh, line.en)
    return line._replace(zh=zh, en=en)._asdict()


def _last_said(unit: Unit, said: Said) -> dict[str, Any]:
    zh, en = said(unit.last_type, unit.last_zh, unit.last_en)
    return unit._replace(last_zh=zh, last_en=en)._asdict()


def _row(ledger: Ledger, values: Mapping[str, Any]) -> Row:
    return {column.name: values[column.name] for column in ledger.columns}


def _titles(ledger: Ledger, unit: Unit, title: str | None) -> Iterator[Row]:
    for name, held in unit.titles.items():
        if held["standing"] == Standing.HELD.value and title in (None, name):
            yield _row(ledger, {**unit._asdict(), **held, "title": name})
