"""The kinds of stream: what each is called, how its ids come about, and the chapters that hold its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

from events.envelope import Event
from events.governance import (
    body,
    check,
    code,
    crosscheck,
    decision,
    document,
    honour,
    national,
    officer,
    persons,
    policy,
    province,
    register,
    retention,
    round,  # noqa: A004 (the field's own word)
    round_awards,
    round_publicity,
    session,
    signal,
    source,
    standard,
    station,
    task,
    year,
    year_lapses,
    year_reports,
    year_work,
)
from events.unit import (
    application,
    checks,
    cultivation,
    evaluation,
    handover,
    honours,
    incentives,
    naming,
    practices,
    publicity,
    record,
    registration,
    revocation,
    self_evaluation,
    signals,
    standing_in,
    survey,
)
from events.words import Chapter

UNIT_CHAPTERS: Mapping[Chapter, ModuleType] = {
    Chapter.REGISTRATION: registration,
    Chapter.CULTIVATION: cultivation,
    Chapter.PRACTICES: practices,
    Chapter.SURVEY: survey,
    Chapter.SELF_EVALUATION: self_evaluation,
    Chapter.APPLICATION: application,
    Chapter.EVALUATION: evaluation,
    Chapter.PUBLICITY: publicity,
    Chapter.NAMING: naming,
    Chapter.INCENTIVES: incentives,
    Chapter.HONOURS: honours,
    Chapter.SIGNALS: signals,
    Chapter.CHECKS: checks,
    Chapter.REVOCATION: revocation,
    Chapter.STANDING_IN: standing_in,
    Chapter.HANDOVER: handover,
    Chapter.RECORD: record,
}


@dataclass(frozen=True, slots=True)
class StreamKind:
    """A kind of stream.

    `name` is the first part of its type names, `plural` the part of its routes. `keyed`: the id
    follows from a natural key (uuid5); else it is given by who begins the stream. `chapters` are
    the modules of its own events; what every kind has stands in `events/record.py`.
    """

    name: str
    plural: str
    zh: str
    en: str
    keyed: bool
    chapters: tuple[ModuleType, ...]


_ALL = (
    StreamKind("unit", "units", "单位", "unit", True, tuple(UNIT_CHAPTERS.values())),
    StreamKind("officer", "officers", "人员", "officer", False, (officer,)),
    StreamKind("source", "sources", "来源", "source", True, (source,)),
    StreamKind("policy", "policies", "政策", "policy", True, (policy,)),
    StreamKind("round", "rounds", "轮次", "round", False, (round, round_awards, round_publicity)),
    StreamKind("check", "checks", "抽查", "draw of checks", True, (check,)),
    StreamKind("signal", "parked-signals", "待匹配信号", "parked signal", True, (signal,)),
    StreamKind("body", "bodies", "机构", "body", True, (body,)),
    StreamKind("session", "review-sessions", "评审会", "review session", False, (session,)),
    StreamKind("document", "documents", "文件", "document", True, (document,)),
    StreamKind("code", "codes", "代码", "code", True, (code,)),
    StreamKind("register", "registers", "登记册", "register", True, (register, retention, persons)),
    StreamKind("province", "provinces", "省份", "province", True, (province,)),
    StreamKind("national", "national-files", "国家决定", "national file", True, (national,)),
    StreamKind("crosscheck", "cross-inspections", "交叉互检", "cross-inspection", False, (crosscheck,)),
    StreamKind("year", "years", "年度", "year", True, (year, year_work, year_lapses, year_reports)),
    StreamKind("task", "tasks", "任务", "task", True, (task,)),
    StreamKind("station", "stations", "公共服务站点", "station", True, (station,)),
    StreamKind("honour", "honours", "荣誉", "honour", False, (honour,)),
    StreamKind("standard", "standards-of-industries", "行业标准", "standard of an industry", True, (standard,)),
    StreamKind("decision", "declined-decisions", "未能入册的国家决定", "national decision declined", True, (decision,)),
)
KINDS: Mapping[str, StreamKind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind by its name, in the order in which the data dictionary tells of them."""


def events_of(module: ModuleType) -> list[type[Event]]:
    """The events a chapter defines, in the order of the file."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Event) and thing.__module__ == module.__name__
    ]
