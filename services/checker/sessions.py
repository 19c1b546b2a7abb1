"""Review sessions: who spoke, on what, and who was present (A-20, I-04, T-02)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Thing, Unit


def _sits(body: Thing, officer: str, house: str | None, day: str) -> bool:
    """Whether somebody is a member of the body for the house on that day, as far as releases are told."""
    members = body.notes.get("members", {})
    return any(
        version in members and (who, of) == (officer, house) and since <= day and (until is None or day <= until)
        for version, (who, of, since, until) in body.notes.get("houses", {}).items()
    )


def _spoke(r: Register, s: Thing, e: Entry) -> None:
    """I-04: a house speaks by its member, on what is on the agenda, while the session is not over."""
    agenda = s.notes.get("agenda", set())
    if any((one["unit"], one["title"], one["matter"]) not in agenda for one in e.data["votes"]):
        r.finds("A-20", e, "就议题以外的事项发表意见", "an opinion on what is not on the agenda")
    if s.notes.get("held"):
        r.finds("A-20", e, "纪要形成后发表意见", "an opinion after the minutes")
    body = r.thing(s.first.get("body"), "body")
    if body is not None and not _sits(body, e.who, e.data.get("house"), e.day):
        r.finds("T-02", e, "发表意见者不是该机构当日成员", "who spoke is no member of the body on that day")
    s.notes.setdefault("spoke", set()).add(e.data.get("house"))


def _held(r: Register, s: Thing, e: Entry) -> None:
    """A-20: minutes need a quorum, those with a veto and all who spoke; T-02: who was present is a member."""
    pack = r.pack(e.day)
    present = {one["house"] for one in e.data["present"]}
    missing = (pack.veto | s.notes.get("spoke", set())) - present
    if missing or len(present) < pack.shares["least_opined"]:
        r.finds("A-20", e, "出席未达法定家数", "no quorum of houses was present")
    body = r.thing(s.first.get("body"), "body")
    for one in e.data["present"]:
        if body is not None and not _sits(body, one["officer"], one["house"], s.first["on"]):
            r.finds("T-02", e, "出席者不是该机构成员", "who was present is no member of the body")
    s.notes["held"] = True


def _agenda(r: Register, s: Thing, e: Entry) -> None:
    if s.notes.get("spoke"):
        r.finds("A-20", e, "发表意见后更改议题", "the agenda changed after a house had spoken")
    s.notes["agenda"] = {(one["unit"], one["title"], one["matter"]) for one in e.data["agenda"]}


def _of_this_application(r: Register, u: Unit, e: Entry) -> None:
    """A-20, T-01: a session that a decision names took this very application up, not one before it."""
    session, attempt = r.thing(e.data.get("session"), "session"), u.attempts.get(u.the_title(e))
    if session is None or not session.first or attempt is None:
        return
    case = (u.id, u.the_title(e), "application")
    if case not in session.notes.get("agenda", ()) or session.first["on"] < attempt.applied.day:
        zh, en = "评审会未审议本次申报", "the session did not take this application up"
        r.finds("A-20", e, zh, en)


ASKS: Rules = {
    "unit.evaluated": (_of_this_application,),
    "unit.reviewed": (_of_this_application,),
    "session.opinions-given": (_spoke,),
    "session.held": (_held,),
    "session.convened": (_agenda,),
    "session.agenda-set": (_agenda,),
}
