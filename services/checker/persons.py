"""Who acts: posts as they are on the day, interests, visitors, agents (T-02, I-12, I-13)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.separation import agents_and_offices
from services.checker.state import Officer, Post, Register, Stream, Thing, Unit

_OF_A_PLACE = frozenset(("officer", "source", "round", "check", "signal", "body", "session"))
_CODE = re.compile(r"[0-9]{6}")
DESK = frozenset({"officer", "approver"})
APPROVER = frozenset({"approver"})
FIELD = frozenset({"officer", "approver", "inspector", "contact"})
CHECKERS = frozenset({"inspector", "officer", "approver"})
ANYBODY: frozenset[str] = frozenset()

Office = tuple[frozenset[str], frozenset[str]]
"""The kinds of actor, and the roles of a post, that may do something."""


def _office(kinds: str, roles: frozenset[str] = ANYBODY) -> Office:
    return frozenset(kinds.split()), roles


_OFFICES: dict[str, Office] = {
    "registered": _office("applicant officer source system", DESK),
    "details-changed": _office("applicant officer", DESK),
    "member-joined": _office("applicant officer", DESK),
    "member-left": _office("applicant officer", DESK),
    "succeeded": _office("officer system", APPROVER),
    "closed": _office("officer", DESK),
    "handed-over": _office("officer", APPROVER),
    "received": _office("officer", APPROVER),
    "contact-assigned": _office("officer", DESK),
    "contact-released": _office("officer", DESK),
    "practices-stated": _office("applicant officer", DESK),
    "coverage-stated": _office("applicant officer", DESK),
    "followed-up": _office("officer", FIELD),
    "cultivation-planned": _office("officer", DESK),
    "cultivation-concluded": _office("officer", DESK),
    "cultivation-listed": _office("officer", DESK),
    "survey-opened": _office("applicant"),
    "survey-counted": _office("timekeeper"),
    "self-evaluated": _office("applicant officer", DESK),
    "report-updated": _office("applicant officer", DESK),
    "report-adopted": _office("applicant"),
    "report-sealed": _office("applicant officer", DESK),
    "applied": _office("applicant"),
    "application-accepted": _office("officer", DESK),
    "application-returned": _office("officer", DESK),
    "application-amended": _office("applicant"),
    "application-withdrawn": _office("applicant"),
    "application-forwarded": _office("officer", DESK),
    "application-rejected": _office("officer", APPROVER),
    "site-visited": _office("officer", FIELD),
    "assessed-by-third-party": _office("officer", frozenset({"assessor"})),
    "house-opined": _office("officer", DESK),
    "evaluated": _office("officer", APPROVER),
    "reviewed": _office("officer", APPROVER),
    "publicity-started": _office("officer", DESK),
    "publicity-interrupted": _office("officer timekeeper", DESK),
    "objection-admitted": _office("officer", DESK),
    "objection-joined": _office("officer", DESK),
    "objection-set-aside": _office("officer", APPROVER),
    "objection-resolved": _office("officer", DESK),
    "publicity-completed": _office("officer timekeeper", DESK),
    "nominated": _office("officer", APPROVER),
    "named": _office("officer system", APPROVER),
    "naming-refused": _office("officer system", APPROVER),
    "plaque-issued": _office("officer", DESK),
    "term-extended": _office("officer system", APPROVER),
    "term-expired": _office("timekeeper"),
    "reserve-listed": _office("officer", APPROVER),
    "commended": _office("system"),
    "recommended-for-honour": _office("officer", DESK),
    "honour-decided": _office("officer", DESK),
    "incentive-granted": _office("officer", DESK),
    "signal-recorded": _office("source officer system", CHECKERS),
    "signal-assessed": _office("officer", DESK),
    "check-ordered": _office("officer system timekeeper", DESK),
    "check-conducted": _office("officer", CHECKERS),
    "rectification-ordered": _office("officer", DESK),
    "rectification-reported": _office("applicant"),
    "rectification-concluded": _office("officer", DESK),
    "verified": _office("officer", DESK),
    "deadline-missed": _office("timekeeper"),
    "revocation-proposed": _office("officer", DESK),
    "revocation-dropped": _office("officer", APPROVER),
    "taking-up-requested": _office("officer", DESK),
    "step-taken-up": _office("officer", APPROVER),
    "officer-lent": _office("officer", APPROVER),
    "hearing-notified": _office("officer", DESK),
    "notice-served": _office("applicant officer", DESK),
    "revocation-lapsed": _office("timekeeper"),
    "statement-heard": _office("applicant officer", DESK),
    "consent-requested": _office("officer", DESK),
    "revoked": _office("officer", APPROVER),
    "plaque-recovered": _office("officer", DESK),
    "revocation-announced": _office("officer", DESK),
    "reconsideration-requested": _office("applicant"),
    "reconsideration-decided": _office("officer", APPROVER),
    "personal-data-erased": _office("officer", frozenset({"data_officer"})),
}
_MISSED = _OFFICES["deadline-missed"]
_APPOINTS = _office("officer system", frozenset({"administrator"}))
OFFICES: dict[str, Office] = {
    **{f"unit.{name}": office for name, office in _OFFICES.items()},
    "officer.appointed": _APPOINTS,
    "officer.registered": _APPOINTS,
    "officer.relieved": _APPOINTS,
    "round.candidates-ranked": _office("officer", DESK),
    "round.list-publicised": _office("officer", DESK),
    "round.objection-raised": _office("public applicant officer", FIELD),
    "round.objection-admitted": _office("officer", DESK),
    "round.objection-joined": _office("officer", DESK),
    "round.objection-set-aside": _office("officer", APPROVER),
    "round.objection-resolved": _office("officer", DESK),
    "honour.proposed": _office("officer", DESK),
    "honour.publicised": _office("officer", DESK),
    "honour.reviewed": _office("officer", APPROVER),
    "honour.objection-raised": _office("public applicant officer", FIELD),
    "honour.objection-set-aside": _office("officer", APPROVER),
    "honour.objection-resolved": _office("officer", DESK),
    "honour.awarded": _office("officer", APPROVER),
    "honour.declined": _office("officer", APPROVER),
    "policy.adopted": _office("officer system", APPROVER),
    "policy.holidays-announced": _office("officer", APPROVER),
    "register.hold-placed": _office("officer", frozenset({"data_officer", "auditor", "approver"})),
    "register.hold-lifted": _office("officer", frozenset({"data_officer", "auditor", "approver"})),
    "register.content-destroyed": _office("officer", frozenset({"data_officer"})),
    "register.person-requested": _office("officer", frozenset({"data_officer"})),
    "register.person-answered": _office("officer", frozenset({"data_officer"})),
    "register.person-refused": _office("officer", frozenset({"data_officer"})),
}
"""Who may do what (domain §7): the actor's kind, and for officers a role of the post."""

