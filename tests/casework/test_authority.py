"""Who may do what: every decision × every kind of actor × every role × every level, in place and elsewhere (I-13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from events.envelope import Actor
from events.registry import CHAPTER_OF
from events.unit.publicity import UnitObjectionRaised
from events.words import ActorKind, House, Level, Ownership, Role
from services.casework.law import Intent
from services.casework.office import acts_within_office
from services.casework.unit.kind import UNIT
from tests.casework.given import (
    DAY,
    LOCAL,
    NATIONAL,
    PACK,
    PROVINCIAL,
    PUBLIC,
    SYSTEM,
    TIMEKEEPER,
    Life,
    post,
    somebody,
    source,
)
from tests.casework.stages import ON, life_at

COUNTY, PREFECTURE, PROVINCE, NATION = Level
UP = (COUNTY, PREFECTURE, PROVINCE)
HIGH = (PREFECTURE, PROVINCE)
DESK = (Role.OFFICER, Role.APPROVER)
APPROVERS = (Role.APPROVER,)
FIELD = (*DESK, Role.INSPECTOR, Role.CONTACT)
INSPECTING = (*DESK, Role.INSPECTOR)
ELSEWHERE = {COUNTY: "430204", PREFECTURE: "430200", PROVINCE: "420000"}


@dataclass(frozen=True)
class Says:
    """What the domain says of an event: which others, and which officers, at a stage of a title."""

    others: str = ""
    roles: tuple[Role, ...] = ()
    levels: tuple[Level, ...] = tuple(Level)
    stage: str = "named"
    title: str | None = None
    ownership: Ownership | None = None
    anywhere: bool = False


def _case(roles: tuple[Role, ...], levels: tuple[Level, ...], stage: str, title: str = PROVINCIAL) -> Says:
    return Says("", roles, levels, stage, title)


def _where_it_lies(roles: tuple[Role, ...]) -> list[Says]:
    lying = [("applied", COUNTY), ("at_evaluation", PREFECTURE), ("at_decision", PROVINCE)]
    direct = Says("", roles, (PROVINCE,), "applied", PROVINCIAL, Ownership.CENTRAL)
    return [*(_case(roles, (level,), stage) for stage, level in lying), direct]


_DECIDED = [_case(DESK, (PROVINCE,), "reviewed"), _case(DESK, (PREFECTURE,), "evaluated", LOCAL),
            _case(DESK, (PROVINCE,), "reviewed", NATIONAL)]  # fmt: skip
_EVALUATED = [_case(DESK, (PREFECTURE,), "at_evaluation"),
              Says("", DESK, (PROVINCE,), "at_evaluation", PROVINCIAL, Ownership.PROVINCIAL_SOE)]  # fmt: skip
_NAMED = {PROVINCIAL: (PROVINCE,), LOCAL: (PREFECTURE,), NATIONAL: (PROVINCE, NATION)}
_REVOKED = {PROVINCIAL: (PROVINCE,), LOCAL: (PREFECTURE,), NATIONAL: (PROVINCE,)}


def _with(says: list[Says], others: str = "", roles: tuple[Role, ...] | None = None) -> list[Says]:
    return [replace(one, others=others, roles=roles or one.roles) for one in says]


def _named(roles: tuple[Role, ...], others: str = "") -> list[Says]:
    return [Says(others, roles, levels, "proposed", title) for title, levels in _NAMED.items()]


def _revoked(roles: tuple[Role, ...], others: str = "", *also: Level) -> list[Says]:
    return [Says(others, roles, (*levels, *also), "proposed", title) for title, levels in _REVOKED.items()]


def _or_the_nation(says: list[Says]) -> list[Says]:
    """T-07: what the nation's consent stands behind, the nation may undo too."""
    return [replace(one, levels=(*one.levels, NATION)) if one.title == NATIONAL else one for one in says]


EVERYBODY = "agent union source public timekeeper system"
SAYS_ITS_RULES = ("act-proposed", "act-seconded")
"""Open to everybody: who may propose or second is who may do what is proposed, as their rules ask."""

