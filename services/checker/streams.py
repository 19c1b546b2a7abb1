"""Every stream: its kind and id, its versions and moments, and that what an entry names is there (T-02, T-15, T-20).

Also codes, which are held once, and public codes, each of one unit.
"""

from __future__ import annotations

from services.checker.entries import DUTY_ORDERS, Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.state import RESTED, VOIDED, Officer, Register, Stream, Thing, Unit

KEYED = frozenset(
    (
        "unit",
        "source",
        "policy",
        "signal",
        "body",
        "check",
        "document",
        "code",
        "register",
        "province",
        "national",
        "year",
        "decision",
        "task",
        "station",
        "standard",
    )
)
"""Kinds whose ids follow from a key: uuid5 by the register; all others are uuid4 or uuid7 (T-20)."""

_STREAMS: dict[str, tuple[tuple[str, str], ...]] = {
    "unit.applied": (("round", "round"),),
    "unit.nominated": (("round", "round"),),
    "unit.reserve-listed": (("round", "round"),),
    "unit.commended": (("round", "round"),),
    "unit.cultivation-listed": (("round", "round"),),
    "unit.named": (("paper", "document"),),
    "unit.handed-over": (("paper", "document"),),
    "unit.received": (("paper", "document"),),
    "unit.naming-refused": (("paper", "document"),),
    "unit.consent-given": (("paper", "document"),),
    "unit.consent-refused": (("paper", "document"),),
    "unit.contact-assigned": (("officer", "officer"),),
    "unit.contact-released": (("officer", "officer"),),
    "unit.assessed-by-third-party": (("assessor", "officer"), ("body", "body")),
    "unit.house-opined": (("session", "session"),),
    "unit.evaluated": (("session", "session"),),
    "unit.reviewed": (("session", "session"),),
    "session.convened": (("body", "body"),),
    "session.held": (("minutes", "document"),),
    "body.assessor-contracted": (("paper", "document"), ("assessors", "officer")),
    "unit.report-sealed": (("body", "body"),),
    "unit.revocation-dropped": (("paper", "document"),),
    "unit.reconsideration-decided": (("paper", "document"),),
    "unit.term-extended": (("paper", "document"),),
    "unit.succeeded": (("paper", "document"),),
    "unit.title-carried-in": (("paper", "document"),),
    "officer.mandated": (("paper", "document"),),
    "register.hold-placed": (("document", "document"),),
    "register.person-requested": (("document", "document"),),
    "unit.member-joined": (("member", "unit"),),
    "unit.member-left": (("member", "unit"),),
    "unit.check-ordered": (("plan", "check"),),
    "body.established": (("unit", "unit"), ("paper", "document")),
    "body.member-appointed": (("officer", "officer"),),
    "body.meeting-held": (("present", "officer"), ("minutes", "document")),
    "task.assigned": (("officer", "officer"),),
    "station.planned": (("unit", "unit"),),
    "honour.proposed": (("round", "round"), ("unit", "unit")),
    "honour.publicised": (("paper", "document"),),
    "honour.reviewed": (("paper", "document"),),
    "honour.awarded": (("paper", "document"),),
    "standard.drafted": (("leader", "unit"),),
    "standard.piloted": (("units", "unit"),),
    "officer.appointed": (("paper", "document"),),
    "officer.interest-declared": (("unit", "unit"),),
    "register.recovered": (("auditor", "officer"),),
    "round.place-taken": (("unit", "unit"),),
    "round.award-place-taken": (("candidate", "honour"),),
    "round.list-publicised": (("units", "unit"),),
    "round.objection-raised": (("unit", "unit"),),
    "round.list-published": (("units", "unit"),),
    "round.unit-cultivated": (("unit", "unit"),),
    "round.candidates-ranked": (("candidates", "unit"),),
    "check.drawn": (("units", "unit"),),
    "signal.matched": (("unit", "unit"),),
    "unit.signal-recorded": (("parked", "signal"),),
    "document.confirmed": (("units", "unit"),),
}
"""Fields that name streams, by type: the field, and the kind that it names."""

