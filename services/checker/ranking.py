"""The order of a reserve list's candidates, computed again from the units' own entries (A-53)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Register, Thing, Unit


def _measure(r: Register, u: Unit, by: str, day: str) -> Fraction:
    if by == "self_evaluation":
        report = u.self_evaluated
        most = r.pack(day).set_points.get(report.data["standard_set"], 0) if report is not None else 0
        return Fraction(100 * (report.data.get("score") or 0), most) if report is not None and most else Fraction(0)
    if by == "titles":
        return Fraction(sum(held.held_on(day) and held.since <= day for held in u.held.values()))
    return Fraction(u.counted.get(by, 0))


def _not_listed(r: Register, s: Thing, u: Unit, day: str) -> bool:
    """Whether a unit is frozen, unknown, about to lose a title, or has that of the round."""
    held = u.held.get(s.first.get("title", ""))
    proposed = any(one.revocation is not None and one.revoked is None for one in u.held.values())
    return u.provisional or proposed or any(freezing(r, u, day)) or (held is not None and held.held_on(day))


def _ranked(r: Register, s: Thing, e: Entry) -> None:
    """A-53: every candidate has the points that the pack's formula gives, and the place that follows."""
    formula = r.pack(e.day).ranking
    if s.first and s.first["kind"] != "reserve":
        r.finds("A-53", e, "不是储备名单轮次", "the round is none of a reserve list")
    totals = []
    for row in e.data["ranking"] or ():
        unit = r.streams.get(row["unit"])
        totals.append(row["points"])
        if isinstance(unit, Unit) and _not_listed(r, s, unit, e.day):
            r.finds("A-53", e, f"{row['unit']}不能列入名单", f"{row['unit']} could not be listed")
        if not isinstance(unit, Unit) or not r.whole or not formula:
            continue
        points = [
            min(term["most"] * 100, floor(100 * Fraction(str(term["weight"])) * _measure(r, unit, term["by"], e.day)))
            for term in formula
        ]
        if [term["points"] for term in row["terms"]] != points or row["points"] != sum(points):
            r.finds("A-53", e, f"{row['unit']}的得分不是按公式算出", f"the points of {row['unit']} do not follow")
    if totals != sorted(totals, reverse=True) or [row["rank"] for row in e.data["ranking"] or ()] != list(
        range(1, len(totals) + 1)
    ):
        r.finds("A-53", e, "名次与得分不符", "the places do not follow from the points")


def _listed(r: Register, u: Unit, e: Entry) -> None:
    """A-53: where candidates were ranked, who is listed has the place of the ranking."""
    found = r.thing(e.data["round"], "round")
    places = found.notes.get("ranking") if found is not None else None
    if places is not None and places.get(u.id) != e.data["rank"]:
        r.finds("A-53", e, "名次与排序不符", "the place is not that of the ranking")


def _ranked_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["ranking"] = {row["unit"]: row["rank"] for row in e.data["ranking"] or ()}


def _among_the_workers(r: Register, u: Unit, e: Entry) -> None:
    """I-00: certified among the coordinators, and these among an enterprise's workers."""
    count, workers = e.data["count"], u.most
    if e.data["certified"] > count or (u.unit_kind == "enterprise" and workers is not None and count > workers):
        r.finds("I-00", e, f"协调员{count}人与实际不符", f"{count} coordinators, more than there can be")


def _coordinators(r: Register, u: Unit, e: Entry) -> None:
    u.counted["coordinators"] = e.data.get("certified") or 0


def _followed_up(r: Register, u: Unit, e: Entry) -> None:
    u.counted["follow_ups"] = u.counted.get("follow_ups", 0) + 1


def _plan_over(r: Register, u: Unit, e: Entry) -> None:
    if e.data["outcome"] == "reached":
        u.counted["plans_reached"] = u.counted.get("plans_reached", 0) + 1


ASKS: Rules = {
    "unit.coordinator-appointed": (_among_the_workers,),
    "round.candidates-ranked": (_ranked,),
    "unit.reserve-listed": (_listed,),
}
KEEPS: Rules = {
    "round.candidates-ranked": (_ranked_keeps,),
    "unit.coordinator-appointed": (_coordinators,),
    "unit.followed-up": (_followed_up,),
    "unit.cultivation-concluded": (_plan_over,),
}
