"""Honours: the steps of an award in order, its publicities and objections, its places (A-52, A-54, T-26)."""

from __future__ import annotations

from typing import Any

from services.checker import public_objections as objections
from services.checker.entries import Entry
from services.checker.pack import RANK, within
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Register, Thing, Unit

_UNITS = ("enterprise", "park", "township")


def _award(r: Register, s: Thing, e: Entry) -> dict[str, Any] | None:
    return r.pack(e.day).awards.get((s.first or e.data)["award"])


def _proposed(r: Register, s: Thing, e: Entry) -> None:
    """A-52: for such a recipient, named as its kind is; T-18: in an open round of commendation that covers it."""
    said, award = e.data, _award(r, s, e)
    kind = said["recipient"]
    named = "person" if kind == "individual" else "unit" if kind in _UNITS else "name"
    if any((said.get(name) is not None) is not (name == named) for name in ("person", "unit", "name")):
        r.finds("A-52", e, "表彰对象的名称方式不符", "a person is sealed, a unit registered, any other named")
    if award is not None and kind not in award["recipients"]:
        r.finds("A-52", e, f"该荣誉不授予{kind}", f"the award is not for a recipient of the kind {kind}")
    if award is not None and award.get("needs_round", False) and said.get("round") is None:
        r.finds("T-18", e, "该荣誉按轮次推荐", "the award is given in rounds")
    unit = r.streams.get(said.get("unit") or "")
    if isinstance(unit, Unit) and unit.unit_kind and (unit.unit_kind != kind or not within(unit.place, said["place"])):
        r.finds("A-52", e, "单位类型或者所在地不符", "the unit is of another kind, or lies elsewhere")
    found = r.thing(said.get("round"), "round")
    if found is None or not found.first:
        return
    opened = found.first
    if opened["kind"] != "commendation" or found.closed or not opened["from"] <= e.day <= opened["until"]:
        r.finds("T-18", e, "不是开放的表彰轮次", "no open round of commendation")
    elif not within(said["place"], opened["place"]):
        r.finds("T-18", e, "不在该轮次的地区", "the place lies outside the round's")


def _goes_on(r: Register, s: Thing, e: Entry) -> None:
    """A-52: in the order of the steps; I-06: after a publicity; T-26: with every objection answered, none upheld."""
    award, done = _award(r, s, e), s.notes.get("done", 0)
    does = {"honour.publicised": "publicity", "honour.reviewed": "review"}.get(e.type)
    if award is not None:
        steps = award["steps"]
        ahead = steps[done]["does"] if done < len(steps) else None
        if ahead != does:
            r.finds("A-52", e, "环节次序不符", f"the next step is {ahead or 'the award'}, not {does or 'the award'}")
    if s.notes.get("against"):
        r.finds("A-52", e, "审核未通过", "a review was against it")
    objections.publicity_over(r, s, e)
    if any(answer is not False for answer in s.notes.get("objections", {}).values()):
        r.finds("T-26", e, "异议未答复或者成立", "an objection is open, or was upheld")


def _took_a_step(r: Register, s: Thing, e: Entry) -> bool:
    """Whether the person proposed or reviewed, from whatever account."""
    return r.person(e.who) in {r.person(one) for one in s.notes.get("people", ())}


def _another_person(r: Register, s: Thing, e: Entry) -> None:
    """A-52: who proposed or reviewed takes no later review, and does not award."""
    if _took_a_step(r, s, e):
        r.finds("A-52", e, "推荐、审核和授予由同一人办理", "the same person took an earlier step")


def _put_forward(r: Register, s: Thing, e: Entry) -> None:
    """A-54: the first review that recommends a candidate of a round has room in every quota that covers it."""
    found = r.thing(s.first.get("round"), "round")
    if found is None or e.data["outcome"] != "recommend" or s.id in _candidates(found):
        return
    place, award, quotas = s.first["place"], s.first["award"], found.notes.get("award_quotas", {})
    covering = {area: most for (area, of), most in quotas.items() if of == award and within(place, area)}
    if not covering or any(_held(found, area, award) >= most for area, most in covering.items()):
        r.finds("A-54", e, "没有名额或者名额已满", "no such place was given, or all are taken")
    if any(_same(s.first, other.first) for one in _candidates(found) if (other := r.thing(one, "honour")) is not None):
        r.finds("A-54", e, "该对象在本轮已获推荐", "put forward twice in one round")


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    names = ("award", "recipient", "unit", "name", "place")
    told = [one.get(name) for name in names]
    return told == [other.get(name) for name in names] and "individual" not in told


