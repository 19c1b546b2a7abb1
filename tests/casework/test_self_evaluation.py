"""自评: the report, the congress and the seals (I-01, I-02, A-01 … A-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.unit.self_evaluation import Survey, TrainingFunds, UnitReportSealed, UnitSelfEvaluated
from events.words import Conductor, Level, Sealer, UnitKind
from tests.casework.given import DAY, PACK, cited, desk, self_evaluation
from tests.casework.stages import adopted, life_at, seal, sealed_by

SURVEY = Survey(entitled=300, answered=150, scores=dict.fromkeys(PACK.survey_indicators, 90))


def _but(**changes: object) -> UnitSelfEvaluated:
    return self_evaluation().model_copy(update=changes)


def test_an_enterprise_evaluates_itself_standard_by_standard() -> None:
    life, whole = life_at("registered"), self_evaluation()
    cited(life.refused(DAY, life.agent, _but(items=whole.items[1:])), "I-00")
    cited(life.refused(DAY, life.agent, _but(items=(*whole.items, whole.items[0]))), "I-00")
    over = whole.items[0].model_copy(update={"score": whole.items[0].score + 1})
    cited(life.refused(DAY, life.agent, _but(items=(over, *whole.items[1:]))), "I-00")
    cited(life.refused(DAY, life.agent, _but(standard_set="township_national")), "I-00")
    life.act(DAY, life.agent, whole)
    assert life.unit.self_evaluation.score == 100


def test_i_01_an_enterprises_report_is_its_own() -> None:
    life = life_at("registered")
    cited(life.refused(DAY, life.agent, _but(conducted_by=Conductor.TRIPARTITE)), "I-01")


@pytest.mark.parametrize("kind", [UnitKind.PARK, UnitKind.TOWNSHIP])
def test_i_02_a_parks_and_a_townships_is_its_tripartite_bodys(kind: UnitKind) -> None:
    life, whole = life_at("registered", kind=kind), self_evaluation(kind)
    own = whole.model_copy(update={"conducted_by": Conductor.UNIT})
    cited(life.refused(DAY, life.agent, own), "I-02")
    life.act(DAY, desk(Level.COUNTY), whole)
    cited(life.refused(DAY, life.agent, adopted(life, DAY)), "I-02")
    cited(life.refused(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE)), "I-02")
    life.act(DAY, desk(Level.COUNTY), sealed_by(life, Sealer.TRIPARTITE))
    assert life.unit.self_evaluation.complete_for(kind)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"survey": None}, "A-02"),
        ({"survey": SURVEY.model_copy(update={"answered": 301})}, "A-02"),
        ({"survey": SURVEY.model_copy(update={"answered": 89})}, "A-02"),
        ({"survey": SURVEY.model_copy(update={"scores": {"pay": 90}})}, "A-02"),
        ({"survey": SURVEY.model_copy(update={"scores": SURVEY.scores | {"weather": 90}})}, "I-00"),
        ({"training_funds": None}, "A-01"),
        ({"training_funds": TrainingFunds(total=100, front_line=101)}, "A-01"),
    ],
)
def test_a_01_and_a_02_survey_and_funds_have_to_be_whole(changes: dict[str, object], rule: str) -> None:
    life = life_at("registered")
    cited(life.refused(DAY, life.agent, _but(**changes)), rule)
    life.act(DAY, life.agent, self_evaluation())


@pytest.mark.parametrize(("entitled", "answered"), [(300, 90), (5_000, 200), (10, 90)])
def test_a_02_a_sample_of_30_percent_or_200_is_enough(entitled: int, answered: int) -> None:
    life = life_at("registered")
    survey = SURVEY.model_copy(update={"entitled": max(entitled, answered), "answered": answered})
    cited(life.refused(DAY, life.agent, _but(survey=survey.model_copy(update={"answered": answered - 1}))), "A-02")
    life.act(DAY, life.agent, _but(survey=survey))


def test_i_01_nothing_is_adopted_or_sealed_before_it_is_there() -> None:
    life = life_at("registered")
    digest = self_evaluation().report.sha256
    event = UnitReportSealed(report_digest=digest, sealed_by=Sealer.ENTERPRISE, seal="示例印章")
    cited(life.refused(DAY, life.agent, event), "I-01")
    life.act(DAY, life.agent, self_evaluation())
    cited(life.refused(DAY, life.agent, event), "I-01")
    life.act(DAY, life.agent, adopted(life, DAY))
    life.act(DAY, life.agent, event)


@pytest.mark.parametrize(
    ("present", "in_favour", "lawful"),
    [(67, 51, True), (66, 66, False), (67, 50, False), (100, 51, True), (100, 50, False), (101, 60, False)],
)
def test_a_03_the_congress_has_quorum_and_majority(present: int, in_favour: int, lawful: bool) -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    event = adopted(life, DAY, present=present, in_favour=in_favour)
    if lawful:
        life.act(DAY, life.agent, event)
    else:
        cited(life.refused(DAY, life.agent, event), "A-03")


def test_a_03_the_counts_add_up_and_i_21_the_congress_has_met() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    good = adopted(life, DAY)
    cited(life.refused(DAY, life.agent, good.model_copy(update={"against": 6})), "A-03")
    cited(life.refused(DAY, life.agent, good.model_copy(update={"on": DAY + timedelta(days=1)})), "I-21")
    life.act(DAY, life.agent, good)


def test_i_01_each_seals_once_and_for_itself() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    life.act(DAY, life.agent, adopted(life, DAY))
    cited(life.refused(DAY, life.agent, sealed_by(life, Sealer.UNION)), "I-01")
    cited(life.refused(DAY, life.union, sealed_by(life, Sealer.ENTERPRISE)), "I-01")
    cited(life.refused(DAY, desk(Level.COUNTY), sealed_by(life, Sealer.TRIPARTITE)), "I-01")
    life.act(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE))
    cited(life.refused(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE)), "I-01")
    life.act(DAY, life.union, sealed_by(life, Sealer.UNION))
    assert life.unit.self_evaluation.complete_for(UnitKind.ENTERPRISE)


def test_i_01_a_changed_report_voids_adoption_and_seals() -> None:
    life = life_at("sealed")
    old = sealed_by(life, Sealer.UNION)
    life.act(DAY, life.agent, self_evaluation(report="修改后的自评报告"))
    assert not life.unit.self_evaluation.complete_for(UnitKind.ENTERPRISE)
    cited(life.refused(DAY, life.union, old), "I-01")
    life.act(DAY, life.agent, adopted(life, DAY))
    cited(life.refused(DAY, life.union, old), "I-01")
    fresh = life_at("registered")
    seal(fresh, DAY, report="修改后的自评报告")
