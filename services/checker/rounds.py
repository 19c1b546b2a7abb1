"""Places of a round, and the reserve list (T-18, I-18, I-20)."""

from __future__ import annotations

from services.checker import public_objections as objections
from services.checker.entries import Entry
from services.checker.objections import said
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Register, Thing, Unit

_KIND = {
    "unit.nominated": "naming",
    "unit.applied": "naming",
    "unit.reserve-listed": "reserve",
}
_LEAVES = ("unit.application-withdrawn", "unit.application-rejected", "unit.naming-refused")


def _agrees(r: Register, u: Unit, e: Entry) -> None:
    """T-18: round, title, kind and days agree, in an open round that exists."""
    found = r.thing(e.data.get("round"), "round")
    if found is None or not found.first:
        return
    said = found.first
    if said["kind"] != _KIND[e.type]:
        r.finds("T-18", e, f"该轮次为{said['kind']}", f"the round is one of {said['kind']}")
    title = e.data.get("title") or (u.the_title(e) if e.type == "unit.nominated" else said["title"])
    if title != said["title"]:
        r.finds("T-18", e, f"该轮次评选{said['title']}", f"the round is about {said['title']}, not {title}")
    begun = said["from"] <= e.day or e.type == "unit.applied"  # who applies may be ahead of the round's first day
    if found.closed or not begun or e.day > said["until"]:
        r.finds("T-18", e, "轮次未开放", "the round is not open on that day")
    if not within(u.place, said["place"]):
        r.finds("T-18", e, "单位不在该轮次的地区", "the unit does not lie in the round's place")


def _takes_a_place(r: Register, u: Unit, e: Entry) -> None:
    """I-18: a nomination takes a place of every quota that covers the unit."""
    found = r.thing(e.data["round"], "round")
    if found is None:
        return
    taken: dict[str, tuple[str, str]] = found.notes.setdefault("taken", {})
    if u.id in taken and taken[u.id][1] == "nominated":
        r.finds("T-18", e, "该单位已占名额", "the unit has a place of the round already")
    taken[u.id] = (u.place, "nominated")
    _room(r, found, u.place, u.unit_kind, e)


def _room(r: Register, found: Thing, place: str, kind: str, e: Entry) -> None:
    quotas: dict[tuple[str, str], int] = found.notes.get("quotas", {})
    covering = {key: most for key, most in quotas.items() if key[1] == kind and within(place, key[0])}
    if not covering and quotas:
        r.finds("I-18", e, f"该轮次在{place}没有{kind}的名额", f"the round has no place for a {kind} in {place}")
    for (area, _), most in covering.items():
        holders = [
            unit
            for unit, (where, _) in found.notes.get("taken", {}).items()
            if within(where, area) and _kind_of(r, unit, kind) == kind
        ]
        if len(holders) > most:
            r.finds("I-18", e, f"{area}的{kind}名额{most}个已满", f"the {most} places for a {kind} in {area} are taken")


def _kind_of(r: Register, unit: str, unknown: str) -> str:
    found = r.streams.get(unit)
    return found.unit_kind if isinstance(found, Unit) else unknown


def _place_taken(r: Register, s: Thing, e: Entry) -> None:
    """T-18: a place is taken once a unit."""
    taken: dict[str, tuple[str, str]] = s.notes.setdefault("taken", {})
    if e.data["unit"] in taken and taken[e.data["unit"]][1] == "place":
        r.finds("T-18", e, "该单位已占名额", "the unit has a place of the round already")
    taken[e.data["unit"]] = (e.data["place"], "place")
    _room(r, s, e.data["place"], e.data["unit_kind"], e)


def _leaves(r: Register, u: Unit, e: Entry) -> None:
    """A place comes free when it is left: withdrawn, rejected, refused (T-18)."""
    attempt = u.ended.get(u.the_title(e))
    nominated = attempt.last("nominated") if attempt is not None else None
    found = r.thing(nominated.data["round"], "round") if nominated is not None else None
    if found is not None:
        found.notes.get("taken", {}).pop(u.id, None)


def _place_released(r: Register, s: Thing, e: Entry) -> None:
    s.notes.get("taken", {}).pop(e.data["unit"], None)


