"""Who is named for an office: members of bodies, holders of tasks, contacts; whether a meeting was enough (T-02)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.state import Register, Thing, Unit


def _holds(r: Register, e: Entry, who: str, day: str, place: str, house: str | None) -> None:
    """T-02: who is named holds, on that day, a post that covers the place; of that house where it is about one."""
    officer = r.officer(who)
    if officer is None:
        if r.whole:
            r.finds("T-02", e, f"{who}未登记", f"{who} is not in the register")
        return
    fits = (
        post.holds(day) and within(place, post.place) and house in (None, post.house) for post in officer.posts.values()
    )
    if officer.suspended_on(day) or not any(fits):
        zh = f"所指人员于{day}在该地不担任{house or '任何'}职务"
        r.finds("T-02", e, zh, f"who is named held no post{f' of {house}' if house else ''} there on {day}")


def _seat(r: Register, s: Thing, e: Entry) -> None:
    """T-02: a member for a house holds a post of that house which covers the body's place."""
    _holds(r, e, e.data["officer"], max(e.data["from"], e.day), s.first.get("place", ""), e.data["house"])


def _task(r: Register, s: Thing, e: Entry) -> None:
    """T-02: whoever a task is given to holds a post of that house there; it may be given to the house alone."""
    if e.data.get("officer") is not None:
        _holds(r, e, e.data["officer"], e.day, e.data["place"], e.data["house"])


def _assessors(r: Register, s: Thing, e: Entry) -> None:
    """T-02: who assesses under a contract holds the role of an assessor."""
    for who in e.data.get("assessors") or ():
        officer = r.officer(who)
        posts = officer.posts.values() if officer is not None else ()
        if officer is not None and not any("assessor" in post.roles and post.holds(e.day) for post in posts):
            r.finds("T-02", e, f"{who}不担任第三方评估", f"{who} is no third-party assessor")


def _contact(r: Register, u: Unit, e: Entry) -> None:
    """T-02: the contact holds a post that covers the unit's place; T-05: it begins within the pack's days."""
    if e.data["from"] > r.pack(e.day).after(e.day, "contact"):
        r.finds("T-05", e, f"定点联系自{e.data['from']}起，过迟", f"a contact from {e.data['from']} on")
    _holds(r, e, e.data["officer"], max(e.data["from"], e.day), u.place, None)


# --- meetings ---------------------------------------------------------------------------------------------------------


def _met(r: Register, s: Thing, e: Entry) -> None:
    """A-36: those present were members that day, and enough of them; what was decided had most of their votes."""
    day, present = e.data["on"], e.data["present"]
    houses: dict[int, tuple[str, str, str, str | None]] = s.notes.get("houses", {})
    serving = {who for who, _, since, until in houses.values() if since <= day and (until is None or day <= until)}
    if len(set(present)) < len(present) or not serving.issuperset(present):
        r.finds("A-36", e, "到会者不是当日成员或者重复", "somebody present was no member that day, or is named twice")
    enough = len(serving.intersection(present)) > r.pack(e.day).meeting_share * len(serving)
    if e.data.get("members") != len(serving) or e.data.get("quorum") is not enough:
        zh = f"成员{len(serving)}人，到会{len(present)}人，所记法定人数不符"
        r.finds("A-36", e, zh, f"{len(present)} of {len(serving)} members: the quorum is recorded wrongly")
    used: set[str] = s.notes.setdefault("minutes", set())
    minutes = e.data.get("minutes", "")
    if minutes in used:
        r.finds("A-36", e, "纪要已用于另一次会议", "the minutes are those of another meeting")
    used.update((minutes,) if minutes else ())
    for one in e.data.get("decisions") or ():
        votes = one["in_favour"] + one["against"] + one["abstained"]
        if not enough or votes != len(present) or 2 * one["in_favour"] <= votes:
            r.finds("A-36", e, "决定无法定人数或者未过半数", "what was decided had no quorum, or no majority")


def _released(r: Register, s: Thing, e: Entry) -> None:
    """I-21: nobody is released from a day before: no quorum is made by it."""
    if e.data["on"] < e.day:
        r.finds("I-21", e, "成员免去追溯", f"a member released from {e.data['on']}, before the recording")


def _left(r: Register, s: Thing, e: Entry) -> None:
    """Until the day of the release a member is one."""
    houses: dict[int, tuple[str, str, str, str | None]] = s.notes.get("houses", {})
    known = houses.get(e.data["member"])
    if known is not None:
        houses[e.data["member"]] = (*known[:3], e.data["on"])


ASKS: Rules = {
    "body.member-appointed": (_seat,),
    "body.member-released": (_released,),
    "body.meeting-held": (_met,),
    "body.assessor-contracted": (_assessors,),
    "task.assigned": (_task,),
    "unit.contact-assigned": (_contact,),
}
KEEPS: Rules = {"body.member-released": (_left,)}