TABLE: dict[str, list[Says]] = {
    "registered": [Says("agent source system", DESK, UP, stage="")],
    "details-changed": [Says("agent", DESK, UP)],
    "member-joined": [Says("agent", DESK, UP)],
    "member-left": [Says("agent", DESK, UP)],
    "succeeded": [Says("system", APPROVERS, (*HIGH, NATION))],
    "title-taken-over": [Says("system")],
    "closed": [Says("", DESK, UP)],
    "handed-over": [Says("", APPROVERS, (PROVINCE,))],
    "received": [Says("", APPROVERS, (PROVINCE,))],
    "contact-assigned": [Says("", DESK, HIGH)],
    "contact-released": [Says("", DESK, HIGH)],
    "coordinator-appointed": [Says("agent", DESK, UP)],
    "practices-stated": [Says("agent", DESK, UP)],
    "coverage-stated": [Says("agent", DESK, UP)],
    "followed-up": [Says("", FIELD)],
    "cultivation-planned": [Says("", DESK, UP)],
    "cultivation-concluded": [Says("", DESK, UP)],
    "cultivation-listed": [Says("", DESK, HIGH)],
    "survey-opened": [Says("agent union")],
    "survey-counted": [Says("timekeeper")],
    "self-evaluated": [Says("agent", DESK, UP)],
    "report-updated": [Says("agent", DESK, UP)],
    "report-adopted": [Says("agent union")],
    "report-sealed": [Says("agent union", DESK, UP)],
    "applied": [Says("agent")],
    "application-amended": [Says("agent")],
    "application-withdrawn": [Says("agent")],
    "application-accepted": _where_it_lies(DESK),
    "application-returned": _where_it_lies(DESK),
    "application-forwarded": _where_it_lies(DESK),
    "application-rejected": _where_it_lies(APPROVERS),
    "site-visited": _EVALUATED,
    "assessed-by-third-party": [Says("", (Role.ASSESSOR,))],
    "house-opined": [Says("", DESK, HIGH)],
    "evaluated": _with(_EVALUATED, roles=APPROVERS),
    "reviewed": _with(_DECIDED, roles=APPROVERS),
    "publicity-started": _DECIDED,
    "objection-raised": [Says("agent union public", FIELD)],
    "objection-resolved": [_case(DESK, (PROVINCE,), "objected"), _case(DESK, (PREFECTURE,), "objected", LOCAL)],
    "objection-admitted": [_case(DESK, (PROVINCE,), "objected"), _case(DESK, (PREFECTURE,), "objected", LOCAL)],
    "objection-joined": [_case(DESK, (PROVINCE,), "objected"), _case(DESK, (PREFECTURE,), "objected", LOCAL)],
    "objection-set-aside": [
        _case(APPROVERS, (PROVINCE,), "objected"),
        _case(APPROVERS, (PREFECTURE,), "objected", LOCAL),
    ],
    "publicity-interrupted": _with(_DECIDED, "timekeeper"),
    "publicity-completed": _with(_DECIDED, "timekeeper"),
    "nominated": [Says("", APPROVERS, (PROVINCE,))],
    "named": _named(APPROVERS),
    "naming-refused": _named(APPROVERS),
    "title-carried-in": _revoked(APPROVERS),
    "plaque-issued": _named(DESK),
    "plaque-reported-lost": [Says("agent", DESK, UP)],
    "term-extended": _named(APPROVERS),
    "term-expired": [Says("timekeeper")],
    "reserve-listed": [Says("", APPROVERS, (PROVINCE,))],
    "reserve-delisted": [Says("timekeeper", DESK, (PROVINCE,))],
    "commended": [Says("system")],
    "recommended-for-honour": [Says("", DESK, HIGH)],
    "honour-decided": [Says("", DESK, HIGH)],
    "incentive-granted": [Says("", DESK, UP)],
    "incentive-suspended": [Says("timekeeper", DESK, UP)],
    "incentive-resumed": [Says("", DESK, UP)],
    "incentive-ended": [Says("", DESK, UP)],
    "signal-recorded": [Says("source", INSPECTING)],
    "signal-amended": [Says("source", INSPECTING)],
    "signal-withdrawn": [Says("source", INSPECTING)],
    "signal-assessed": [Says("", DESK, HIGH)],
    "check-ordered": [Says("system", DESK, (*HIGH, NATION))],
    "check-conducted": [Says("", INSPECTING)],
    "cross-inspected": [Says("", INSPECTING, (PROVINCE, NATION), anywhere=True)],
    "rectification-ordered": [Says("", DESK, HIGH)],
    "rectification-reported": [Says("agent")],
    "rectification-concluded": [Says("", DESK, HIGH)],
    "verified": [Says("", DESK, HIGH)],
    "deadline-missed": [Says("timekeeper")],
    "revocation-proposed": _revoked(DESK, "", PREFECTURE),
    "revocation-dropped": _or_the_nation(_revoked(APPROVERS, "", PREFECTURE)),
    "hearing-notified": _revoked(DESK, "", PREFECTURE),
    "notice-served": _revoked(DESK, "agent", PREFECTURE),
    "revocation-lapsed": [Says("timekeeper")],
    "statement-heard": _revoked(DESK, "agent", PREFECTURE),
    "consent-requested": [Says("", DESK, (PROVINCE,))],
    "consent-given": [Says("", APPROVERS, (PROVINCE, NATION))],
    "consent-refused": [Says("", APPROVERS, (PROVINCE, NATION))],
    "revoked": _revoked(APPROVERS),
    "plaque-recovered": [Says("", DESK, HIGH)],
    "revocation-announced": _revoked(DESK),
    "reconsideration-requested": [Says("agent")],
    "reconsideration-decided": _or_the_nation(_revoked(APPROVERS)),
    "taking-up-requested": [Says("", DESK, (COUNTY, PREFECTURE))],
    "step-taken-up": [Says("", APPROVERS, HIGH)],
    "officer-lent": [Says("", APPROVERS, HIGH)],
    "entry-voided": [Says("agent union", (*FIELD, Role.ASSESSOR))],
    "entry-corrected": [Says("", FIELD)],
    "personal-data-erased": [Says("", (Role.DATA_OFFICER,))],
    **{
        f"duty-{what}": [Says("", APPROVERS, anywhere=True)]
        for what in ("released", "extended", "suspended", "resumed")
    },
    "duty-assigned": [Says("", DESK, anywhere=True)],
    **{name: [Says(EVERYBODY, tuple(Role), anywhere=True)] for name in SAYS_ITS_RULES},
}
"""What the domain says (§3, §7), written down once more: what is not here is refused."""

