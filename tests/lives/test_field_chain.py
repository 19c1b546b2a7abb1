"""Ways round the law that got through once: what holds between the steps of one application."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
)
from events.unit.evaluation import UnitEvaluated, UnitReviewed
from events.unit.publicity import (
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.unit.registration import UnitDetailsChanged
from events.words import Level, ObligationKind, Recommendation, Step
from services.casework.unit.application import case_step
from tests.casework.given import (
    NATIONAL,
    PACK,
    PROVINCE,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    approver,
    cited,
    desk,
    self_evaluation,
)
from tests.casework.stages import (
    ON,
    adopted,
    applied,
    evaluate,
    life_at,
    name,
    nominate,
    opine,
    review,
    seal,
    visited,
)

RECOMMENDED = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
REVIEWED = UnitReviewed(title=PROVINCIAL, outcome=Recommendation.RECOMMEND)


def publicity(title: str, day: date) -> UnitPublicityStarted:
    until = PACK.after(day, PACK.windows.publicity)
    return UnitPublicityStarted(title=title, from_=day, until=until, channel="示例门户网站")


def _returned(life: Life, day: date, level: Level) -> None:
    life.act(day, desk(level), UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例：须补正",)))


def test_L_01_a_report_entered_anew_is_adopted_and_sealed_anew() -> None:
    """After applying, the self-evaluation was entered again with the same digest and better figures."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    before = life.digest
    life.act(day, life.agent, self_evaluation(satisfied=99))
    assert life.digest == before
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "T-01")
    _returned(life, day, Level.PREFECTURE)
    amended = UnitApplicationAmended(title=PROVINCIAL, note="示例：更正自评报告")
    cited(life.refused(day, life.agent, amended), "I-01")
    seal(life, day)
    life.act(day, life.agent, amended)
    life.act(day, desk(Level.PREFECTURE), UnitApplicationAccepted(title=PROVINCIAL))
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "A-12", "I-04")
    evaluate(life, day, PROVINCIAL)


def test_L_02_another_report_is_evaluated_anew() -> None:
    """The province returned an evaluated case, the unit amended it with another report, and it was reviewed."""
    life, day = life_at("at_decision"), ON["reviewed"]
    _returned(life, day, Level.PROVINCE)
    seal(life, day, report="另一份自评报告")
    life.act(day, life.agent, UnitApplicationAmended(title=PROVINCIAL, report_digest=life.digest, note="示例"))
    case = life.unit.application.cases[PROVINCIAL]
    assert (case.level, case_step(life.unit, PROVINCIAL)) == (Level.PREFECTURE, Step.APPLIED)
    assert not life.unit.evaluation.visits.get(PROVINCIAL)
    cited(life.refused(day, approver(Level.PROVINCE), REVIEWED), "I-03", "I-04", "I-05")
    life.act(day, desk(Level.PREFECTURE), UnitApplicationAccepted(title=PROVINCIAL))
    early = visited(life, day - timedelta(days=5), PROVINCIAL)
    cited(life.refused(day, desk(Level.PREFECTURE), early), "T-01")
    evaluate(life, day, PROVINCIAL)
    life.act(day, desk(Level.PREFECTURE), UnitApplicationForwarded(title=PROVINCIAL))
    review(life, day, PROVINCIAL)


