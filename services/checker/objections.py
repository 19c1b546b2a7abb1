"""Objections: to what is public, admitted, joined or set aside in their days, then looked into once (T-26)."""

from __future__ import annotations

import unicodedata
from typing import Any

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Attempt, Register, Unit
from services.checker.time import plus_days


def over_in_time(r: Register, e: Entry) -> None:
    """T-05: a publicity begins, and then ends, within the days of a step."""
    pack, since = r.pack(e.day), e.data["from"]
    if since > pack.after(e.day, "handle_step") or e.data["until"] > pack.after(since, "handle_step"):
        zh, en = f"公示自{since}至{e.data['until']}，过迟或过长", f"a publicity from {since}, too late or too long"
        r.finds("T-05", e, zh, en)


def last_public_day(attempt: Attempt) -> str:
    """The last day of the running publicity, as its interruptions made it longer."""
    longer = attempt.last("publicity-started", "publicity-interrupted")
    return str(longer.data.get("extended_to") or longer.data["until"]) if longer is not None else ""


def said(e: Entry) -> tuple[str, ...]:
    """What an objection says, as it is compared with others: without blanks, widths and case."""
    texts = (unicodedata.normalize("NFKC", e.data[name]).casefold() for name in ("ground", "text"))
    return tuple("".join(character for character in text if character.isalnum()) for text in texts)


def _in_its_days(r: Register, u: Unit, e: Entry) -> None:
    """An objection is one to a publicity that is up; a copy is one, word for word."""
    attempt = u.attempts.get(u.the_title(e))
    started = attempt.last("publicity-started") if attempt is not None else None
    if attempt is None or started is None or not started.data["from"] <= e.day <= last_public_day(attempt):
        r.finds("T-26", e, "异议不在公示期内", "the objection is to nothing that is public on that day")
    same = e.data.get("same_as")
    if same is not None and (same not in u.objections or said(u.objections[same][1]) != said(e)):
        r.finds("T-26", e, f"与第{same}号异议并不相同", f"it says other than the objection of entry {same}")


def _raised_keeps(r: Register, u: Unit, e: Entry) -> None:
    title = u.the_title(e)
    u.objections[e.version] = (title, e, e if e.data.get("same_as") is not None else None)
    if title in u.attempts:
        u.attempts[title].chain.append(e)


def _is_open(r: Register, u: Unit, e: Entry) -> None:
    """What is answered is an objection, once."""
    found = u.objections.get(e.data["objection_ref"])
    if found is None or found[2] is not None:
        r.finds("T-26", e, "没有这项待核查的异议", "no such objection is open")


def _by_another(r: Register, u: Unit, e: Entry) -> None:
    """T-03: nobody answers an objection that they raised."""
    found = u.objections.get(e.data["objection_ref"])
    if found is not None and found[1].by_officer and r.person(found[1].who) == r.person(e.who):
        r.finds("T-03", e, "提出异议的人核查该异议", "who raised the objection answers it")


def _to_be_admitted(r: Register, u: Unit, e: Entry) -> None:
    """Admitted once, or joined; or set aside before its days of admission are over."""
    ref = e.data["objection_ref"]
    found = u.objections.get(ref)
    if found is None:
        return
    if ref in u.admitted:
        r.finds("T-26", e, "该异议已受理", "the objection is admitted already")
    if e.type == "unit.objection-set-aside" and e.day > r.pack(found[1].day).after(found[1].day, "admit_objection"):
        r.finds("T-26", e, "逾期视为受理，不得再不予受理", "left lying over its days it counts as admitted")


def _joined_to(r: Register, u: Unit, e: Entry) -> None:
    """Joined to another open one, about the same title."""
    one, other = u.objections.get(e.data["objection_ref"]), u.objections.get(e.data["to"])
    if one is None or other is None or other[2] is not None or one[1] is other[1] or one[0] != other[0]:
        r.finds("T-26", e, "并入的不是同一称号另一件待核查的异议", "joined to no other open objection to that title")


def _answered_keeps(r: Register, u: Unit, e: Entry) -> None:
    ref = e.data["objection_ref"]
    if ref in u.objections:
        u.objections[ref] = (*u.objections[ref][:2], e)


def _admitted_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.admitted.add(e.data.get("to", e.data["objection_ref"]))


def _interrupted(r: Register, u: Unit, e: Entry) -> None:
    """A publicity is longer by the working days on which it was not up, and by no other."""
    attempt, said = u.attempts.get(u.the_title(e)), e.data
    started = attempt.last("publicity-started") if attempt is not None else None
    if attempt is None or started is None:
        r.finds("T-26", e, "没有在进行的公示", "nothing is public")
        return
    last, before = last_public_day(attempt), attempt.last("publicity-interrupted")
    since = plus_days(before.data["until"], 1) if before is not None and before.version > started.version else ""
    if not max(started.data["from"], since) <= said["from"] <= said["until"] <= min(last, e.day):
        r.finds("T-26", e, "中断之日不在公示期内或者重复", "not days of the publicity, each once, that are over")
    if said.get("extended_to") != _longer(r.pack(e.day).calendar, last, said["from"], said["until"]):
        r.finds("T-26", e, "顺延的日期不对", "not longer by the working days that were lost")


def _longer(calendar: Any, last: str, since: str, until: str) -> str:
    day = since
    while day <= until:
        if calendar.works(day):
            last = calendar.after(last, 1)
        day = plus_days(day, 1)
    return last


ASKS: Rules = {
    "unit.objection-raised": (_in_its_days,),
    "unit.objection-admitted": (_is_open, _to_be_admitted),
    "unit.objection-joined": (_is_open, _to_be_admitted, _joined_to, _by_another),
    "unit.objection-set-aside": (_is_open, _to_be_admitted, _by_another),
    "unit.objection-resolved": (_is_open, _by_another),
    "unit.publicity-interrupted": (_interrupted,),
}
KEEPS: Rules = {
    "unit.objection-raised": (_raised_keeps,),
    "unit.objection-admitted": (_admitted_keeps,),
    "unit.objection-joined": (_answered_keeps, _admitted_keeps),
    "unit.objection-set-aside": (_answered_keeps,),
    "unit.objection-resolved": (_answered_keeps,),
}
