"""Source systems: each reports in its own name, while it is in service, what is its to report (I-13, I-17)."""

from __future__ import annotations

from typing import Any

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.signals import sent
from services.checker.state import Register, Thing, Unit


def _named(r: Register, uri: str) -> Thing | None:
    """The source that is registered under a URI."""
    return r.thing(r.codes.get(f"source {uri}"), "source")


def _registered_keeps(r: Register, s: Thing, e: Entry) -> None:
    r.codes[f"source {e.data['uri']}"] = s.id


def _out_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["out"] = e.type != "source.resumed"


def _in_service(r: Register, e: Entry) -> None:
    """I-13: a source that is suspended or closed reports nothing."""
    source = r.thing(e.who, "source")
    if source is not None and source.notes.get("out"):
        r.finds("I-13", e, "来源已暂停或关闭，仍在报告", "the source that reports is suspended or closed")


def _changed(r: Register, u: Unit, e: Entry) -> None:
    _in_service(r, e)


def _recorded(r: Register, u: Unit, e: Entry) -> None:
    """I-13, I-17: what is recorded in a source's name it reported itself, or it was parked and then matched."""
    said, source = e.data, _named(r, e.data["source"])
    matched = said.get("parked")
    if matched is not None:
        _matched(r, u, e, matched)
    else:
        _in_service(r, e)
    if source is None:
        return
    if matched is None and e.actor["kind"] == "officer":
        r.finds("I-17", e, "以来源系统名义记录信号", "a signal is recorded in the name of a source")
    elif e.actor["kind"] == "source" and e.who != source.id:
        r.finds("I-13", e, "以另一来源的名义报告", "one source reports in the name of another")
    elif said["category"] not in source.first.get("categories", ()):
        r.finds("I-13", e, f"该来源不报告{said['category']}", f"the source does not report {said['category']}")
    elif u.place and not within(u.place, source.first["place"]):
        r.finds("I-13", e, "该来源不报告此地单位", "the source does not report on this place")


def _matched(r: Register, u: Unit, e: Entry, stream: str) -> None:
    """I-17: what is recorded of a match is what was parked, at the unit that it was matched to, once."""
    parked = r.thing(stream, "signal")
    if parked is None:
        return
    if parked.notes.get("unit") != u.id:
        r.finds("I-17", e, "该信号未匹配到本单位", "the parked signal is matched to no such unit")
        return
    said: dict[str, Any] = {"source": parked.first["source"]}
    was = sent(parked.first["message"]) or {}
    said |= {name: was[name] for name in _TOLD if was.get(name) is not None}
    differs = [name for name, value in said.items() if e.data.get(name) != value]
    if differs:
        r.finds("I-17", e, f"与来源所报不符：{'、'.join(differs)}", f"not what its source sent: {', '.join(differs)}")


_TOLD = ("external_id", "category", "occurred_on", "people", "amount_fen", "months")
"""What a match takes over as it was sent; the severity has a floor, and prose may be masked."""


def _matched_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["unit"] = e.data["unit"]


ASKS: Rules = {
    "unit.signal-recorded": (_recorded,),
    "unit.signal-amended": (_changed,),
    "unit.signal-withdrawn": (_changed,),
}
KEEPS: Rules = {
    "source.registered": (_registered_keeps,),
    "source.suspended": (_out_keeps,),
    "source.resumed": (_out_keeps,),
    "source.closed": (_out_keeps,),
    "signal.matched": (_matched_keeps,),
}