def test_L_02_a_correction_of_anything_else_restarts_nothing() -> None:
    """A corrected telephone number leaves the evaluation standing."""
    life, day = life_at("at_decision"), ON["reviewed"]
    _returned(life, day, Level.PROVINCE)
    life.act(day, life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例：更正联系电话"))
    life.act(day, desk(Level.PROVINCE), UnitApplicationAccepted(title=PROVINCIAL))
    review(life, day, PROVINCIAL)


def test_L_02_opinions_are_younger_than_the_last_visit() -> None:
    """Opinions given before a visit said nothing of what it found, and were relied on."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day - timedelta(days=2), PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    later = life.copy()
    life.act(day, approver(Level.PREFECTURE), RECOMMENDED)
    later.act(day, desk(Level.PREFECTURE), visited(later, day, PROVINCIAL))
    assert len(cited(later.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "T-01")) == 4
    opine(later, day, Level.PREFECTURE, PROVINCIAL)
    later.act(day, approver(Level.PREFECTURE), RECOMMENDED)


@pytest.mark.parametrize("entitled", [1, 14])
def test_L_08_a_congress_is_of_the_workers_and_after_the_report(entitled: int) -> None:
    """A congress of one, dated before the report, adopted it for a firm of 300; one worker answered the survey."""
    life, day = life_at("registered"), ON["sealed"]
    one = self_evaluation()
    assert one.survey is not None
    alone = one.survey.model_copy(update={"entitled": 1, "answered": 1})
    cited(life.refused(day, life.agent, one.model_copy(update={"survey": alone})), "A-02")
    life.act(day, life.agent, one)
    few = adopted(life, day).model_copy(
        update={"entitled": entitled, "present": entitled, "in_favour": entitled, "against": 0}
    )
    cited(life.refused(day, life.agent, few), "T-01")
    cited(life.refused(day, life.agent, adopted(life, day - timedelta(days=1))), "T-01")
    enough = few.model_copy(update={"entitled": 15, "present": 15, "in_favour": 15})
    life.act(day, life.agent, enough)


def test_L_08_a_stated_headcount_counts_where_it_is_larger() -> None:
    """The survey's own number of workers, or that of the register, whichever is more."""
    life, day = life_at("registered"), ON["sealed"]
    life.act(day, life.agent, UnitDetailsChanged(headcount=600, reason="示例"))
    cited(life.refused(day, life.agent, self_evaluation()), "A-02")
    assert PACK.quorums.survey_share * 600 > 150


def test_L_42_a_report_is_applied_with_while_it_is_young() -> None:
    """An application rested on a report ten years old."""
    life = life_at("sealed")
    last = PACK.after(ON["sealed"], PACK.windows.report_counts)
    cited(life.refused(last + timedelta(days=1), life.agent, applied(life, PROVINCIAL)), "T-16")
    life.act(last, life.agent, applied(life, PROVINCIAL))


@pytest.mark.parametrize("title", [PROVINCIAL, NATIONAL])
def test_L_42_a_cleared_publicity_leads_on_while_it_is_young(title: str) -> None:
    """Years after its publicity a unit could be named or nominated; now it is made public anew."""
    life = life_at("cleared", title)
    last = PACK.after(ON["cleared"], PACK.windows.publicity_counts)
    late = last + timedelta(days=1)
    by_then = life.copy()
    step = nominate if title == NATIONAL else name
    step(by_then, last, title)
    with pytest.raises(AssertionError, match="T-16"):
        step(life, late, title)
    cited(by_then.refused(last, desk(Level.PROVINCE), publicity(title, last)), "I-05" if title == NATIONAL else "I-00")
    life.act(late, desk(Level.PROVINCE), publicity(title, late))
    cleared = PACK.after(late, PACK.windows.publicity) + timedelta(days=1)
    life.act(cleared, TIMEKEEPER, UnitPublicityCompleted(title=title))
    step(life, cleared, title)


def test_L_42_an_objection_has_its_day_whatever_becomes_of_the_case() -> None:
    """An objection lay open, and no day came by which it was owed; nor did withdrawing make it owed less."""
    life, day = life_at("in_publicity"), ON["in_publicity"]
    version = life.act(day, PUBLIC, UnitObjectionRaised(title=PROVINCIAL, ground="示例", text="示例：有拖欠")).version

    def owed() -> list[tuple[str, str, date]]:
        return [(o.ref, o.holder, o.due) for o in life.owed() if o.kind is ObligationKind.RESOLVE_OBJECTION]

    due = PACK.after(day, PACK.windows.resolve_objection)
    assert owed() == [(str(version), f"province:{PROVINCE}", due)]
    life.act(day, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    life.act(day, life.agent, applied(life, PROVINCIAL))
    assert owed() == [(str(version), f"province:{PROVINCE}", due)]
    assert not life.unit.publicity.open_objections(PROVINCIAL)
    resolved = UnitObjectionResolved(objection_ref=version, upheld=False, findings="示例")
    life.act(day, desk(Level.PROVINCE, n=2), resolved)
    assert owed() == []