_MUST_BE_OPEN = frozenset(("round", "document", "body", "session"))

_ENTRIES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "unit.evaluated": (("opinions", ("unit.house-opined",)),),
    "unit.reviewed": (("opinions", ("unit.house-opined",)),),
    "unit.named": (("opinions", ("unit.house-opined",)),),
    "unit.house-opined": (("objection_ref", ("unit.objection-raised",)),),
    "unit.objection-admitted": (("objection_ref", ("unit.objection-raised",)),),
    "unit.objection-joined": (("objection_ref", ("unit.objection-raised",)), ("to", ("unit.objection-raised",))),
    "unit.objection-set-aside": (("objection_ref", ("unit.objection-raised",)),),
    "unit.objection-resolved": (("objection_ref", ("unit.objection-raised",)),),
    "unit.rectification-reported": (("rectification_ref", ("unit.rectification-ordered",)),),
    "unit.rectification-concluded": (("rectification_ref", ("unit.rectification-ordered",)),),
    "unit.incentive-suspended": (("grant_ref", ("unit.incentive-granted",)),),
    "unit.incentive-resumed": (("grant_ref", ("unit.incentive-granted",)),),
    "unit.incentive-ended": (("grant_ref", ("unit.incentive-granted",)),),
    "unit.cultivation-concluded": (("plan", ("unit.cultivation-planned",)),),
    "unit.revoked": (
        ("opinions", ("unit.house-opined",)),
        ("consent_ref", ("unit.consent-given",)),
        ("incentives_ended", ("unit.incentive-granted",)),
    ),
    "round.objection-raised": (("same_as", ("round.objection-raised",)),),
    "round.objection-admitted": (("objection", ("round.objection-raised",)),),
    "round.objection-joined": (("objection", ("round.objection-raised",)), ("to", ("round.objection-raised",))),
    "round.objection-set-aside": (("objection", ("round.objection-raised",)),),
    "round.objection-resolved": (("objection", ("round.objection-raised",)),),
    "honour.objection-set-aside": (("objection", ("honour.objection-raised",)),),
    "honour.objection-resolved": (("objection", ("honour.objection-raised",)),),
    "officer.relieved": (("appointment", ("officer.appointed",)),),
    "officer.reinstated": (("suspension", ("officer.suspended",)),),
    "body.member-released": (("member", ("body.member-appointed",)),),
}
"""Fields that name earlier entries of the stream, and of which types these are."""

_EVIDENCE = (
    "unit.signal-recorded", "unit.signal-amended", "unit.signal-assessed", "unit.check-conducted",
    "unit.cross-inspected", "unit.verified", "unit.objection-resolved", "unit.rectification-concluded",
)  # fmt: skip
_FIRST = frozenset(
    (
        "unit.registered", "unit.received", "officer.registered", "source.registered", "policy.adopted", "round.opened",
        "check.planned", "signal.parked", "body.established", "session.convened", "document.recorded", "code.claimed",
        "register.opened", "province.joined", "national.decided", "crosscheck.planned", "year.criticised",
        "year.opened", "year.lapse-found", "task.assigned",
        "station.planned", "honour.proposed", "standard.drafted", "decision.declined",
    )
)  # fmt: skip
CLOSES = frozenset(
    (
        "round.closed",
        "source.closed",
        "body.dissolved",
        "session.cancelled",
        "document.withdrawn",
        "province.left",
        "station.closed",
    )
)
_UUID_DIGIT = 14
_AFTER_CLOSING = (
    ".deadline-missed", ".entry-voided", ".act-proposed", ".act-seconded", ".list-published", ".place-released",
    ".award-place-released", ".objection-raised", ".objection-admitted", ".objection-joined", ".objection-set-aside",
    ".objection-resolved", *(f".{name}" for name in DUTY_ORDERS),
)  # fmt: skip
"""What may still be recorded of what is closed: what it owes, a round's list with its publicity and what is objected to
it, and places that come free.
"""


