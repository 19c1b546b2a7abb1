"""A correction sets right the figures that an office typed in, old and new side by side, and nothing else (T-13)."""

from __future__ import annotations

from typing import Any

from services.checker.entries import Entry
from services.checker.pack import RANK
from services.checker.rules import Rules
from services.checker.state import RESTED, Register, Stream, Thing

_JUDGED = ("unit.house-opined", "unit.evaluated", "unit.reviewed", "unit.application-rejected")
_REPORT = ("unit.report-adopted", "unit.report-sealed", "unit.applied", "unit.application-amended")
_YEAR = ("year.bulletin-published", "year.ended", "year.report-filed")

_WEIGHED_BY: dict[str, tuple[str, ...]] = {
    "unit.self-evaluated": (*_REPORT, "unit.site-visited", "unit.cultivation-concluded", *_JUDGED),
    "unit.report-updated": (*_REPORT, "unit.site-visited", *_JUDGED),
    "unit.site-visited": _JUDGED,
    "unit.coordinator-appointed": (),
    "unit.coverage-stated": (),
    "round.quota-set": ("round.place-taken", "round.list-published"),
    "round.award-quota-set": ("round.award-place-taken",),
    "year.training-held": _YEAR,
    "year.service-held": _YEAR,
    "year.publicity-held": _YEAR,
    "year.funding-recorded": _YEAR,
    "year.units-counted": _YEAR,
    "body.meeting-held": (),
    "task.progressed": ("task.completed",),
}
"""What carries figures that an office types in, and the acts that take them into account."""

_OFFICE = 4
"""Makers below this class are offices."""


def corrected(r: Register, s: Stream, e: Entry) -> None:
    """T-13: by two of the office that typed it in, where nothing rests on it, as it stood; then it is as corrected."""
    version = e.data["version"]
    kind = s.type_at(version) if version < e.version else None
    if kind not in _WEIGHED_BY:
        r.finds("T-13", e, f"第{version}号记录没有可更正的数字", f"entry {version} has no figures to be corrected")
        return
    s.reopened_on = e.day
    _by_the_office(r, s, e, version)
    later = {s.type_at(one) for one in range(version + 1, e.version)}
    if s.flags[version - 1] & RESTED or not later.isdisjoint(_WEIGHED_BY[kind]):
        r.finds("T-13", e, f"后续记录以第{version}号记录为依据", f"something rests on the figures of entry {version}")
    known = s.typed.get(version)
    if known is None:
        return
    for figure in (*e.data["figures"], *(e.data.get("follows") or ())):
        if not _set(known.data, figure["field"].split("/")[1:], figure["was"], figure["now"]):
            zh, en = f"{figure['field']}原不是{figure['was']}", f"{figure['field']} was not {figure['was']}"
            r.finds("T-13", e, zh, en)
    if kind == "round.quota-set" and isinstance(s, Thing):
        s.notes["quotas"][known.data["place"], known.data["unit_kind"]] = known.data["places"]


def _by_the_office(r: Register, s: Stream, e: Entry, version: int) -> None:
    maker = s.flags[version - 1] & 7
    if maker >= _OFFICE:
        r.finds("T-13", e, "更正的不是机关录入的数字", "what is corrected was not typed in by an office")
        return
    office = (e.actor.get("level"), e.actor["place"])
    second = e.second or {}
    of_it = RANK.get(e.actor.get("level") or "", -1) == maker
    if not of_it or (e.second is not None and (second.get("level"), second.get("place")) != office):
        r.finds("T-13", e, "更正人不是录入机关的两人", "who corrects is not two of the office that typed it in")


def _set(data: Any, steps: list[str], was: int, now: int) -> bool:
    """Put a figure in place of the old one; whether the old one stood there."""
    try:
        for step in steps[:-1]:
            data = data[int(step)] if isinstance(data, list) else data[step]
        last = int(steps[-1]) if isinstance(data, list) else steps[-1]
        stood = bool(data[last] == was)
        data[last] = now
    except (KeyError, IndexError, TypeError, ValueError):
        return False
    return stood


def _typed(r: Register, s: Stream, e: Entry) -> None:
    s.typed[e.version] = e


def _weighed(r: Register, s: Stream, e: Entry) -> None:
    """What was taken into account is kept no longer."""
    for version, entry in list(s.typed.items()):
        if e.type in _WEIGHED_BY[entry.type]:
            del s.typed[version]


KEEPS: Rules = {
    **dict.fromkeys({later for types in _WEIGHED_BY.values() for later in types} - _WEIGHED_BY.keys(), (_weighed,)),
    **dict.fromkeys(_WEIGHED_BY, (_weighed, _typed)),
}
