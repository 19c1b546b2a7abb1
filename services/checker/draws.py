"""Draws of checks and cross-inspections: committed before, revealed after, each drawn unit checked (T-19, I-22)."""

from __future__ import annotations

from hashlib import sha256

from services.checker.duties import owe
from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Thing, Unit


def _one_plan(r: Register, s: Thing, e: Entry) -> None:
    """T-19: one open plan a place and kind."""
    key = f"plan {e.data['place']} {e.data['kind']}"
    before = r.codes.get(key)
    if before is not None and before != s.id:
        r.finds("T-19", e, "该地已有同类未抽取的方案", "a plan of that kind is open in the place")
    r.codes[key] = s.id
    s.notes["planned_at"] = e.position
    s.notes["plan"] = e.data


def _drawn(r: Register, s: Thing, e: Entry) -> None:
    """I-22: the seed is the one committed to; T-19: the list was frozen after the plan, and is drawn once."""
    plan, said = s.notes.get("plan"), e.data
    if plan is None or s.notes.get("drawn"):
        r.finds("T-19", e, "没有待抽取的方案", "no plan waits to be drawn")
        return
    if sha256(said["seed"].encode()).hexdigest() != plan["seed_digest"]:
        r.finds("I-22", e, "种子与事先记录的摘要不符", "the seed is not the one committed to")
    planned_at = s.notes["planned_at"]
    if planned_at is not None and said["position"] < planned_at:
        r.finds("T-19", e, "名单的位置早于方案", "the list was frozen before the plan")
    if e.position is not None and said["position"] >= e.position:
        r.finds("T-19", e, "名单的位置晚于抽取", "the list lies at a position after the draw")
    expected = -(-said["population"] * plan["share"] // 100)
    least = said["population"] * plan["share"] // 100
    if not least <= len(said["units"]) <= max(expected, 1) or len(set(said["units"])) != len(said["units"]):
        zh = f"{said['population']}户按{plan['share']}%应抽{expected}户，实抽{len(said['units'])}户"
        r.finds("T-19", e, zh, f"{len(said['units'])} of {said['population']} drawn at {plan['share']} %")


def _drawn_keeps(r: Register, s: Thing, e: Entry) -> None:
    plan = s.notes.get("plan")
    if plan is None:
        return
    s.notes["drawn"] = True
    r.codes.pop(f"plan {plan['place']} {plan['kind']}", None)
    for unit in e.data["units"]:
        found = r.streams.get(unit)
        if isinstance(found, Unit):
            owe(
                r, found, e, f"drawn:{s.id}", "order_check", r.pack(e.day).after(e.day, "order_check"), "T-19",
                "被抽中的单位未下达核查", "no check of the drawn unit was ordered",
            )  # fmt: skip


def _assigned(r: Register, s: Thing, e: Entry) -> None:
    """I-22, T-19: provinces are drawn with the seed committed to; none inspects itself."""
    plan = s.notes.get("plan")
    if plan is None or sha256(e.data["seed"].encode()).hexdigest() != plan["commitment"]:
        r.finds("I-22", e, "种子与事先记录的摘要不符", "the seed is not the one committed to")
    for one in e.data.get("assignments") or ():
        if one["inspecting"] == one["inspected"]:
            r.finds("T-19", e, f"{one['inspecting']}互检本省", f"{one['inspecting']} inspects itself")


def _crosscheck_planned(r: Register, s: Thing, e: Entry) -> None:
    s.notes["plan"] = e.data


ASKS: Rules = {
    "check.planned": (_one_plan,),
    "check.drawn": (_drawn,),
    "crosscheck.assigned": (_assigned,),
}
KEEPS: Rules = {"check.drawn": (_drawn_keeps,), "crosscheck.planned": (_crosscheck_planned,)}
