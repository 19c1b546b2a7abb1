"""Plans of cultivation, and who is cultivated ahead of a round (A-50, A-51)."""

from __future__ import annotations

from copy import copy
from fractions import Fraction

from services.checker.duties import owe, settle
from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Unit


def _planned(r: Register, u: Unit, e: Entry) -> None:
    """A-50: one plan at a time, of the unit's own kind's standards, for a day within its time."""
    pack, said = r.pack(e.day), e.data
    own = {name for chosen, kinds in pack.set_kinds.items() if u.unit_kind in kinds for name in pack.scores[chosen]}
    strange = [name for name in said["standards"] if name not in own] if pack.set_kinds else []
    if strange:
        r.finds("A-50", e, f"标准{strange[0]}不适用于该类单位", f"{strange[0]} is no standard for a {u.unit_kind}")
    if u.plan is not None:
        r.finds("A-50", e, "已有未完成的培育计划", f"the plan of entry {u.plan.version} is under way")
    if not e.day <= said["by"] <= pack.after(e.day, "cultivation"):
        r.finds("A-50", e, f"计划期限{said['by']}不在规定范围", f"a plan of {e.day} for {said['by']}")


def _concluded(r: Register, u: Unit, e: Entry) -> None:
    """A-50: what is said of a plan is what the self-evaluation since then shows."""
    plan, said = u.plan, e.data
    if plan is None or plan.version != said["plan"]:
        r.finds("A-50", e, "没有这项进行中的培育计划", "no such plan is under way")
        return
    if said["outcome"] == "given_up":
        return
    report = u.self_evaluated
    if report is None or report.version < plan.version:
        r.finds("A-50", e, "计划制定后尚无自评", "the unit has not evaluated itself since")
        return
    most = r.pack(e.day).scores.get(report.data["standard_set"], {})
    scored = {item["standard"]: item["score"] for item in report.data["items"]}
    share = r.pack(e.day).cultivated_share
    short = [
        name
        for name in plan.data["standards"]
        if most and (name not in scored or Fraction(scored[name], most.get(name) or 1) < share)
    ]
    if most and (said["outcome"] == "reached") is bool(short):
        r.finds("A-50", e, "总结与自评不符", "what is said of the plan is not what the self-evaluation shows")
    told = {item["standard"]: item["score"] for item in said.get("measured") or ()}
    if any(scored.get(name) != score for name, score in told.items()):
        r.finds("A-50", e, "所列得分不是自评得分", "the points are not those of the self-evaluation")


def _listed(r: Register, u: Unit, e: Entry) -> None:
    """A-51: for a round of naming that has not begun, in the year before, once."""
    found = r.thing(e.data["round"], "round")
    if found is None or not found.first:
        return
    begins = found.first["from"]
    if found.first["kind"] != "naming" or found.closed or e.day >= begins:
        r.finds("A-51", e, "该轮次不是尚未开始的命名轮次", "no round of naming that is still to come")
    elif r.pack(e.day).after(e.day, "cultivation_ahead") < begins:
        r.finds("A-51", e, f"距轮次开始{begins}过早", f"too long before the round of {begins}")
    if u.id in found.notes.setdefault("cultivated", set()):
        r.finds("A-51", e, "已为该轮次列入强化培育", "the unit is on that list already")
    found.notes["cultivated"].add(u.id)


def _plan_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.plan = e
    owe(
        r, u, e, f"cultivate:{e.version}", "cultivate", e.data["by"], "A-50",
        f"培育计划（第{e.version}号）到期未总结", f"nobody said what the plan of entry {e.version} led to",
    )  # fmt: skip


def _conclusion_keeps(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"cultivate:{e.data['plan']}")
    if u.plan is not None:
        u.concluded[e.version] = u.plan
    u.plan = None


def _report_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.self_evaluated = e


def _updated_keeps(r: Register, u: Unit, e: Entry) -> None:
    """The report is what it was, with what was scored anew in place of what it said of that before (T-16)."""
    if u.self_evaluated is None:
        return
    whole, anew = copy(e), {one["standard"]: one for one in e.data["items"]}
    items = [anew.get(one["standard"], one) for one in u.self_evaluated.data["items"]]
    whole.data = {**u.self_evaluated.data, "items": items, "score": e.data.get("score")}
    u.self_evaluated = whole


def _closed_keeps(r: Register, u: Unit, e: Entry) -> None:
    if u.plan is not None:
        settle(u, f"cultivate:{u.plan.version}")


ASKS: Rules = {
    "unit.cultivation-planned": (_planned,),
    "unit.cultivation-concluded": (_concluded,),
    "unit.cultivation-listed": (_listed,),
}
KEEPS: Rules = {
    "unit.cultivation-planned": (_plan_keeps,),
    "unit.cultivation-concluded": (_conclusion_keeps,),
    "unit.self-evaluated": (_report_keeps,),
    "unit.report-updated": (_updated_keeps,),
    "unit.closed": (_closed_keeps,),
    "unit.handed-over": (_closed_keeps,),
}