def _quota(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("quotas", {})[e.data["place"], e.data["unit_kind"]] = e.data["places"]


def _list(r: Register, u: Unit, e: Entry) -> None:
    """I-20: no larger than its size, nobody frozen; T-18: ranks are unique, the title is for such units."""
    title = r.pack(e.day).titles.get(e.data["title"])
    if title is None or u.unit_kind not in title.kinds:
        r.finds("T-18", e, "该称号不授予此类单位", "the title is not for such a unit, or does not exist")
    plainly, strictly = freezing(r, u, e.day)
    if plainly or strictly:
        r.finds("I-20", e, "冻结的单位列入储备名单", "a frozen unit is put on the reserve list")
    found = r.thing(e.data["round"], "round")
    if found is None:
        return
    ranks: dict[str, int] = found.notes.setdefault("ranks", {})
    if any(rank == e.data["rank"] for unit, rank in ranks.items() if unit != u.id):
        r.finds("T-18", e, f"第{e.data['rank']}位已有单位", f"rank {e.data['rank']} is taken")
    ranks[u.id] = e.data["rank"]
    most = r.pack(e.day).reserve_most
    if not 1 <= e.data["rank"] <= most:
        r.finds("T-18", e, f"第{e.data['rank']}位不在1至{most}之间", f"rank {e.data['rank']} is none of 1 to {most}")
    if len(ranks) > most:
        r.finds("I-20", e, f"储备名单超过{most}户", f"the reserve list holds more than {most}")


def _listed(r: Register, u: Unit, e: Entry) -> None:
    u.reserve[e.data["title"]] = e


def _off_the_list(r: Register, u: Unit, e: Entry) -> None:
    """T-18: who is delisted or named leaves the list; until it is public the number on it comes free."""
    _number_comes_free(r, u, u.reserve.pop(u.the_title(e), None))


def leaves_every_list(r: Register, u: Unit) -> None:
    """T-21: a closed unit is on no list."""
    for listed in u.reserve.values():
        _number_comes_free(r, u, listed)
    u.reserve.clear()


def _number_comes_free(r: Register, u: Unit, listed: Entry | None) -> None:
    found = r.thing(listed.data["round"], "round") if listed is not None else None
    if found is not None and not found.notes.get("published"):
        found.notes.get("ranks", {}).pop(u.id, None)


def _stand_in_public(r: Register, s: Thing, e: Entry) -> None:
    """T-26: nobody is in public again about whom an objection was upheld; I-06: nor is a list while it is."""
    objections.publicity_over(r, s, e)
    if s.notes.get("published"):
        r.finds("T-18", e, "名单已公布", "the list is public already")
    if objections.any_open(s) or _upheld(s) & set(e.data["units"]):
        r.finds("T-26", e, "异议未核查或者成立", "an objection is open, or was upheld")


def _list_in_public(r: Register, s: Thing, e: Entry) -> None:
    objections.public(r, s, e)
    s.notes["list"], s.notes["listed_at"] = set(e.data["units"]), e.version


def _about_whom(r: Register, s: Thing, e: Entry) -> None:
    """T-26: to the list, or to a unit on it; a copy is one, word for word."""
    unit, same = e.data.get("unit"), e.data.get("same_as")
    if unit is not None and unit not in s.notes.get("list", ()):
        r.finds("T-26", e, "该单位不在公示名单", "that unit is not on the list")
    if same is not None and s.notes.get("said", {}).get(same) != _said(e):
        r.finds("T-26", e, f"与第{same}号异议并不相同", f"it says other than the objection of entry {same}")


def _said(e: Entry) -> tuple[str, ...]:
    return (*said(e), e.data.get("unit") or "")


def _about_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("said", {})[e.version] = _said(e)


def _upheld(s: Thing) -> set[str]:
    """The units about which an objection was upheld; an empty one where one to the whole list was."""
    said: dict[int, tuple[str, ...]] = s.notes.get("said", {})
    upheld = (version for version, answer in s.notes.get("objections", {}).items() if answer)
    return {said[version][-1] for version in upheld if said[version][-1] or version > s.notes.get("listed_at", 0)}


def _objected(r: Register, s: Thing, e: Entry) -> None:
    """T-26: where the pack says so, a list is published as it was in public, with every objection answered."""
    public = s.notes.get("list")
    if public is None:
        if s.first and s.first["kind"] in r.pack(e.day).public_lists:
            r.finds("I-06", e, "名单未经公示", "the list was not in public before")
        return
    objections.publicity_over(r, s, e)
    upheld = _upheld(s)
    if objections.any_open(s) or "" in upheld or set(e.data["units"]) - public or set(e.data["units"]) & upheld:
        r.finds(
            "T-26",
            e,
            "异议未核查或者成立，或者单位未经公示",
            "an objection is open or upheld, or a unit was not public",
        )


def _joined(r: Register, s: Thing, e: Entry) -> None:
    """T-26: joined to another open one."""
    if e.data["to"] == e.data["objection"] or s.notes.get("objections", {}).get(e.data["to"], False) is not None:
        r.finds("T-26", e, "并入的不是另一件待核查的异议", "joined to no other open objection")


def _admitted_once(r: Register, s: Thing, e: Entry) -> None:
    """T-26: an objection is admitted once."""
    if objections.was_admitted(s, e.data["objection"]):
        r.finds("T-26", e, "该异议已受理", "the objection is admitted already")


def _published(r: Register, s: Thing, e: Entry) -> None:
    s.notes["published"] = True


def _after_its_days(r: Register, s: Thing, e: Entry) -> None:
    """T-18: a list is public once, when the round is over."""
    if s.notes.get("published"):
        r.finds("T-18", e, "名单已公布", "the list is public already")
    if s.first and e.day <= s.first["until"]:
        zh, en = f"轮次至{s.first['until']}止，名单提前公布", f"the round goes on until {s.first['until']}"
        r.finds("T-18", e, zh, en)


def _place_is_the_rounds(r: Register, s: Thing, e: Entry) -> None:
    """T-18: a quota lies in the round's place."""
    if s.first and not within(e.data["place"], s.first["place"]):
        r.finds("T-18", e, "名额所在地不属该轮次", "the quota lies outside the round's place")


def _in_its_turn(r: Register, s: Thing, e: Entry) -> None:
    """T-18: a round ends within its time; those of a title begin in different years, commendations so long apart as the
    pack has them (A-54), each when the one before is over.
    """
    if e.data["until"] > r.pack(e.day).after(e.data["from"], "round_lasts"):
        r.finds("T-18", e, f"轮次至{e.data['until']}止，过长", f"a round that goes on until {e.data['until']}")
    if e.data["from"][:4] < e.day[:4]:
        r.finds("T-18", e, "轮次属已过的年度", "the round is of a year that is over")
    commends = e.data["kind"] == "commendation"
    in_turn = r.rounds.setdefault((e.data["kind"], "" if commends else e.data["title"]), [])
    before = in_turn[-1] if in_turn else None
    in_turn.append(s)
    if before is None:
        return
    since, until = before.first["from"], before.first["until"]
    if before.closed and not before.notes.get("taken") and not before.notes.get("put_forward"):
        well = e.data["from"] >= since
    else:
        apart = r.pack(e.day).after(since, "commendation_every") if commends else f"{int(since[:4]) + 1}-01-01"
        well = e.data["from"] >= apart and (before.closed or e.data["from"] > until)
    if not well:
        rule = "A-54" if commends else "T-18"
        r.finds(rule, e, f"已有{since}至{until}的轮次", f"there is a round from {since} until {until}")


def _closed(r: Register, s: Thing, e: Entry) -> None:
    """T-26: a list that is to be in public first is published before its round is closed, unless nobody is on it."""
    listed = "list" in s.notes or (s.first.get("kind") in r.pack(e.day).public_lists and s.notes.get("taken"))
    if listed and not s.notes.get("published"):
        r.finds("T-26", e, "名单尚未公示、公布，轮次已结束", "the round is closed over a list that waits to be public")


ASKS: Rules = {
    "round.opened": (_in_its_turn,),
    "unit.applied": (_agrees,),
    "unit.nominated": (_agrees, _takes_a_place),
    "unit.reserve-listed": (_agrees, _list),
    "round.place-taken": (_place_taken,),
    "round.quota-set": (_place_is_the_rounds,),
    "round.closed": (_closed,),
    "round.list-publicised": (objections.long_enough, _stand_in_public),
    "round.objection-raised": (objections.while_public, _about_whom),
    "round.objection-admitted": (objections.answered_once, _admitted_once),
    "round.objection-joined": (objections.answered_once, _joined, objections.by_another),
    "round.objection-set-aside": (objections.answered_once, objections.by_another),
    "round.objection-resolved": (objections.answered_once, objections.by_another),
    "round.list-published": (_after_its_days, _objected),
}
KEEPS: Rules = {
    **dict.fromkeys(_LEAVES, (_leaves,)),
    "unit.reserve-listed": (_listed,),
    **dict.fromkeys(("unit.reserve-delisted", "unit.named", "unit.title-carried-in"), (_off_the_list,)),
    "round.quota-set": (_quota,),
    "round.place-released": (_place_released,),
    "round.candidates-ranked": (objections.listed,),
    "round.list-publicised": (_list_in_public, objections.listed),
    "round.objection-raised": (objections.raised, objections.to_admit, _about_keeps),
    "round.objection-admitted": (objections.admitted,),
    "round.objection-joined": (objections.answered, objections.admitted),
    "round.objection-set-aside": (objections.answered,),
    "round.objection-resolved": (objections.answered,),
    "round.list-published": (_published,),
}