def stream_of(r: Register, e: Entry) -> Stream:
    """The stream of the entry; a finding where it is of another kind, or its id is not of the kind's form."""
    found = r.streams.get(e.stream)
    if found is None:
        found = r.streams[e.stream] = _new(e)
        digit = e.stream[_UUID_DIGIT]
        if e.kind in KEYED:
            if digit != "5":
                r.finds("T-20", e, "由键得出的标识须为uuid5", "an id that follows from a key is a uuid5")
        elif digit not in "47":
            r.finds("T-20", e, "由人给出的标识须为uuid4或uuid7", "an id that is given is a uuid4 or uuid7")
        if e.version == 1 and e.type not in _FIRST and not e.type.endswith(".act-proposed"):
            r.finds("T-20", e, f"记录流不能始于{e.type}", f"a stream does not begin with {e.type}")
    elif found.kind != e.kind:
        r.finds("T-20", e, f"{found.kind}的记录流中出现{e.type}", f"{e.type} in a stream of kind {found.kind}")
    return found


def _new(e: Entry) -> Stream:
    if e.kind == "unit":
        return Unit(e.stream)
    if e.kind == "officer":
        return Officer(e.stream)
    return Thing(e.stream, e.kind)


def in_order(r: Register, s: Stream, e: Entry) -> None:
    """T-15: versions follow one another, moments run one way (the append itself parts those of one command)."""
    if e.version != s.version + 1:
        r.finds("T-15", e, f"第{s.version}版之后为第{e.version}版", f"version {e.version} after version {s.version}")
    if e.moment < s.moment or (e.moment == s.moment and e.position is not None):
        r.finds("T-15", e, "记录时刻不晚于前一条", "recorded no later than the entry before it in the stream")
    if e.position is not None:
        if e.position <= r.position:
            r.finds("T-15", e, f"位置{e.position}不在{r.position}之后", f"position {e.position} after {r.position}")
        if e.moment <= r.moment and e.moment > s.moment:
            r.finds("T-15", e, "记录时刻早于日志中前一条", "recorded no later than the entry before it in the log")
        r.position, r.moment = max(r.position, e.position), max(r.moment, e.moment)


def names_what_is(r: Register, s: Stream, e: Entry) -> None:
    """T-02: streams and entries that are named exist, are of their kind, and are open."""
    for field, kind in _STREAMS.get(e.type, ()):
        named = e.data.get(field)
        if named is not None:
            for one in named if isinstance(named, list) else (named,):
                _stream_is(r, e, one, kind)
    for field, types in _ENTRIES.get(e.type, ()):
        named = e.data.get(field)
        if named is not None:
            for version in named if isinstance(named, list) else (named,):
                _entry_is(r, s, e, version, types)
    if e.type == "unit.revocation-proposed":
        for ground in e.data["grounds"]:
            for version in ground["evidence"]:
                _entry_is(r, s, e, version, _EVIDENCE)


def _stream_is(r: Register, e: Entry, stream: str, kind: str) -> None:
    found = r.streams.get(stream)
    if found is None:
        if r.whole:
            r.finds("T-02", e, f"没有{kind} {stream}", f"there is no {kind} {stream}")
    elif found.kind != kind:
        r.finds("T-02", e, f"{stream}不是{kind}", f"{stream} is a {found.kind}, not a {kind}")
    elif isinstance(found, Thing) and found.closed and kind in _MUST_BE_OPEN:
        r.finds("T-02", e, f"{kind} {stream}已关闭", f"the {kind} {stream} is closed")
    elif kind == "document" and isinstance(found, Thing) and found.first and "confirmed_by" not in found.notes:
        r.finds("T-23", e, "文件未经确认即使用", "the paper was used before it was confirmed")


def _entry_is(r: Register, s: Stream, e: Entry, version: int, types: tuple[str, ...]) -> None:
    found = s.type_at(version)
    if found not in types:
        zh = f"第{version}号记录不是所需的记录"
        r.finds("T-02", e, zh, f"entry {version} is {found or 'none that stands'}, not {' or '.join(types)}")
        return
    s.flags[version - 1] |= RESTED