TYPES = {event.about.type.removeprefix("unit.").rpartition(".")[0]: event for event in CHAPTER_OF}


def _life(says: Says) -> Life:
    if not says.stage:
        return Life.of()
    if says.stage != "objected":
        return life_at(says.stage, says.title or PROVINCIAL, ownership=says.ownership)
    life = life_at("in_publicity", says.title or PROVINCIAL)
    life.act(ON["in_publicity"], PUBLIC, UnitObjectionRaised(ground="示例", text="示例"))
    return life


def _others(life: Life) -> dict[str, Actor]:
    strangers = {
        f"{name} of another unit": replace(agent, unit=somebody("别的单位")).agent()
        for name, agent in (("agent", life.agent), ("union", life.union))
    }
    return strangers | {
        "agent": life.agent.agent(), "union": life.union.agent(), "source": source().actor(),
        "public": PUBLIC, "timekeeper": TIMEKEEPER, "system": SYSTEM,
    }  # fmt: skip


def _officers() -> Iterator[tuple[Role, Level, bool, Actor]]:
    for role in Role:
        for level in Level:
            yield role, level, True, post(role, level, House.HR).actors(DAY)[0]
            if level in ELSEWHERE:
                yield role, level, False, post(role, level, House.HR, place=ELSEWHERE[level]).actors(DAY)[0]


def _entitled(life: Life, name: str, actor: Actor, title: str | None = None) -> bool:
    event_type = TYPES[name]
    act = Intent(event_type, actor, DAY, subject={"title": title})
    return acts_within_office(life.unit, act, UNIT.laws[event_type], PACK) is None


@pytest.mark.parametrize("name", sorted(TYPES))
def test_exactly_these_may(name: str) -> None:
    for says in TABLE[name]:
        life = _life(says)
        for other, actor in _others(life).items():
            assert _entitled(life, name, actor, says.title) is (other in says.others.split()), (other, says)
        in_any_place = says.anywhere or not says.stage
        for role, level, here, actor in _officers():
            expected = role in says.roles and level in says.levels and (here or in_any_place)
            assert _entitled(life, name, actor, says.title) is expected, (role, level, here, says)


def test_every_event_of_a_unit_is_somebodys() -> None:
    assert set(TABLE) == set(TYPES)
    assert set(UNIT.laws) == set(CHAPTER_OF)


def test_what_no_office_takes_is_nobodys() -> None:
    life = life_at("named")
    actors = [*_others(life).values(), *(actor for *_, actor in _officers())]
    for event_type, law in UNIT.laws.items():
        nobodys = replace(law, office=())
        for actor in actors:
            assert acts_within_office(life.unit, Intent(event_type, actor, DAY), nobodys, PACK), event_type


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.OPERATOR])
def test_who_reads_or_runs_decides_nothing(role: Role) -> None:
    life = life_at("named")
    actor = post(role, PROVINCE).actors(DAY)[0]
    assert not any(_entitled(life, name, actor) for name in TYPES if name not in SAYS_ITS_RULES)


def test_a_role_is_worth_nothing_in_another_kind_of_actor() -> None:
    life = life_at("reviewed")
    approving = post(Role.APPROVER, PROVINCE).actors(DAY)[0]
    for kind in ActorKind:
        actor = approving.model_copy(update={"kind": kind})
        lawful = _entitled(life, "publicity-started", actor, PROVINCIAL)
        assert lawful is (kind is ActorKind.OFFICER)