def _candidates(found: Thing) -> dict[str, tuple[str, str]]:
    """Who was put forward in a round, each with place and award."""
    put_forward: dict[str, tuple[str, str]] = found.notes.setdefault("put_forward", {})
    return put_forward


def _held(found: Thing, area: str, award: str) -> int:
    return sum(of == award and within(place, area) for place, of in _candidates(found).values())


def _quota(r: Register, s: Thing, e: Entry) -> None:
    """A-54: places for an award lie in a round of commendation, no more than there are, no fewer than are taken."""
    award, area, places = r.pack(e.day).awards.get(e.data["award"], {}), e.data["place"], e.data["places"]
    in_rounds = s.first.get("kind") == "commendation" and award.get("needs_round", False)
    if not in_rounds or not within(area, s.first["place"]) or places > award.get("most", places):
        r.finds("A-54", e, "不是该轮次的名额或者超过总数", "no places of that round, or more than there are")
    if places < _held(s, area, e.data["award"]):
        r.finds("A-54", e, "名额少于已占用数", "fewer places than are taken")


def _takes_it_once(r: Register, s: Thing, e: Entry) -> None:
    """A-54: a place is taken by who was put forward, once."""
    held = s.notes.setdefault("award_places", set())
    if e.data["candidate"] in held or e.data["candidate"] not in _candidates(s):
        r.finds("A-54", e, "未经审核同意或者已占用名额", "never put forward, or with a place already")


def _awarded(r: Register, s: Thing, e: Entry) -> None:
    """I-07: nobody honours a unit that is frozen."""
    unit = r.streams.get(s.first.get("unit") or "")
    if isinstance(unit, Unit) and any(freezing(r, unit, e.day)):
        r.finds("I-07", e, "冻结的单位受表彰", "a frozen unit is honoured")


def _no_lower(r: Register, s: Thing, e: Entry) -> None:
    """T-07: a lower level declines nothing that a higher one has reviewed or made public."""
    if RANK.get(e.level or "nation", 0) < s.notes.get("reached", 0):
        r.finds("T-07", e, "下级终止上级已办理的表彰", "a lower level declines what a higher one took on")


def _by_somebody_else(r: Register, s: Thing, e: Entry) -> None:
    """T-03: who proposed or reviewed does not answer an objection."""
    if _took_a_step(r, s, e):
        r.finds("T-03", e, "推荐、审核人员处理异议", "who proposed or reviewed answers the objection")


def _papers(r: Register, s: Thing, e: Entry) -> None:
    """T-23: each step of the nation has a paper of its own, no older than the proposal."""
    paper = r.thing(e.data.get("paper"), "document")
    if paper is None or not paper.first:
        return
    if paper.id in s.notes.get("papers", ()):
        r.finds("T-23", e, "文件已用于前一环节", "the paper was shown for a step before")
    if paper.first["dated"] < s.notes.get("proposed", ""):
        r.finds("T-23", e, "文件早于推荐", "the paper is older than the proposal")


def _commended(r: Register, u: Unit, e: Entry) -> None:
    """A-52: an honour once in a round, or without one in a year."""
    honour, found, year = e.data["honour"], e.data.get("round"), e.data["year"]
    if any(one[0] == honour and (one[1] == found if found else one[2] == year) for one in u.commended):
        r.finds("A-52", e, "该单位已获此项表彰", "the unit was given that honour already")
    u.commended.append((honour, found, year))


def _taken(s: Thing, e: Entry) -> None:
    s.notes["reached"] = max(s.notes.get("reached", 0), RANK.get(e.level or "", 0))
    if e.data.get("paper") is not None:
        s.notes.setdefault("papers", set()).add(e.data["paper"])


