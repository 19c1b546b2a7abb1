"""What is ordered of a duty beside its being done: released, extended, its clock stopped and let run again (T-05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from heapq import heappush

from services.checker.duties import STEPS_OWED, owe, settle
from services.checker.entries import Entry
from services.checker.pack import LEVELS, RANK, within
from services.checker.state import Duty, Officer, Register, Stream
from services.checker.time import plus_days

_HALTING = ("ruling", "order")
_NEVER = "9999"


def ordered(r: Register, s: Stream, e: Entry) -> None:
    """T-05: of which duty, who orders it, how often, how far, on which paper; and what becomes of the duty then."""
    if e.data.get("obligation") is None:
        r.finds("T-05", e, f"没有义务{e.data['ref']}", f"nobody owes the duty {e.data['ref']}")
    _ORDERS[e.common](r, s, e)


def _assigned(r: Register, s: Stream, e: Entry) -> None:
    """T-05: the office that owes it gives it to one of its people and another, each in post there on that day."""
    held, said = _holder(e), e.data
    if held is None or (e.level, e.actor["place"]) != held:
        r.finds("T-05", e, "须由负有义务的机关指定承办人", "it is for the office that owes it")
    if said.get("deputy") == said["officer"]:
        r.finds("T-05", e, "AB角须为两人", "the deputy is the officer")
    for person in filter(None, (said["officer"], said.get("deputy"))):
        found = r.streams.get(person)
        if not isinstance(found, Officer):
            if r.whole or found is not None:
                r.finds("T-02", e, f"没有人员{person}", f"there is no officer {person}")
            continue
        posts = (post for post in found.posts.values() if post.holds(e.day))
        if found.suspended_on(e.day) or not any((post.level, post.place) == held for post in posts):
            r.finds("T-05", e, "承办人不在该机关任职", "given to somebody without a post in that office")
        if found.interests.get(s.id, "9999") <= e.day:
            r.finds("I-12", e, "承办人应当回避", "given to somebody with an interest in it")
    s.assigned.setdefault(said["ref"], []).append(
        (e.day, said.get("holder") or "", said["officer"], said.get("deputy"))
    )


def _released(r: Register, s: Stream, e: Entry) -> None:
    _from_above(r, e)
    for key, _ in list(_meant(s, e, str(e.data.get("due")))):
        settle(s, key)


def _extended(r: Register, s: Stream, e: Entry) -> None:
    _where_it_was_ordered(r, e)
    extended, halted = s.ordered.get(e.data["ref"], (False, None))
    if extended:
        r.finds("T-05", e, "期限已延长过", "it was extended before")
    if (e.data.get("days") or 0) < 1:
        r.finds("T-05", e, "未延至更晚日期", "it is put off to no later day")
    before = plus_days(e.data["due"], -(e.data.get("days") or 0))
    for key, duty in _meant(s, e, before):
        _within_its_share(r, e, duty)
        _put_off(r, s, key, duty, e.data["due"], e)
    s.ordered[e.data["ref"]] = (True, halted)


def _suspended(r: Register, s: Stream, e: Entry) -> None:
    _where_it_was_ordered(r, e)
    _on_a_ruling(r, e)
    said = (e.data["ref"], e.data["paper"])
    if said in s.halted_for:
        r.finds("T-23", e, "已据该文件中止过该义务", "its clock stood for that paper before")
    s.halted_for.add(said)
    extended, halted = s.ordered.get(e.data["ref"], (False, None))
    if halted is not None:
        r.finds("T-05", e, "已中止计时", "its clock stands still already")
    until, clock = r.pack(e.day).after(e.day, "clock_stands"), f"clock:{e.data['ref']}"
    if e.data.get("until") != until:
        r.finds("T-05", e, "未定复查之日", "nobody has to look again at the clock by a day")
    stopped = list(_meant(s, e, str(e.data.get("due"))))
    for _, duty in stopped:
        duty.limit, duty.clock = _NEVER, clock
    if stopped:
        owe(
            r, s, e, clock, "resume_clock", until, "T-05",
            "中止的计时无人复查", "nobody looked again at a clock that stands still",
        )  # fmt: skip
    s.ordered[e.data["ref"]] = (extended, e.day)


def _resumed(r: Register, s: Stream, e: Entry) -> None:
    _where_it_was_ordered(r, e)
    _on_a_ruling(r, e)
    extended, halted = s.ordered.get(e.data["ref"], (False, None))
    if halted is None:
        r.finds("T-05", e, "未中止计时", "its clock runs")
    elif (e.data.get("days") or 0) < _days_between(halted, e.day):
        r.finds("T-05", e, "顺延天数少于中止天数", "put off by fewer days than its clock stood")
    before = plus_days(e.data.get("due") or e.day, -(e.data.get("days") or 0))
    for key, duty in _meant(s, e, before):
        _put_off(r, s, key, duty, e.data.get("due") or duty.due, e)
    settle(s, f"clock:{e.data['ref']}")
    s.ordered[e.data["ref"]] = (extended, None)


def _meant(s: Stream, e: Entry, due: str) -> Iterator[tuple[str, Duty]]:
    """The duties of that kind and day."""
    kind = e.data.get("obligation")
    for key, duty in s.duties.items():
        step = duty.kind == "revocation_step" and kind in STEPS_OWED
        if (duty.kind == kind and duty.due == due) or step:
            yield key, duty


def _put_off(r: Register, s: Stream, key: str, duty: Duty, due: str, e: Entry) -> None:
    duty.due = due
    duty.limit = r.pack(e.day).after(due, "waiting_for_the_watch")
    s.earliest = min(s.earliest, duty.limit)
    if e.position is not None:
        heappush(r.due, (duty.limit, s.id, key))


def _holder(e: Entry) -> tuple[str, str] | None:
    level, _, place = (e.data.get("holder") or "").partition(":")
    return (level, place) if place else None


def _from_above(r: Register, e: Entry) -> None:
    """T-05: an approver releases, and both persons are of the level above who owes it; the province and the nation
    release from their own.
    """
    held = _holder(e)
    both = ((e.actor, e.level), *(((e.second, e.second.get("level")),) if e.second is not None else ()))
    if "approver" not in e.actor.get("roles", ()):
        r.finds("T-05", e, "解除义务须由审批人员", "an approver releases from a duty")
    if held is None:
        return
    least = LEVELS[min(RANK[held[0]] + 1, max(RANK[held[0]], RANK["province"]))]
    if any(RANK.get(level or "", -1) < RANK[least] or not within(held[1], one["place"]) for one, level in both):
        zh, en = f"{held[0]}的义务须由上一级解除", f"what the {held[0]} owes the level above releases"
        r.finds("T-05", e, zh, en)


def _where_it_was_ordered(r: Register, e: Entry) -> None:
    held = _holder(e)
    if "approver" not in e.actor.get("roles", ()):
        r.finds("T-05", e, "须由审批人员办理", "an approver decides on it")
    elif held is not None and (e.level, e.actor["place"]) != held:
        r.finds("T-05", e, f"须由{held[0]}机关办理", f"it is for the office of the {held[0]} that owes it")


def _within_its_share(r: Register, e: Entry, duty: Duty) -> None:
    """T-05: before its day is over, by no more than its share of the days that it had."""
    most = int(_days_between(duty.since, duty.due) * r.pack(e.day).extension_share)
    if e.day > duty.due:
        r.finds("T-05", e, f"期限{duty.due}已过", f"its day {duty.due} was over")
    if (e.data.get("days") or 0) > most:
        r.finds("T-05", e, f"延长超过{most}日", f"extended by more than {most} days")


def _on_a_ruling(r: Register, e: Entry) -> None:
    """T-05, T-23: for a ruling or an order that was confirmed."""
    paper = r.thing(e.data.get("paper"), "document")
    if paper is None or not paper.first:
        return
    if paper.first["kind"] not in _HALTING:
        r.finds("T-05", e, "所附文件不是裁判文书或决定书", "the paper is no ruling and no order")
    elif "confirmed_by" not in paper.notes:
        r.finds("T-23", e, "文件未经确认即使用", "the paper was used before it was confirmed")
    elif e.kind == "unit" and paper.notes["units"] and e.stream not in paper.notes["units"]:
        r.finds("T-23", e, "文件名单中没有该单位", "the unit is not on the paper's list")


def _days_between(one: str, other: str) -> int:
    return (date.fromisoformat(other) - date.fromisoformat(one)).days


_ORDERS = {
    "duty-assigned": _assigned, "duty-released": _released, "duty-extended": _extended, "duty-suspended": _suspended,
    "duty-resumed": _resumed,
}  # fmt: skip