_BY_THE_NATION = frozenset(
    f"unit.{name}"
    for name in (
        "named", "naming-refused", "consent-given", "consent-refused", "check-ordered", "cross-inspected",
        "term-extended", "succeeded", "reconsideration-decided", "revocation-dropped",
    )
)  # fmt: skip
"""What the nation decides on a unit; its officers stand in the nation's register."""

_ALONE = frozenset({"approver", "auditor", "data_officer"})


def in_office(r: Register, s: Stream, e: Entry) -> None:
    """I-13: role, place and days of the post; I-12: no interest; T-02: the person is in the register."""
    actor = e.actor
    office = OFFICES.get(e.type)
    if office is None and e.common == "deadline-missed":
        office = _MISSED
    kind = actor["kind"]
    if office is not None and (
        kind not in office[0] or (kind == "officer" and office[1] and office[1].isdisjoint(actor.get("roles", ())))
    ):
        r.finds("I-13", e, f"{actor['post']}无权办理此项", "this is not for the office of who did it")
    if kind == "officer":
        if isinstance(s, Unit):
            _over_the_unit(r, s, e, actor)
        elif s.kind in _OF_A_PLACE:
            _over_the_place(r, s, e, actor)
        _post_is_held(r, e, actor)
        if e.second is not None:
            _post_is_held(r, e, e.second)
    elif kind == "applicant" and isinstance(s, Unit) and actor.get("unit") not in (None, s.id):
        r.finds("I-13", e, "代理人为其他单位办理", "an agent acts for another unit")
    if kind == "applicant":
        _by_a_mandate(r, e)
    if isinstance(s, Unit):
        agents_and_offices(r, s, e)