def _over(r: Register, s: Thing, e: Entry) -> None:
    """A-52: what was awarded or declined changes no more."""
    if s.notes.get("over"):
        r.finds("A-52", e, "已授予或者已不予表彰", "it was awarded or declined already")


def _proposed_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["people"], s.notes["proposed"] = {e.who}, e.day


def _publicised_keeps(r: Register, s: Thing, e: Entry) -> None:
    _taken(s, e)
    s.notes["done"] = s.notes.get("done", 0) + 1
    objections.public(r, s, e)


def _reviewed_keeps(r: Register, s: Thing, e: Entry) -> None:
    _taken(s, e)
    s.notes.setdefault("people", set()).add(e.who)
    if e.data["outcome"] == "recommend":
        s.notes["done"] = s.notes.get("done", 0) + 1
        found = r.thing(s.first.get("round"), "round")
        if found is not None:
            _candidates(found).setdefault(s.id, (s.first["place"], s.first["award"]))
    else:
        s.notes["against"] = True
        _leaves(r, s)


def _declined_keeps(r: Register, s: Thing, e: Entry) -> None:
    _over_keeps(r, s, e)
    _leaves(r, s)


def _leaves(r: Register, s: Thing) -> None:
    found = r.thing(s.first.get("round"), "round")
    if found is not None:
        _candidates(found).pop(s.id, None)


def _quota_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("award_quotas", {})[e.data["place"], e.data["award"]] = e.data["places"]


def _place_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("award_places", set()).add(e.data["candidate"])


def _place_left(r: Register, s: Thing, e: Entry) -> None:
    s.notes.get("award_places", set()).discard(e.data["candidate"])


def _over_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["over"] = True


def _recommended(r: Register, u: Unit, e: Entry) -> None:
    """A-47: for this year or the next."""
    this = int(e.day[:4])
    if not this <= e.data["year"] <= this + 1:
        r.finds("A-47", e, f"推荐{e.data['year']}年度的荣誉", f"recommended for an honour of {e.data['year']}")


def _recommended_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.recommended[e.version] = e.who


def _result(r: Register, u: Unit, e: Entry) -> None:
    """T-03: who recommended a unit does not record the result."""
    by = u.recommended.get(e.data["recommendation"])
    if by is not None and r.person(by) == r.person(e.who):
        r.finds("T-03", e, "推荐的人员登记推荐结果", "who recommended it records the result")


ASKS: Rules = {
    "unit.recommended-for-honour": (_recommended,),
    "unit.honour-decided": (_result,),
    "honour.proposed": (_proposed,),
    "honour.publicised": (_over, _goes_on, objections.long_enough, _papers),
    "honour.reviewed": (_over, _goes_on, _another_person, _papers, _put_forward),
    "round.award-quota-set": (_quota,),
    "round.award-place-taken": (_takes_it_once,),
    "honour.awarded": (_over, _goes_on, _another_person, _awarded, _papers),
    "honour.declined": (_over, _no_lower),
    "unit.commended": (_commended,),
    "honour.objection-raised": (_over, objections.while_public),
    "honour.objection-set-aside": (objections.answered_once, _by_somebody_else, objections.by_another),
    "honour.objection-resolved": (objections.answered_once, _by_somebody_else, objections.by_another),
}
KEEPS: Rules = {
    "unit.recommended-for-honour": (_recommended_keeps,),
    "honour.proposed": (_proposed_keeps,),
    "honour.publicised": (_publicised_keeps,),
    "honour.reviewed": (_reviewed_keeps,),
    "honour.objection-raised": (objections.raised,),
    "honour.objection-set-aside": (objections.answered,),
    "honour.objection-resolved": (objections.answered,),
    "honour.awarded": (_over_keeps,),
    "honour.declined": (_declined_keeps,),
    "round.award-quota-set": (_quota_keeps,),
    "round.award-place-taken": (_place_keeps,),
    "round.award-place-released": (_place_left,),
}
