"""Draws of checks and cross-inspections: committed before, revealed after, each drawn unit checked (T-19, I-22)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from services.checker.duties import owe, settle
from services.checker.entries import Entry
from services.checker.pack import LEVELS, at_level
from services.checker.rules import Rules
from services.checker.state import Register, Thing, Unit

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017


def _one_plan(r: Register, s: Thing, e: Entry) -> None:
    """T-19: one open plan a place, kind and period, of a kind that is drawn."""
    if e.data["kind"] in ("targeted", "cross"):
        r.finds("T-19", e, f"{e.data['kind']}核查不经抽取", f"a {e.data['kind']} check is not drawn")
    if not e.data.get("share", 1):
        r.finds("T-19", e, "抽查比例为零", "a share of nothing draws nobody")
    if e.data.get("due", "") > r.pack(e.day).after(e.day, "planned_ahead"):
        r.finds("T-05", e, f"核查期限{e.data['due']}过迟", f"checks due {e.data['due']}, too late")
    key = _plan_key(e.data)
    before = r.codes.get(key)
    if before is not None and before != s.id:
        r.finds("T-19", e, "该地已有同类未抽取的方案", "a plan of that kind is open in the place")
    r.codes[key] = s.id
    s.notes["plan"] = e.data
    s.notes["planned_at"] = e.position


def _plan_key(plan: dict[str, Any]) -> str:
    return f"plan {plan['place']} {plan['kind']} {plan.get('period')}"


def _own_share(r: Register, s: Thing, e: Entry) -> None:
    """T-19: a share is its own house's, at the plan's level; of who withheld one others give it after two withheld."""
    plan, withheld = s.notes.get("plan"), s.notes.get("withheld", [])
    if plan is None or (e.data["house"] in withheld and len(withheld) > 1) or not e.by_officer:
        return
    level = _level_of(plan)
    if e.house != e.data["house"] or (level is not None and e.level != level):
        r.finds("T-19", e, "份额不由本家同级提交", f"the share of {e.data['house']} given by {e.house}")


def _level_of(plan: dict[str, Any]) -> str | None:
    """The level of the plan's place; a cross-inspection has none of its own, and is the nation's."""
    place = plan.get("place", "000000")
    return next((one for one in reversed(LEVELS) if at_level(place, one) == place), None)


def _enough_houses(r: Register, s: Thing, e: Entry) -> None:
    """T-19: in the province all houses commit; below it, and for a cross-inspection, as many as the pack says."""
    plan, pack = s.notes.get("plan"), r.pack(e.day)
    if plan is None:
        return
    everybody = _level_of(plan) in ("province", "nation") and e.kind == "check"
    needed = len(pack.houses) if everybody else min(int(pack.shares["draw_houses"]), len(pack.houses))
    if e.data["shares"] != needed:
        r.finds("T-19", e, f"应由{needed}家提交份额", f"{needed} houses commit to shares, not {e.data['shares']}")


def _drawn_by_the_plan(r: Register, u: Unit, e: Entry) -> None:
    """T-19: a check of a plan is of a unit that it drew, of its kind; the register orders no other."""
    plan = r.thing(e.data.get("plan"), "check")
    if e.data.get("plan") is None:
        if e.actor["kind"] == "system":
            r.finds("T-19", e, "登记簿下达未抽中单位的核查", "the register ordered a check that no plan drew")
    elif plan is not None and "plan" in plan.notes:
        planned = plan.notes["plan"]
        if u.id not in plan.notes.get("units", ()) or e.data["kind"] != planned["kind"]:
            r.finds("T-19", e, "该方案未抽中该单位", "the plan did not draw the unit, or is of another kind")


def _frozen(r: Register, s: Thing, e: Entry) -> None:
    """T-19: the list is frozen once, after the plan, as of a position that was there, and its strata add up."""
    said = e.data
    if s.notes.get("list") is not None:
        r.finds("T-19", e, "名单已冻结", "the list was frozen already")
    planned_at = s.notes.get("planned_at")
    if planned_at is not None and said["position"] < planned_at:
        r.finds("T-19", e, "名单的位置早于方案", "the list was frozen before the plan")
    if e.position is not None and said["position"] >= e.position:
        r.finds("T-19", e, "名单的位置晚于冻结", "the list lies at a position after its freezing")
    if said["population"] != sum(one["units"] for one in said["strata"]):
        r.finds("T-19", e, "名单户数与各层不符", "the strata do not add up to the list")


def _frozen_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["list"] = e.data
    s.notes["since"] = e.day
    s.notes["shares"] = {}
    s.notes["revealed"] = {}


def _committed(r: Register, s: Thing, e: Entry) -> None:
    """T-19: a house commits once, after the list, before all have."""
    listed, shares = s.notes.get("list"), s.notes.get("shares", {})
    if listed is None or len(shares) >= listed["shares"]:
        r.finds("T-19", e, "名单未冻结或各家均已提交", "nothing is committed to before the list, nor after all have")
    if e.data["house"] in shares:
        r.finds("T-19", e, "该家已提交摘要", "that house has committed already")


def _committed_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("shares", {})[e.data["house"]] = e.data["digest"]
    s.notes["last"] = e


def _revealed(r: Register, s: Thing, e: Entry) -> None:
    """T-19: a share is revealed once all have committed, and is the one committed to."""
    listed, shares, house = s.notes.get("list"), s.notes.get("shares", {}), e.data["house"]
    if listed is None or len(shares) < listed["shares"] or house in s.notes.get("revealed", {}):
        r.finds("T-19", e, "各家尚未全部提交，或已公开", "not all houses have committed, or it is revealed already")
    if shares.get(house) != _digest(f"{s.id}:{house}:{e.data['share']}"):
        r.finds("T-19", e, "份额与摘要不符", "the share is not the one committed to")


def _revealed_keeps(r: Register, s: Thing, e: Entry) -> None:
    revealed = s.notes.setdefault("revealed", {})
    revealed[e.data["house"]] = e.data["share"]
    listed = s.notes.get("list")
    if listed is not None and len(revealed) >= listed["shares"]:
        owe(
            r, s, e, "draw", "draw_share", r.pack(e.day).after(e.day, "draw_share"), "T-19",
            "份额均已公开而未抽取", "every share is known, and nobody drew",
        )  # fmt: skip


def _withheld(r: Register, s: Thing, e: Entry) -> None:
    """T-19: a share is withheld that its house owes, and whose days are over."""
    house, listed, shares = e.data["house"], s.notes.get("list"), s.notes.get("shares", {})
    complete = listed is not None and len(shares) >= listed["shares"]
    pack, revealed = r.pack(e.day), s.notes.get("revealed", {})
    missing = house in shares and house not in revealed if complete else house in pack.houses and house not in shares
    if listed is None or not missing or not (complete or listed["shares"] >= len(pack.houses)):
        r.finds("T-19", e, "不欠该家份额", "no share is missing of that house")
        return
    since = s.notes["last"].day if complete else s.notes["since"]
    if e.day <= pack.after(since, "draw_share"):
        r.finds("T-19", e, "该家期限未满", "the days of that house are not over")


def _withheld_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["since"] = e.day
    s.notes.setdefault("withheld", []).append(e.data["house"])
    s.notes["shares"], s.notes["revealed"], s.notes["last"] = {}, {}, None


def _drawn(r: Register, s: Thing, e: Entry) -> None:
    """T-19: the draw is that of shares and head, over the list that was frozen, once."""
    plan, listed, said = s.notes.get("plan"), s.notes.get("list"), e.data
    if plan is None or listed is None or s.notes.get("drawn"):
        r.finds("T-19", e, "没有待抽取的方案", "no plan waits to be drawn")
        return
    _seed_of_the_shares(r, s, e)
    if (said["population"], said["population_digest"]) != (listed["population"], listed["document"]["sha256"]):
        r.finds("T-19", e, "与冻结的名单不符", "it is not the list that was frozen")
    expected = sum(-(-one["units"] * plan["share"] // 100) for one in listed["strata"])
    if len(said["units"]) != expected or len(set(said["units"])) != expected:
        zh = f"按{plan['share']}%应抽{expected}户，实抽{len(said['units'])}户"
        r.finds("T-19", e, zh, f"{len(said['units'])} of {said['population']} drawn at {plan['share']} %")


def _seed_of_the_shares(r: Register, s: Thing, e: Entry) -> None:
    """T-19: all shares are revealed, and head and seed are those of them and of the last commitment."""
    listed, last, revealed, said = s.notes["list"], s.notes.get("last"), s.notes.get("revealed", {}), e.data
    if last is None or len(revealed) < listed["shares"]:
        r.finds("T-19", e, "份额尚未全部公开", "not all shares are revealed")
    elif (said["head_digest"], said["seed"]) != _head_and_seed(s.id, said["head"], last, revealed):
        r.finds("T-19", e, "种子与份额和日志位置不符", "the seed is not that of shares and head")
    elif last.position is not None and said["head"] != last.position:
        r.finds("T-19", e, "日志位置不是最后一次提交", "the head is not the last commitment")


def _head_and_seed(plan: str, position: int, last: Entry, revealed: dict[str, str]) -> tuple[str, str]:
    moment = datetime.fromisoformat(last.moment).replace(tzinfo=timezone.utc)  # noqa: UP017
    since = (moment - _EPOCH) // timedelta(microseconds=1)
    head = _digest(f"{position}:{plan}:{last.version}:{since}:{last.command}:{last.data['digest']}")
    return head, _digest("\n".join([*(f"{house}:{revealed[house]}" for house in sorted(revealed)), head]))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _drawn_keeps(r: Register, s: Thing, e: Entry) -> None:
    plan = s.notes.get("plan")
    if plan is None:
        return
    s.notes["drawn"], s.notes["units"] = True, frozenset(e.data["units"])
    settle(s, "draw")
    r.codes.pop(_plan_key(plan), None)
    for unit in e.data["units"]:
        found = r.streams.get(unit)
        if isinstance(found, Unit):
            owe(
                r, found, e, f"drawn:{s.id}", "order_check", r.pack(e.day).after(e.day, "order_check"), "T-19",
                "被抽中的单位未下达核查", "no check of the drawn unit was ordered",
            )  # fmt: skip


# --- cross-inspections ------------------------------------------------------------------------------------------------


def _crosscheck_planned(r: Register, s: Thing, e: Entry) -> None:
    s.notes["plan"] = e.data


def _lists_frozen(r: Register, s: Thing, e: Entry) -> None:
    """T-19: lists are frozen once, of the provinces that were planned."""
    plan = s.notes.get("plan")
    if s.notes.get("list") is not None:
        r.finds("T-19", e, "名单已冻结", "the lists were frozen already")
    if plan is None or sorted(plan["provinces"]) != sorted(one["place"] for one in e.data["provinces"]):
        r.finds("T-19", e, "名单省份与方案不符", "the lists are not of the provinces that were planned")


def _assigned(r: Register, s: Thing, e: Entry) -> None:
    """I-22, T-19: who inspects whom follows from seed and lists, and as many units are drawn as were planned."""
    plan, listed, pairs = s.notes.get("plan"), s.notes.get("list"), e.data["assignments"]
    if plan is None or listed is None or s.notes.get("drawn"):
        r.finds("T-19", e, "没有待抽取的方案", "no plan waits to be drawn")
        return
    s.notes["drawn"] = True
    settle(s, "draw")
    _seed_of_the_shares(r, s, e)
    for one in pairs:
        if one["inspecting"] == one["inspected"]:
            r.finds("T-19", e, f"{one['inspecting']}互检本省", f"{one['inspecting']} inspects itself")
    drawn = {one["inspected"]: one["inspecting"] for one in pairs}
    if len(drawn) != len(pairs) or drawn != _inspectors(e.data["seed"], listed["provinces"]):
        r.finds("I-22", e, "分派与种子和名单不符", "the pairs are not those of seed and lists")
    units = {one["place"]: min(one["population"], plan["per_province"]) for one in listed["provinces"]}
    for one in pairs:
        if len(set(one["units"])) != len(one["units"]) or len(one["units"]) != units.get(one["inspected"]):
            zh, en = f"{one['inspected']}抽取户数与方案不符", f"not as many units of {one['inspected']} as were planned"
            r.finds("I-22", e, zh, en)


def _inspectors(seed: str, provinces: list[dict[str, Any]]) -> dict[str, str] | None:
    """Who inspects each province: of the orders by SHA-256 of `seed:n:province` the first in which nobody inspects
    who inspected it last; each inspects the next one.
    """
    last = {one["place"]: one.get("last") for one in provinces}
    for n in range(10_000):
        order = sorted(last, key=lambda place: sha256(f"{seed}:{n}:{place}".encode()).digest())
        drawn = {order[at]: order[at - 1] for at in range(len(order))}
        if all(last[by] != inspected for inspected, by in drawn.items()):
            return drawn
    return None


ASKS: Rules = {
    "check.planned": (_one_plan,),
    "check.list-frozen": (_frozen, _enough_houses),
    "check.share-committed": (_committed, _own_share),
    "check.share-revealed": (_revealed, _own_share),
    "unit.check-ordered": (_drawn_by_the_plan,),
    "check.share-withheld": (_withheld,),
    "check.drawn": (_drawn,),
    "crosscheck.lists-frozen": (_lists_frozen, _enough_houses),
    "crosscheck.share-committed": (_committed, _own_share),
    "crosscheck.share-revealed": (_revealed, _own_share),
    "crosscheck.share-withheld": (_withheld,),
    "crosscheck.assigned": (_assigned,),
}
KEEPS: Rules = {
    "check.list-frozen": (_frozen_keeps,),
    "check.share-committed": (_committed_keeps,),
    "check.share-revealed": (_revealed_keeps,),
    "check.share-withheld": (_withheld_keeps,),
    "check.drawn": (_drawn_keeps,),
    "crosscheck.planned": (_crosscheck_planned,),
    "crosscheck.lists-frozen": (_frozen_keeps,),
    "crosscheck.share-committed": (_committed_keeps,),
    "crosscheck.share-revealed": (_revealed_keeps,),
    "crosscheck.share-withheld": (_withheld_keeps,),
}
