"""The pack in force, and on which day an act holds (T-14, I-21, I-23)."""

from __future__ import annotations

import json

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.state import Register, Stream, Thing

_FACT_DAYS = frozenset(("on", "occurred_on", "reported_on", "drawn_up_on"))
_FACTS = frozenset(
    f"unit.{name}"
    for name in (
        "registered", "member-joined", "member-left", "coordinator-appointed", "followed-up", "objection-raised",
        "signal-recorded", "signal-amended", "signal-withdrawn", "practices-stated", "coverage-stated",
    )
)  # fmt: skip


_DATED_BACK = (".details-changed", ".entry-voided", ".act-proposed")
"""Corrections, and what is proposed with a day of its own: the act itself is asked when it is done."""


def on_its_day(r: Register, s: Stream, e: Entry) -> None:
    """I-21: a fact is not ahead; T-14: a decision holds from its recording, a naming from its first day."""
    begins = e.data.get("term_from") if e.type == "unit.named" else None
    if e.effective > e.day and e.effective != begins:
        if e.type in _FACTS:
            r.finds("I-21", e, f"事实生效日{e.effective}晚于记录日", f"a fact of {e.effective}, recorded on {e.day}")
        else:
            r.finds(
                "T-14", e, f"决定生效日{e.effective}不是记录日", f"a decision for {e.effective}, recorded on {e.day}"
            )
    elif e.effective < e.day and e.type in _FACTS:
        happened = e.data.get("occurred_on") or e.data.get("on") or r.pack(e.day).months(e.day, "dated_back")
        if e.effective < min(happened, e.day):
            r.finds("I-21", e, f"事实生效日{e.effective}过早", f"a fact of {e.effective}, before {happened}")
    elif e.effective < e.day and e.kind == "unit" and e.type not in _FACTS and not e.type.endswith(_DATED_BACK):
        r.finds("T-14", e, f"决定生效日{e.effective}早于记录日", f"a decision for {e.effective}, recorded on {e.day}")
    if e.kind == "unit" and not _FACT_DAYS.isdisjoint(e.data):
        for name in _FACT_DAYS:
            on = e.data.get(name)
            if on is not None and on > e.day:
                r.finds("I-21", e, f"{on}晚于记录日{e.day}", f"it cannot have happened on {on}, after {e.day}")
    decided = e.data.get("decided_on")
    if decided is not None and (decided > e.day or r.pack(e.day).after(decided, "decided_back") < e.day):
        r.finds("T-14", e, f"决定日{decided}超出十个工作日", f"decided on {decided}, recorded on {e.day}")


def by_the_pack_of_its_day(r: Register, s: Stream, e: Entry) -> None:
    """I-23: an act is judged by the pack in force on its day."""
    if e.pack is None or not r.adoptions:
        return
    name = r.names.get(e.day)
    if name is None:
        since = [name for begins, name, _ in r.adoptions if begins <= e.day]
        name = r.names[e.day] = since[-1] if since else r.adoptions[0][1]
    if e.pack != name:
        r.finds("I-23", e, f"依据{e.pack}，当日施行{name}", f"judged by {e.pack}, and {name} is in force")


def _adopted(r: Register, s: Thing, e: Entry) -> None:
    """I-23: with a date; T-14: for a later day, announced twenty working days ahead, not replaced within ninety."""
    begins, pack = e.data["from"], r.pack(e.day)
    if e.actor["kind"] == "system" and not r.adoptions:
        return
    for office in e.data.get("unstaffed") or ():
        left = [title for title in office["titles"] if not _arranged(e, office["place"], title)]
        if left:
            r.finds(
                "I-23", e, f"{office['place']}人员不足，未写明如何办理{'、'.join(left)}",
                f"nothing is said of {office['place']}, which has not the people for {', '.join(left)}",
            )  # fmt: skip
    if begins < pack.after(e.day, "adoption_notice"):
        r.finds("T-14", e, f"{begins}施行，公告不足", f"in force from {begins}: less notice than it takes")
    if begins < e.day:
        r.finds("I-23", e, f"{begins}早于采用之日", f"adopted for {begins}, before the day of adopting")
    if e.second is not None and e.second.get("house") == e.house:
        r.finds("T-14", e, "采用政策包须由两家两人", "a pack is adopted by two persons of two houses")
    last = r.adoptions[-1][0] if r.adoptions else None
    if last is not None and begins < pack.after(last, "pack_stays") and not e.data.get("stricter"):
        r.finds("T-14", e, "距上一次采用不足九十日", "the pack before it had not been in force for ninety days")


def _arranged(e: Entry, place: str, title: str) -> bool:
    """I-23: whether an arrangement covers the place and the title; above a province there is nobody in its register."""
    for one in e.data.get("arrangements") or ():
        covered = within(place, one["place"])
        above = one["remedy"] != "appointed" and place.endswith("0000")
        if covered and one.get("title") in (None, title) and not above:
            return True
    return False


def proposed(r: Register, s: Stream, e: Entry) -> None:
    """T-14: what is proposed to be adopted is announced in time too: nobody is asked to second what cannot hold."""
    if e.data["type"].rpartition(".v")[0] == "policy.adopted":
        begins = json.loads(e.data["payload"]).get("from", e.day)
        if begins < r.pack(e.day).after(e.day, "adoption_notice"):
            r.finds("T-14", e, f"{begins}施行，公告不足", f"in force from {begins}: less notice than it takes")


def _adopted_keeps(r: Register, s: Thing, e: Entry) -> None:
    name = f"{e.data['pack']}@{e.data['pack_version']}"
    r.adoptions.append((e.data["from"], name, e))
    r.adoptions.sort(key=lambda row: row[0])
    r.names.clear()
    found = r.first_pack.another(e.data["pack"], e.data["pack_version"])
    if found is not None:
        r.adopts(e.data["from"], found)


def _announced(r: Register, s: Thing, e: Entry) -> None:
    """T-13: the holidays of this year or one to come, its own days, each once; a notice once."""
    year, days = str(e.data["year"]), [*e.data["rest"], *(e.data.get("work") or ())]
    if year < e.day[:4] or len(set(days)) != len(days) or any(day[:4] != year for day in days):
        r.finds(
            "T-13", e, "放假安排的日期不在该年或者重复", "not days of that year, or a day twice, or a year that is over"
        )
    said = (year, e.data["notice"])
    if said in s.notes.setdefault("notices", set()):
        r.finds("T-13", e, "该通知已登记", "that notice is recorded already")
    s.notes["notices"].add(said)


def _announced_keeps(r: Register, s: Thing, e: Entry) -> None:
    r.announces(str(e.data["year"]), e.data["rest"], e.data.get("work") or [])


def _opened_keeps(r: Register, s: Thing, e: Entry) -> None:
    r.opened_on, r.place = e.data["opened_on"], e.data["place"]


def _member(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("members", {})[e.version] = e.data["officer"]
    s.notes.setdefault("houses", {})[e.version] = (
        e.data["officer"],
        e.data["house"],
        max(e.data["from"], e.day),
        e.data.get("until"),
    )


def _member_left(r: Register, s: Thing, e: Entry) -> None:
    s.notes.get("members", {}).pop(e.data["member"], None)


ASKS: Rules = {
    "policy.adopted": (_adopted,),
    "policy.act-proposed": (proposed,),
    "policy.holidays-announced": (_announced,),
}
KEEPS: Rules = {
    "policy.adopted": (_adopted_keeps,),
    "policy.holidays-announced": (_announced_keeps,),
    "register.opened": (_opened_keeps,),
    "body.member-appointed": (_member,),
    "body.member-released": (_member_left,),
}