def _by_a_mandate(r: Register, e: Entry) -> None:
    """T-02: an agent acts for its unit while its mandate runs."""
    agent = r.officer(e.who)
    mandate = agent.posts.get(0) if agent is not None else None
    if mandate is not None and not mandate.holds(e.day):
        zh, en = f"授权已于{mandate.until}届满", f"the agent's mandate ended on {mandate.until}"
        r.finds("T-02", e, zh, en)


def _over_the_unit(r: Register, u: Unit, e: Entry, actor: dict[str, Any]) -> None:
    lent = actor is e.actor and actor.get("stands_in") in u.stand_ins
    elsewhere = e.type == "unit.cross-inspected" or e.common == "duty-assigned"
    if u.place and not within(u.place, actor["place"]) and not elsewhere and not lent:
        r.finds(
            "I-13",
            e,
            f"{actor['place']}无权办理{u.place}的单位",
            f"an office of {actor['place']} on a unit in {u.place}",
        )


def _over_the_place(r: Register, s: Stream, e: Entry, actor: dict[str, Any]) -> None:
    """I-13: whatever lies in a place is for the offices of that place and above; anybody objects to a round's list."""
    if e.common or e.who == s.id or e.type == "round.objection-raised":
        return
    for place in _places(r, s, e):
        if not within(place, actor["place"]):
            r.finds(
                "I-13",
                e,
                f"{actor['place']}无权办理{place}的事项",
                f"an office of {actor['place']} on what lies in {place}",
            )


def _places(r: Register, s: Stream, e: Entry) -> list[str]:
    if isinstance(s, Officer):
        unit = r.streams.get(s.unit or "")
        places = [post.place for post in s.posts.values() if post.level is not None and post.holds(e.day)]
        return [unit.place] if isinstance(unit, Unit) else [e.data["place"]] if e.data.get("place") else places
    said = s.first if isinstance(s, Thing) and s.first else e.data
    place = said.get("place") or said.get("unit_place")
    if not isinstance(place, str) or not _CODE.fullmatch(place):
        return []
    return [place] if s.kind != "signal" or place[:2] == r.place[:2] else []


def _post_is_held(r: Register, e: Entry, actor: dict[str, Any]) -> None:
    officer = r.officer(actor["id"])
    if officer is None:
        if r.whole and not (actor.get("level") == "nation" and e.type in _BY_THE_NATION):
            r.finds("T-02", e, f"人员{actor['id']}未登记", f"nobody {actor['id']} is in the register")
        return
    since = officer.interests.get(e.stream)
    if since is not None and since <= e.day and e.stream != officer.id:
        r.finds("I-12", e, "该人员已申报利害关系，应当回避", "the officer declared an interest in the unit")
    if officer.right is not None and officer.right[0] == e.day and officer.right[1] == actor:
        return
    if officer.suspended_on(e.day):
        r.finds("I-13", e, "该人员已暂停履职", "the officer is suspended")
    post = officer.posts.get(actor.get("appointment") or 0)
    if post is None or not post.holds(e.day):
        r.finds("I-13", e, f"该人员于{e.day}不担任{actor['post']}", f"the post is not held on {e.day}")
    elif not _same_post(post, actor):
        r.finds("I-13", e, "记录的职务与任职不符", "the post in the entry is not the one appointed to")
    elif not officer.suspensions:
        officer.right = (e.day, actor)


