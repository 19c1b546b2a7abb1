"""Objections to what is in public beside a unit's own case: while it is, answered once, in their days (T-26, I-06)."""

from __future__ import annotations

from services.checker.duties import owe, settle
from services.checker.entries import Entry
from services.checker.objections import over_in_time
from services.checker.state import VOIDED, Register, Thing


def long_enough(r: Register, s: Thing, e: Entry) -> None:
    """I-06: five working days at least, T-05: and not for ever."""
    if e.data["until"] < r.pack(e.day).after(e.data["from"], "publicity") or e.data["from"] < e.day:
        r.finds("I-06", e, "公示期不足", "a publicity in the past, or too short")
    over_in_time(r, e)


def while_public(r: Register, s: Thing, e: Entry) -> None:
    """I-06: objections are raised while it is public."""
    since, until = s.notes.get("since", "9999"), s.notes.get("until", "")
    if not since <= e.day <= until:
        r.finds("I-06", e, "不在公示期内", "it is not public on that day")


def publicity_over(r: Register, s: Thing, e: Entry) -> None:
    """I-06: what follows a publicity comes after its last day."""
    until = s.notes.get("until")
    if until is not None and e.day <= until:
        r.finds("I-06", e, f"公示至{until}止", f"publicity runs until {until}")


def answered_once(r: Register, s: Thing, e: Entry) -> None:
    """T-26: an objection is answered once, and set aside in its days, unless it was admitted."""
    at = e.data["objection"]
    if s.notes.get("objections", {}).get(at, False) is not None:
        r.finds("T-26", e, "没有这项未答复的异议", "no such objection is open")
    raised = s.notes.get("raised", {}).get(at)
    late = raised and e.day > r.pack(raised).after(raised, "admit_objection")
    if e.type.endswith("set-aside") and (late or was_admitted(s, at)):
        r.finds("T-26", e, "已受理，或者受理期已过视为受理", "it is admitted, or counts as admitted by then")


def by_another(r: Register, s: Thing, e: Entry) -> None:
    """T-03: nobody answers an objection that they raised, nor one to a list that they made."""
    raiser = s.notes.get("raisers", {}).get(e.data["objection"])
    if raiser is not None and r.person(raiser) == r.person(e.who):
        r.finds("T-03", e, "提出异议的人核查该异议", "who raised the objection answers it")
    if r.person(e.who) in {r.person(one) for one in s.notes.get("listed_by", ())}:
        r.finds("T-03", e, "排序、公示名单的人员处理对其的异议", "who made the list answers the objection to it")


def listed(r: Register, s: Thing, e: Entry) -> None:
    """Who ranked the candidates, or made the list public."""
    s.notes.setdefault("listed_by", set()).add(e.who)


def public(r: Register, s: Thing, e: Entry) -> None:
    """From now on it is in public."""
    s.notes["since"], s.notes["until"] = e.data["from"], e.data["until"]


def raised(r: Register, s: Thing, e: Entry) -> None:
    """An objection waits for its answer; False is one that needs none, True one that was upheld."""
    same = e.data.get("same_as")
    s.notes.setdefault("objections", {})[e.version] = None if same is None else False
    s.notes.setdefault("raised", {})[e.version] = e.day
    if e.by_officer:
        s.notes.setdefault("raisers", {})[e.version] = e.who
    if same is None:
        owe(
            r, s, e, f"objection:{e.version}", "resolve_objection", r.pack(e.day).after(e.day, "resolve_objection"),
            "T-16", f"异议（第{e.version}号）未核查", f"the objection of entry {e.version} was not looked into",
        )  # fmt: skip


def to_admit(r: Register, s: Thing, e: Entry) -> None:
    """T-26: an objection is admitted in its days."""
    if e.data.get("same_as") is None:
        owe(
            r, s, e, f"admit:{e.version}", "admit_objection", r.pack(e.day).after(e.day, "admit_objection"), "T-26",
            f"异议（第{e.version}号）未作受理处理", f"the objection of entry {e.version} was left lying",
        )  # fmt: skip


def admitted(r: Register, s: Thing, e: Entry) -> None:
    """It is looked into; so is that to which another is joined."""
    at = e.data.get("to", e.data["objection"])
    s.notes.setdefault("admitted", {}).setdefault(at, []).append(e.version)
    settle(s, f"admit:{at}")


def was_admitted(s: Thing, objection: int) -> bool:
    """Whether it is looked into by an entry that stands."""
    by: list[int] = s.notes.get("admitted", {}).get(objection, [])
    return any(not s.flags[version - 1] & VOIDED for version in by)


def answered(r: Register, s: Thing, e: Entry) -> None:
    """It was looked into, set aside, or joined to another."""
    at = e.data["objection"]
    s.notes.setdefault("objections", {})[at] = bool(e.data.get("upheld", False))
    settle(s, f"objection:{at}")
    settle(s, f"admit:{at}")


def any_open(s: Thing) -> bool:
    """Whether an objection waits for its answer."""
    return any(answer is None for answer in s.notes.get("objections", {}).values())
