"""更正: figures that an office typed in wrongly, corrected by two of it, old and new side by side (T-13)."""

from __future__ import annotations

from datetime import date

import pytest

from events.figures import CorrectedFigure, figures_of, with_figures
from events.record import COMMON, ActProposed, EntryCorrected
from events.unit.cultivation import UnitCoordinatorAppointed
from events.unit.evaluation import UnitSiteVisited
from events.unit.practices import UnitCoverageStated
from events.words import House, Level, UnitKind
from services.casework.judgement import judge
from services.casework.unit.separation import steps_done
from tests.casework.given import (
    DAY,
    PROVINCIAL,
    Life,
    approver,
    cited,
    desk,
    judged_items,
    registration,
    self_evaluation,
    visitors,
)
from tests.casework.stages import ON, life_at, opine

CORRECTED = COMMON["unit"].entry_corrected
MAKER, COLLEAGUE = desk(Level.COUNTY), desk(Level.COUNTY, House.UNION, n=2)


def _coverage(collective_contract: int = 120) -> UnitCoverageStated:
    return UnitCoverageStated(
        enterprises=150, collective_contract=collective_contract, congress=90, mediation=60, coordinator=40, stations=3,
        as_of=DAY,
    )  # fmt: skip


def _stated() -> tuple[Life, int]:
    life = Life.of(UnitKind.PARK)
    life.act(DAY, life.agent, registration(life))
    return life, life.act(DAY, MAKER, _coverage()).version


def _correction(version: int, now: int = 102, was: int = 120, field: str = "/collective_contract") -> EntryCorrected:
    return CORRECTED(
        version=version, figures=(CorrectedFigure(field=field, was=was, now=now),), reason="示例：录入时数字颠倒"
    )


def _by_two(life: Life, event: EntryCorrected, day: date = DAY, second: object = COLLEAGUE) -> None:
    proposal = life.act(day, MAKER, event)
    assert isinstance(proposal.event, ActProposed)
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    life.act(day, second, seconding)  # type: ignore[arg-type]


def test_T_13_two_of_the_office_correct_a_figure_and_both_figures_stand() -> None:
    life, version = _stated()
    before = life.unit.entries[version - 1]
    _by_two(life, _correction(version))
    coverage = life.unit.practices.coverage
    assert coverage is not None
    assert coverage.collective_contract == 102
    assert life.unit.entries[version - 1] == before, "what was stored stays as it was stored"
    assert life.unit.corrected == {version}
    made = life.unit.entries[-1].event
    assert isinstance(made, EntryCorrected)
    assert [(one.was, one.now) for one in made.figures] == [(120, 102)]
    assert life.judged_again() == []


def test_T_13_a_figure_is_corrected_again_from_what_it_was_corrected_to() -> None:
    life, version = _stated()
    _by_two(life, _correction(version))
    cited(life.refused(DAY, MAKER, _correction(version, 99)), "T-13")
    _by_two(life, _correction(version, 99, was=102))
    assert life.unit.practices.coverage == _coverage(99)


def test_T_13_one_person_corrects_nothing_and_nobody_from_another_office() -> None:
    life, version = _stated()
    proposal = life.act(DAY, MAKER, _correction(version))
    assert isinstance(proposal.event, ActProposed)
    assert life.unit.practices.coverage == _coverage()
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(DAY, MAKER, seconding), "T-04")
    for other in (desk(Level.PREFECTURE, House.UNION), desk(Level.COUNTY, House.UNION, place="430105", n=7)):
        assert {"T-13", "I-13"} & {one.rule for one in life.refused(DAY, other, seconding)}
        assert {"T-13", "I-13"} & {one.rule for one in life.refused(DAY, other, _correction(version))}
    assert "I-13" in {one.rule for one in life.refused(DAY, life.agent, _correction(version))}


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        (_correction(2, was=121), "/figures/0/was"),
        (_correction(2, now=120), "/figures/0/was"),
        (_correction(2, field="/as_of"), "/figures/0/field"),
        (_correction(2, field="/nothing"), "/figures/0/field"),
        (_correction(2, now=10_000_001), "/figures"),
        (_correction(9), "/version"),
        (_correction(1, field="/headcount", was=300), "/version"),
    ],
)
def test_T_13_a_correction_names_a_figure_that_stood_as_it_says(event: EntryCorrected, pointer: str) -> None:
    life, _ = _stated()
    assert life.refused(DAY, MAKER, event)[0].pointer == pointer