def _same_post(post: Post, actor: dict[str, Any]) -> bool:
    return (
        post.house == actor.get("house")
        and post.level == actor.get("level")
        and post.place == actor["place"]
        and post.roles >= set(actor.get("roles", ()))
    )


def _visitors(r: Register, u: Unit, e: Entry) -> None:
    """T-02: a site visit needs two officers of two houses, each holding that post on the day of the visit."""
    pack, said = r.pack(e.day), e.data["visitors"]
    named = [one["officer"] for one in said if "officer" in one]
    people = set(named)
    if len({r.person(one) for one in named}) < len(named):
        r.finds("T-02", e, "同一人员列了两次", "one person stands among the visitors twice")
    houses = {one["house"] for one in said if "house" in one}
    if len({r.person(one) for one in people}) < pack.shares["visitors"] or len(houses) < pack.shares["visiting_houses"]:
        r.finds(
            "T-02", e, f"核验仅{len(people)}人、{len(houses)}家", f"visited by {len(people)} of {len(houses)} houses"
        )
    for one in said:
        if "officer" in one:
            _held_for_a_house(r, u, e, one["officer"], one.get("house"))


def _held_for_a_house(r: Register, u: Unit, e: Entry, who: str, house: str | None) -> None:
    officer, day = r.officer(who), e.data["on"]
    if officer is None:
        if r.whole:
            r.finds("T-02", e, f"核验人{who}未登记", f"the visitor {who} is not in the register")
        return
    if officer.suspended_on(day) or not any(
        post.house == house and post.holds(day) and within(u.place, post.place) for post in officer.posts.values()
    ):
        r.finds("T-02", e, f"核验人于{day}不担任{house}的职务", f"the visitor held no post of {house} there on {day}")


def _appointment(r: Register, s: Officer, e: Entry) -> None:
    """T-03: an administrator is no approver, auditor or data officer; T-02: a house seconds its own appointments."""
    roles = set(e.data["roles"])
    held = {role for post in s.posts.values() if post.holds(e.day) for role in post.roles}
    if "administrator" in roles | held and _ALONE & (roles | held):
        r.finds(
            "T-03", e, "管账户的人又审批、审计或管个人信息", "an administrator is approver, auditor or data officer too"
        )
    house = e.data.get("house")
    if house is None and not roles.isdisjoint(DESK):
        r.finds("T-02", e, "办理和审批人员须代表一家成员单位", "who handles or approves cases does so for a house")
    if house is not None and e.actor["kind"] != "system":
        second = e.second or {}
        if second.get("house") != house and not (e.data.get("paper") and "administrator" in second.get("roles", ())):
            r.finds(
                "T-02", e, f"{house}的任职未经该家附议", f"the appointment for {house} was not seconded by that house"
            )
    if e.who == s.id:
        r.finds("I-13", e, "自己任命自己", "somebody appoints themselves")


def _appointed_keeps(r: Register, s: Officer, e: Entry) -> None:
    said = e.data
    s.posts[e.version] = Post(
        e.version, e.day, said.get("house"), said.get("level"), said["place"], frozenset(said["roles"]), said["from"],
        said.get("until"),
    )  # fmt: skip
    s.appointed_by[r.person(e.who)] = e.day


def _relieved_keeps(r: Register, s: Officer, e: Entry) -> None:
    post = s.posts.get(e.data["appointment"])
    if post is not None:
        post.until = min(post.until or e.data["on"], e.data["on"])


def _suspended_keeps(r: Register, s: Officer, e: Entry) -> None:
    s.suspensions[e.version] = (e.data["from"], e.data.get("until"))


def _reinstated_keeps(r: Register, s: Officer, e: Entry) -> None:
    s.suspensions.pop(e.data["suspension"], None)


def _tag_of(e: Entry) -> str:
    tag = e.data["tag"]
    return str(tag["tag"] if isinstance(tag, dict) else tag)


