"""Ways round the law that were known for a while: opinions replaced, cases withdrawn, seals lent, papers used again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from events.unit.application import UnitApplicationWithdrawn
from events.unit.evaluation import UnitHouseOpined
from events.unit.publicity import UnitObjectionRaised
from events.unit.registration import UnitClosed
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRequested,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationDropped,
    UnitRevoked,
)
from events.words import (
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    ReconsiderationOutcome,
    Sealer,
    UnitKind,
)
from tests.casework.given import (
    NATIONAL,
    PACK,
    PROVINCIAL,
    PUBLIC,
    Life,
    a_paper,
    approver,
    cited,
    desk,
    self_evaluation,
)
from tests.casework.stages import ON, applied, hear, life_at, opine, propose_revocation, renew, sealed_by, visited

DAY = ON["evaluated"]
PREF = Level.PREFECTURE
UNION = House.UNION


# --- T-07: an opinion replaced by a colleague -------------------------------------------------------------------------


def _opinion(said: Opinion, reason: str | None = None, matter: Matter = Matter.APPLICATION) -> UnitHouseOpined:
    return UnitHouseOpined(title=PROVINCIAL, matter=matter, opinion=said, reason=reason)


def _opposed() -> tuple[Life, int]:
    """The union's officer opposes."""
    life = life_at("at_evaluation")
    life.act(DAY, desk(PREF), visited(life, DAY, PROVINCIAL))
    return life, life.act(DAY, desk(PREF, UNION), _opinion(Opinion.OPPOSE, "示例：欠薪")).version


def test_T_07_a_colleague_of_the_same_house_does_not_replace_an_opinion() -> None:
    life, _ = _opposed()
    cited(life.refused(DAY, desk(PREF, UNION, n=2), _opinion(Opinion.SUPPORT, "示例")), "T-07")
    cited(life.refused(DAY, approver(PREF, UNION), _opinion(Opinion.SUPPORT)), "T-07")
    own = life.copy().act(DAY, desk(PREF, UNION), _opinion(Opinion.SUPPORT))
    assert isinstance(own.event, UnitHouseOpined)


def test_T_07_the_houses_approver_replaces_it_with_a_reason_and_names_it() -> None:
    life, version = _opposed()
    entry = life.act(DAY, approver(PREF, UNION), _opinion(Opinion.SUPPORT, "示例：已经清偿"))
    assert isinstance(entry.event, UnitHouseOpined)
    assert entry.event.replaces == version


def test_T_07_after_another_visit_or_a_decision_a_colleague_speaks_anew() -> None:
    """What a later visit or a decision has left behind is not replaced, but said again."""
    life, _ = _opposed()
    life.act(DAY, desk(PREF), visited(life, DAY, PROVINCIAL))
    anew = life.act(DAY, desk(PREF, UNION, n=2), _opinion(Opinion.SUPPORT))
    assert isinstance(anew.event, UnitHouseOpined)
    assert anew.event.replaces is None


@pytest.mark.parametrize("matter", [Matter.REVOCATION, Matter.RECONSIDERATION])
def test_T_07_no_more_does_it_on_a_revocation_or_its_reconsideration(matter: Matter) -> None:
    life, day = life_at("heard"), ON["heard"]
    if matter is Matter.RECONSIDERATION:
        life.act(day, approver(Level.PROVINCE), UnitRevoked(title=PROVINCIAL, document_number="示例"))
        life.act(day, life.agent, UnitReconsiderationRequested(title=PROVINCIAL, text="示例"))
        opine(life, day, Level.PROVINCE, PROVINCIAL, matter)
    other = _opinion(Opinion.OPPOSE, "示例", matter)
    cited(life.refused(day, desk(Level.PROVINCE, UNION, n=2), other), "T-07")
    life.act(day, approver(Level.PROVINCE, UNION), other)


# --- T-22: withdrawn before it is refused -----------------------------------------------------------------------------