def test_T_13_nobody_corrects_a_decision_nor_another_ones_word() -> None:
    life = life_at("reviewed")
    evaluated = life.types.index("evaluated") + 1
    said = life.types.index("self-evaluated") + 1
    assert life.unit.entries[said - 1].actor.unit == life.unit.id
    office = approver(Level.PREFECTURE)
    cited(life.refused(ON["reviewed"], office, _correction(evaluated, 90, 91, "/score")), "T-13")
    cited(life.refused(ON["reviewed"], office, _correction(said, 299, 300, "/survey/entitled")), "T-13")


def test_T_13_what_opinions_weighed_is_corrected_no_more() -> None:
    """Sibling of L-01: the visitors' points are raised once the houses have spoken on them."""
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    own = life.unit.self_evaluation.scores
    scored = tuple(one.model_copy(update={"score": own[one.standard] - 1, "note": "示例"}) for one in judged_items())
    people = (desk(Level.PREFECTURE), desk(Level.PREFECTURE, House.UNION))
    life.knows(*people)
    version = life.act(day, people[0], UnitSiteVisited(on=day, visitors=visitors(*people), items=scored)).version
    first = own[scored[0].standard]
    raised = _correction(version, first, first - 1, "/items/0/score")
    life.copy().act(day, people[0], raised)
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, people[0], raised), "T-13")


def test_T_13_the_total_follows_from_the_points_corrected() -> None:
    life = Life.of(UnitKind.ENTERPRISE)
    life.act(DAY, life.agent, registration(life))
    office = desk(Level.PREFECTURE)
    version = life.act(DAY, office, self_evaluation()).version
    score = life.unit.self_evaluation.score
    first = self_evaluation().items[0].score
    event = _correction(version, first - 1, first, "/items/0/score")
    proposed, _, refusals = life.judged(DAY, office, event)
    assert refusals == []
    assert isinstance(proposed, EntryCorrected)
    assert proposed.follows == (CorrectedFigure(field="/score", was=score, now=score - 1),)
    forged = proposed.model_copy(update={"follows": None})
    context = life.context(office, event)
    found = judge(life.unit, forged, life.post_of(DAY, office, event), DAY, life.pack, context=context)
    assert [one.pointer for one in found] == ["/follows"]


def test_T_03_who_corrects_a_report_has_entered_it() -> None:
    life = Life.of(UnitKind.ENTERPRISE)
    life.act(DAY, life.agent, registration(life))
    maker, second = desk(Level.PREFECTURE), desk(Level.PREFECTURE, House.UNION, n=5)
    version = life.act(DAY, maker, self_evaluation()).version
    first = self_evaluation().items[0].score
    proposal = life.act(DAY, maker, _correction(version, first - 1, first, "/items/0/score"))
    assert isinstance(proposal.event, ActProposed)
    life.act(DAY, second, COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest))
    entered = {done.person for done in steps_done(life.unit, "", life.unit.version) if done.step == "act:enter"}
    assert {maker.id, second.id} <= entered


def test_a_coordinators_count_is_a_figure_and_a_severity_or_a_size_is_none() -> None:
    appointed = UnitCoordinatorAppointed(count=12, certified=10)
    assert figures_of(appointed) == {"/count": 12, "/certified": 10}
    report = self_evaluation()
    assert not {pointer for pointer in figures_of(report) if pointer.endswith("size")}
    again = with_figures(report, (CorrectedFigure(field="/survey/answered", was=150, now=151),))
    assert again.survey is not None
    assert again.survey.answered == 151
    with pytest.raises(KeyError):
        with_figures(report, (CorrectedFigure(field="/report/size", was=1, now=2),))
