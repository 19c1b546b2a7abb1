"""T-03 in a revocation: who did one of its steps does not do the other, by person, as the pack's pairs say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.envelope import Event
from events.record import COMMON, ActSeconded
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationDropped,
    UnitRevoked,
    UnitStatementHeard,
)
from events.words import DocumentKind, House, Level, Matter, Opinion, ReconsiderationOutcome
from services.casework.officer.state import Appointment, Officer
from services.casework.pack_parts import Pair, Scope
from tests.casework.given import LOCAL, NATIONAL, PACK, Life, a_paper, approver, cited, desk, document, somebody
from tests.casework.stages import ON, life_at, opine

DAY = ON["heard"]
REVOKED = UnitRevoked(document_number="示例取消〔2025〕1号")
DROPPED = UnitRevocationDropped(reason="示例")
REQUESTED = UnitConsentRequested(document_number="示例请示〔2025〕1号")
SPOKEN = UnitStatementHeard(text="示例：陈述申辩意见", documents=(document("陈述笔录"),))
UPHELD = UnitReconsiderationDecided(outcome=ReconsiderationOutcome.UPHELD, reason="示例")
PAPER = a_paper()
NO = a_paper("国三方示例〔2025〕2号", kind=DocumentKind.REFUSAL)
GIVEN = UnitConsentGiven(document_number="示例国三方〔2025〕1号", paper=PAPER.id)
REFUSED = UnitConsentRefused(document_number="示例国三方〔2025〕1号", reason="示例", paper=NO.id)


def of_every_role(officer: Officer, *, twin: bool = False) -> Officer:
    """Somebody who handles and approves; as a twin, under another id with the same person tag."""
    held = officer.appointments[0]
    posts = approver(held.level or Level.PROVINCE, held.house or House.HR, place=held.place).appointments
    both: tuple[Appointment, ...] = (held, *(replace(post, version=3) for post in posts))
    found = replace(officer, appointments=both, tag="示例标识")
    return replace(found, id=somebody(f"{officer.id}·另一账户")) if twin else found


def told_of(title: str = LOCAL) -> Life:
    """A life in which a revocation is proposed and the unit told."""
    life = life_at("proposed", title)
    life.act(ON["proposed"], desk(Level.PREFECTURE), UnitHearingNotified(title=title))
    return life


def second(life: Life, who: Officer) -> None:
    """Another person seconds what waits."""
    waiting = next(iter(life.unit.common.open_acts.values()))
    seconded: ActSeconded = COMMON["unit"].act_seconded(proposal=waiting.version, digest=waiting.digest)
    life.act(DAY, who, seconded)


def heard_by(life: Life, first: Officer, other: Officer) -> None:
    """Two of the office record what the unit said."""
    life.act(DAY, first, SPOKEN)
    second(life, other)


def refused_for_both(life: Life, person: Officer, event: Event) -> None:
    """T-03 refuses the act to that person, and to the same person under another account."""
    for who in (person, of_every_role(person, twin=True)):
        life.knows(of_every_role(person))
        cited(life.refused(DAY, of_every_role(who) if who is person else who, event), "T-03")


@pytest.mark.parametrize("decision", [REVOKED, DROPPED])
def test_who_proposes_neither_revokes_nor_drops(decision: Event) -> None:
    life = life_at("heard", LOCAL)
    if decision is DROPPED:
        opine(life, DAY, Level.PREFECTURE, LOCAL, Matter.REVOCATION, dict.fromkeys(House, Opinion.OPPOSE))
    refused_for_both(life, desk(Level.PREFECTURE), decision)
    life.act(DAY, approver(Level.PREFECTURE), decision)


def test_who_proposes_does_not_hear_the_unit() -> None:
    life = told_of()
    refused_for_both(life, desk(Level.PREFECTURE), SPOKEN)
    heard_by(life, _tagged(2), _tagged(3))
    assert isinstance(life.unit.entries[-1].event, UnitStatementHeard)


def test_who_proposes_does_not_second_the_hearing() -> None:
    life = told_of()
    life.act(DAY, _tagged(2), SPOKEN)
    waiting = next(iter(life.unit.common.open_acts.values()))
    seconding = COMMON["unit"].act_seconded(proposal=waiting.version, digest=waiting.digest)
    life.knows(_tagged(2))
    cited(life.refused(DAY, of_every_role(desk(Level.PREFECTURE)), seconding), "T-03")


@pytest.mark.parametrize("part", ["proposed", "heard", "seconded the hearing", "decided"])
def test_who_had_a_part_in_a_revocation_does_not_reconsider_it(part: str) -> None:
    life = told_of()
    heard_by(life, _tagged(2), _tagged(3))
    opine(life, DAY, Level.PREFECTURE, LOCAL, Matter.REVOCATION)
    life.act(DAY, approver(Level.PREFECTURE), REVOKED)
    life.act(DAY, life.agent, UnitReconsiderationRequested(text="示例：请求复核"))
    who = {
        "proposed": desk(Level.PREFECTURE),
        "heard": desk(Level.PREFECTURE, n=2),
        "seconded the hearing": desk(Level.PREFECTURE, n=3),
        "decided": approver(Level.PREFECTURE),
    }[part]
    refused_for_both(life, who, UPHELD)
    life.act(DAY, approver(Level.PREFECTURE, n=2), UPHELD)


@pytest.mark.parametrize("answer", [GIVEN, REFUSED])
def test_who_asks_for_consent_does_not_record_the_answer(answer: Event) -> None:
    life = life_at("heard", NATIONAL)
    life.knows(PAPER)
    life.knows(NO)
    life.act(DAY, desk(Level.PROVINCE), REQUESTED)
    refused_for_both(life, desk(Level.PROVINCE), answer)
    life.act(DAY, approver(Level.PROVINCE), answer)


@pytest.mark.parametrize("hand", ["recorded_by", "confirmed_by"])
def test_who_asks_for_consent_has_no_hand_in_the_paper_of_the_answer(hand: str) -> None:
    life, asks = life_at("heard", NATIONAL), desk(Level.PROVINCE)
    life.knows(replace(PAPER, **{hand: asks.id}))
    life.act(DAY, asks, REQUESTED)
    assert cited(life.refused(DAY, approver(Level.PROVINCE), GIVEN), "T-03") == (str(PAPER.id),)


def test_who_confirmed_the_paper_does_not_record_the_answer_from_it() -> None:
    life, records = life_at("heard", NATIONAL), approver(Level.PROVINCE)
    life.act(DAY, desk(Level.PROVINCE), REQUESTED)
    life.knows(replace(PAPER, confirmed_by=records.id))
    cited(life.refused(DAY, records, GIVEN), "T-03")
    life.act(DAY, approver(Level.PROVINCE, n=2), GIVEN)


def test_a_part_in_an_earlier_proposal_keeps_nobody_from_a_later_one() -> None:
    life = life_at("proposed", LOCAL)
    proposed = life.unit.entries[-1].event
    life.act(DAY, approver(Level.PREFECTURE), DROPPED)
    again = life.act(DAY, desk(Level.PREFECTURE, n=4), proposed)
    cited(life.refused(DAY, of_every_role(desk(Level.PREFECTURE, n=4)), DROPPED), "T-03")
    dropped = life.act(DAY, of_every_role(desk(Level.PREFECTURE)), DROPPED)
    assert dropped.version == again.version + 1
    assert isinstance(dropped.event, UnitRevocationDropped)
    assert not life.unit.revocation.proposals


def test_a_pack_without_the_pair_keeps_nobody_apart() -> None:
    life, who = life_at("heard", LOCAL), of_every_role(desk(Level.PREFECTURE))
    cited(life.refused(DAY, who, REVOKED), "T-03")
    kept: tuple[Pair, ...] = tuple(pair for pair in PACK.pairs if pair.scope is not Scope.REVOCATION)
    life.pack = PACK.model_copy(update={"pairs": kept})
    assert isinstance(life.act(DAY, who, REVOKED).event, UnitRevoked)


def _tagged(n: int) -> Officer:
    return replace(desk(Level.PREFECTURE, n=n), tag=f"示例标识{n}")