def _withdrawn(stage: str) -> Life:
    life = life_at(stage)
    life.act(ON[stage], life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    return life


def test_T_22_who_withdraws_after_a_visit_waits_as_who_was_rejected() -> None:
    """The visitors found problems; the unit withdrew, and applied again the next day."""
    life, day = _withdrawn("evaluated"), ON["evaluated"]
    renewed = life.copy()
    with pytest.raises(AssertionError, match="I-16"):
        renew(renewed, day + timedelta(days=1), PROVINCIAL)
    renew(life, PACK.after(day, PACK.windows.reapply_after_rejection), PROVINCIAL)


@pytest.mark.parametrize("step", ["visit", "opinion", "objection"])
def test_T_22_one_visit_opinion_or_objection_is_enough(step: str) -> None:
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    if step == "visit":
        life.act(day, desk(PREF), visited(life, day, PROVINCIAL))
    elif step == "opinion":
        life.act(day, desk(PREF, UNION), _opinion(Opinion.OPPOSE, "示例"))
    else:
        life, day = life_at("in_publicity"), ON["in_publicity"]
        life.act(day, PUBLIC, UnitObjectionRaised(title=PROVINCIAL, ground="示例", text="示例"))
    life.act(day, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    cited(life.refused(day, life.agent, applied(life, PROVINCIAL)), "I-16")


def test_T_22_what_nobody_looked_into_is_withdrawn_freely() -> None:
    """A wrong route, a report with a slip: withdrawn before anybody came, it is applied with again."""
    life, day = _withdrawn("applied"), ON["applied"]
    life.act(day, life.agent, applied(life, PROVINCIAL))
    assert life.types[-2:] == ["application-withdrawn", "applied"]


# --- T-17: a seal that is lent ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [UnitKind.BUILDING, UnitKind.BLOCK, UnitKind.INDUSTRY, UnitKind.PARK])
def test_T_17_a_units_agent_does_not_seal_for_a_tripartite_body(kind: UnitKind) -> None:
    """A building's agent declared its report, and put the body's seal under it."""
    life, day = life_at("registered", kind=kind), ON["registered"]
    life.act(day, desk(Level.COUNTY), self_evaluation(kind))
    seal = sealed_by(life, Sealer.TRIPARTITE)
    assert "T-17" in {refusal.rule for refusal in life.refused(day, life.agent, seal)}
    life.act(day, desk(Level.COUNTY), seal)


# --- I-14: a duty that goes with the unit -----------------------------------------------------------------------------


def test_I_14_a_unit_is_not_closed_before_its_grave_facts_are_answered() -> None:
    """The prefecture owed a proposal for a serious fact, closed the unit, and owed nothing any more."""
    life, day, head = life_at("found_serious"), ON["found_serious"], approver(PREF, n=2)
    closed = UnitClosed(reason="示例")
    assert ObligationKind.PROPOSE_REVOCATION in {one.kind for one in life.owed()}
    assert "T-21" in {refusal.rule for refusal in life.refused(day, head, closed)}
    proposed, dropped = life.copy(), life
    propose_revocation(proposed, day, PROVINCIAL)
    proposed.act(day, head, closed)
    hear(proposed, day, PROVINCIAL)
    dropped.act(day, approver(Level.PROVINCE), UnitRevocationDropped(title=PROVINCIAL, reason="示例"))
    dropped.act(day, head, closed)


# --- T-23: a paper used again -----------------------------------------------------------------------------------------


def _consented(paper: UUID) -> Life:
    life, day = life_at("heard", NATIONAL), ON["heard"]
    life.knows(a_paper())
    life.act(day, desk(Level.PROVINCE), UnitConsentRequested(title=NATIONAL, document_number="示例"))
    life.act(day, approver(Level.PROVINCE), UnitConsentGiven(title=NATIONAL, document_number="示例", paper=paper))
    return life


def test_T_23_the_paper_that_consented_does_not_set_aside_nor_drop() -> None:
    """The nation's consent to the revocation was shown again as its consent to dropping it, and to setting it aside."""
    paper, day = a_paper(), ON["heard"]
    life, other = _consented(paper.id), approver(Level.PROVINCE, n=4)
    another = a_paper("国三方示例〔2025〕2号")
    life.knows(another)
    dropped = UnitRevocationDropped(title=NATIONAL, reason="示例", paper=paper.id)
    cited(life.refused(day, other, dropped), "T-23")
    life.copy().act(day, other, dropped.model_copy(update={"paper": another.id}))
    life.act(day, approver(Level.PROVINCE, n=3), UnitRevoked(title=NATIONAL, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=NATIONAL, text="示例"))
    opine(life, day, Level.PROVINCE, NATIONAL, Matter.RECONSIDERATION)
    aside = UnitReconsiderationDecided(
        title=NATIONAL, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例", paper=paper.id
    )
    cited(life.refused(day, other, aside), "T-23")
    life.act(day, other, aside.model_copy(update={"paper": another.id}))