def _tagged(r: Register, s: Officer, e: Entry) -> None:
    """T-02: a person has one tag, for ever; one officer is one person. Agents act for a unit each, and may share it."""
    if s.tag is not None:
        r.finds("T-02", e, "人员标识已登记", "the person is tagged already")
    if s.unit is None and r.codes.setdefault(f"tag {_tag_of(e)}", s.id) != s.id:
        r.finds("T-02", e, "该人员已以另一编号登记", "that person is registered as another officer")


def _tagged_keeps(r: Register, s: Officer, e: Entry) -> None:
    s.tag = _tag_of(e)


def _recovered(r: Register, s: Thing, e: Entry) -> None:
    """T-04: a recovery has an auditor of the register as its second, and the code that was sealed last, used once."""
    sealed = s.notes.get("sealed") or s.first.get("recovery_digest")
    if sealed is not None and (e.data["code_digest"] != sealed or e.data["next_digest"] == sealed):
        r.finds("T-04", e, "恢复码不是最后封存的，或者重复使用", "not the code that was sealed last, or sealed again")
    auditor = r.officer(e.data["auditor"])
    if auditor is not None and not any("auditor" in p.roles and p.holds(e.day) for p in auditor.posts.values()):
        r.finds("T-04", e, "恢复未有审计人员附议", "no auditor seconded the recovery")


def _recovered_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["sealed"] = e.data["next_digest"]


def _interest_keeps(r: Register, s: Officer, e: Entry) -> None:
    s.interests[e.data["unit"]] = e.day


def _registered_keeps(r: Register, s: Officer, e: Entry) -> None:
    s.unit = e.data.get("unit")
    if s.unit is not None or e.data.get("kind") == "applicant":
        until = e.data.get("mandate_until")
        s.posts[0] = Post(0, e.day, None, None, e.actor["place"], frozenset(e.data.get("roles", ())), e.day, until)


def _mandate_has_a_term(r: Register, s: Officer, e: Entry) -> None:
    """T-02: a mandate is an agent's, ends within the pack's time, and not before today."""
    until = e.data.get("mandate_until") if e.type == "officer.registered" else e.data["until"]
    agent = s.unit is not None or (e.type == "officer.registered" and e.data.get("unit") is not None)
    if until is not None and not (agent and e.day <= until <= r.pack(e.day).after(e.day, "mandate")):
        r.finds(
            "T-02", e, f"授权截止日{until}不在规定期限内", f"a mandate until {until} is none of an agent's, or too long"
        )


def _leave(r: Register, s: Officer, e: Entry) -> None:
    """I-21: a leave is not over, and lies within the pack's days on both sides."""
    pack, said = r.pack(e.day), e.data
    if said["until"] < max(said["from"], e.day):
        r.finds("I-21", e, "请假截止日早于起始日或者今日", "a leave that ends before it begins, or is over")
    if said["from"] < pack.months(e.day, "dated_back") or said["until"] > pack.after(e.day, "planned_ahead"):
        r.finds("I-21", e, "请假起止日过早或者过晚", "a leave of years ago, or of years to come")


def _mandated_keeps(r: Register, s: Officer, e: Entry) -> None:
    before = s.posts.get(0)
    if before is not None:
        since = before.since if before.holds(e.day) else e.day
        s.posts[0] = replace(before, since=since, until=e.data["until"])


ASKS: Rules = {
    "officer.registered": (_mandate_has_a_term,),
    "officer.mandated": (_mandate_has_a_term,),
    "officer.leave-recorded": (_leave,),
    "unit.site-visited": (_visitors,),
    "officer.appointed": (_appointment,),
    "officer.person-tagged": (_tagged,),
    "register.recovered": (_recovered,),
}
KEEPS: Rules = {
    "officer.registered": (_registered_keeps,),
    "officer.mandated": (_mandated_keeps,),
    "officer.appointed": (_appointed_keeps,),
    "officer.relieved": (_relieved_keeps,),
    "officer.suspended": (_suspended_keeps,),
    "officer.reinstated": (_reinstated_keeps,),
    "officer.person-tagged": (_tagged_keeps,),
    "officer.interest-declared": (_interest_keeps,),
    "register.recovered": (_recovered_keeps,),
}