def voided(s: Stream, version: int) -> None:
    """From now on the entry counts no more."""
    s.flags[version - 1] |= VOIDED


# --- codes ------------------------------------------------------------------------------------------------------------


def _unit_registered(r: Register, u: Unit, e: Entry) -> None:
    """T-20: a public code is one unit."""
    said = e.data
    u.provisional = bool(said.get("provisional"))
    if e.version != 1:
        return
    before = r.codes.setdefault(f"unit {said['code']} {said['kind'] if said['kind'] != 'enterprise' else ''}", u.id)
    if before != u.id:
        r.finds("T-20", e, f"代码{said['code']}已属另一单位", f"the code {said['code']} is another unit's")
    u.unit_kind, u.sub_kind, u.code = said["kind"], said.get("sub_kind"), said["code"]
    u.place = said["place"]
    u.places = [(e.day, u.place)]
    u.ownership, u.headcount = said.get("ownership"), said.get("headcount")
    u.most = u.headcount
    u.claimed_by = e.actor["kind"]


def _in_the_province(r: Register, u: Unit, e: Entry) -> None:
    """T-20: a unit lies in the province of this register, in a place of it; a source may know no more than that."""
    place, own = e.data["place"], r.place
    at_large = place == own and e.actor["kind"] not in ("source", "system")
    if own.endswith("0000") and own != "000000" and (place[:2] != own[:2] or at_large):
        r.finds("T-20", e, f"单位所在地{place}不在本省", f"a unit of {place}, which is no place of this province")


def _details(r: Register, u: Unit, e: Entry) -> None:
    said = e.data
    if said.get("place") and said["place"] != u.place:
        u.place = said["place"]
        u.places.append((e.day, u.place))
    if said.get("ownership"):
        u.ownership, u.claimed_by = said["ownership"], e.actor["kind"]
    if said.get("headcount") is not None:
        u.headcount = said["headcount"]
        u.most = max(u.most or 0, said["headcount"])
    u.sub_kind = said.get("sub_kind") or u.sub_kind


def _moved_within(r: Register, u: Unit, e: Entry) -> None:
    """T-17, T-20: a unit moves within its province, to a county."""
    place = e.data.get("place")
    if place is not None and (place[:2] != u.place[:2] or place.endswith("0000")):
        r.finds("T-17", e, f"单位迁往{place}", f"the unit is moved to {place}, outside its province or to no county")


def _lies_in_it(r: Register, u: Unit, e: Entry) -> None:
    """T-17: a member lies within the place of what it is a member of."""
    member = r.streams.get(e.data["member"])
    if isinstance(member, Unit) and member.place and not within(member.place, u.place):
        r.finds("T-17", e, "成员单位不在所在地内", "the member lies elsewhere")


def _claimed(r: Register, s: Thing, e: Entry) -> None:
    """T-20: a code is held once."""
    if s.notes.get("holder") is not None:
        r.finds("T-20", e, f"代码{e.data['value']}已被占用", f"the code {e.data['value']} is held already")
    s.notes["holder"] = e.data["holder"]


def _released(r: Register, s: Thing, e: Entry) -> None:
    s.notes["holder"] = None


def closes(r: Register, s: Stream, e: Entry) -> None:
    """What is closed stays closed."""
    if isinstance(s, Thing):
        if not s.first and e.type in _FIRST:
            s.first = e.data
        if e.type in CLOSES:
            s.closed = True
        elif s.closed and not e.type.endswith(_AFTER_CLOSING) and s.kind != "province":
            r.finds("T-02", e, f"{s.kind}已关闭", f"the {s.kind} is closed")


ASKS: Rules = {
    **dict.fromkeys((*_STREAMS, *_ENTRIES, "unit.revocation-proposed"), (names_what_is,)),
    "unit.registered": (_in_the_province,),
    "unit.details-changed": (_moved_within,),
    "unit.member-joined": (names_what_is, _lies_in_it),
}
KEEPS: Rules = {
    "unit.registered": (_unit_registered,),
    "unit.details-changed": (_details,),
    "code.claimed": (_claimed,),
    "code.released": (_released,),
}
