"""R-04, R-05, R-07, R-12 (四(一), 四(二), 五(五)1): checklists computed from figures, departed from with a reason."""

from __future__ import annotations

from fractions import Fraction

import pytest

from events.fields import JudgedItem
from events.unit.evaluation import UnitEvaluated
from events.unit.self_evaluation import Figure, ItemScore, SecondStandard, StandardScore, UnitSelfEvaluated
from events.words import Level, Recommendation, Sealer, UnitKind
from services.casework.pack_parts import Computed
from tests.casework.given import DAY, PACK, PROVINCIAL, Life, approver, cited, desk, self_evaluation
from tests.casework.stages import ON, adopted, apply, life_at, opine, sealed_by, to_evaluation, visited

NATIONAL_SET = PACK.standard_sets["enterprise_national"]
BARGAINING = NATIONAL_SET.standards["union_and_bargaining"]
ITEMS = {name: item.score for name, item in BARGAINING.items.items()}


def _scored(score: int, **items: int) -> UnitSelfEvaluated:
    """The self-evaluation with that score of bargaining, item by item where they are given."""
    whole = self_evaluation()
    parts = tuple(ItemScore(item=name, score=points) for name, points in items.items())
    ours = StandardScore(standard="union_and_bargaining", score=score, items=parts)
    others = tuple(one for one in whole.items if one.standard != "union_and_bargaining")
    return whole.model_copy(update={"items": (*others, ours)})


def _with_contracts(event: UnitSelfEvaluated, signed: int, of: int) -> UnitSelfEvaluated:
    return event.model_copy(update={"figures": (Figure(figure="contracts_signed", part=signed, whole=of),)})


@pytest.mark.parametrize(("percent", "points"), [(100, 5), (99, 4), (95, 4), (90, 3), (75, 0), (50, 0), (0, 0)])
def test_R_04_a_missing_percent_costs_what_the_pack_says(percent: int, points: int) -> None:
    item = BARGAINING.items["contracts"]
    assert item.computed is not None
    assert item.computed.points(Fraction(percent, 100), item.score) == points


@pytest.mark.parametrize(("percent", "points"), [(100, 9), (80, 9), (79, 5), (50, 5), (49, 0)])
def test_R_07_a_band_gives_its_points_from_its_ratio_on(percent: int, points: int) -> None:
    item = PACK.standard_sets["township_national"].standards["collective_coverage"].items["single"]
    assert item.computed is not None
    assert item.computed.points(Fraction(percent, 100), item.score) == points


@pytest.mark.parametrize("said", [{}, {"per_missing_percent": "1/10", "bands": ({"from": "1/2", "score": 1},)}])
def test_R_04_an_item_is_computed_in_one_way(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="one of the two"):
        Computed.model_validate({"figure": "contracts_signed", **said})


def test_R_04_what_a_figure_computes_is_neither_more_nor_less() -> None:
    life, most = life_at("registered"), BARGAINING.score
    full = _with_contracts(_scored(most), 90, 100)
    assert cited(life.refused(DAY, life.agent, full), "A-24") == ("contracts",)
    cited(life.refused(DAY, life.agent, _with_contracts(_scored(2), 90, 100)), "A-24")
    entry = life.act(DAY, life.agent, _with_contracts(_scored(most - 2), 90, 100))
    assert isinstance(entry.event, UnitSelfEvaluated)
    (computed,) = entry.event.computed or ()
    assert (computed.standard, computed.item, computed.score) == ("union_and_bargaining", "contracts", 3)


def test_R_04_items_are_scored_one_by_one_and_add_up() -> None:
    life, most = life_at("registered"), BARGAINING.score
    for event, wrong in (
        (_scored(most - 1, **ITEMS), "union_and_bargaining"),
        (_scored(most, **{**ITEMS, "union": ITEMS["union"] + 1}), "union"),
        (_scored(most, **{name: points for name, points in ITEMS.items() if name != "contracts"}), "contracts"),
        (_scored(most, **ITEMS, committee=0), "committee"),
        (_with_contracts(_scored(most, **ITEMS), 90, 100), "contracts"),
    ):
        assert wrong in cited(life.refused(DAY, life.agent, event), "A-24")
    life.act(DAY, life.agent, _with_contracts(_scored(most - 2, **{**ITEMS, "contracts": 3}), 90, 100))


@pytest.mark.parametrize("figures", [((101, 100),), ((10_000_000, 1),), ((0, 0),), ((1, 2), (1, 2))])
def test_R_04_a_figure_is_a_part_of_its_whole_and_entered_once(figures: tuple[tuple[int, int], ...]) -> None:
    life = life_at("registered")
    said = tuple(Figure(figure="contracts_signed", part=part, whole=whole) for part, whole in figures)
    assert "A-24" in {
        refusal.rule
        for refusal in life.refused(DAY, life.agent, self_evaluation().model_copy(update={"figures": said}))
    }


def test_R_04_visitors_depart_from_a_score_with_a_reason() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    visit = visited(life, day, PROVINCIAL)
    own = life.unit.self_evaluation.scores["training"]
    for score, note, lawful in ((own, None, True), (own - 1, None, False), (own - 1, "示例：计划未落实", True)):
        judged = tuple(
            JudgedItem(standard="training", met=True, score=score, note=note) if item.standard == "training" else item
            for item in visit.items
        )
        event = visit.model_copy(update={"items": judged})
        if lawful:
            life.copy().act(day, desk(Level.PREFECTURE), event)
        else:
            assert cited(life.refused(day, desk(Level.PREFECTURE), event), "A-24") == ("training",)


def _evaluated_with_veto(life: Life) -> UnitEvaluated:
    day = ON["evaluated"]
    visit = visited(life, day, PROVINCIAL).model_copy(update={"vetoes": ("malicious_arrears",)})
    life.act(day, desk(Level.PREFECTURE), visit)
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    return UnitEvaluated(outcome=Recommendation.RECOMMEND, score=95)


def test_R_04_with_a_veto_nobody_is_recommended() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    recommended = _evaluated_with_veto(life)
    assert cited(life.refused(day, approver(Level.PREFECTURE), recommended), "A-24") == ("malicious_arrears",)
    park = life_at("at_evaluation", kind=UnitKind.PARK)
    visit = visited(park, day, PROVINCIAL).model_copy(update={"vetoes": ("malicious_arrears",)})
    cited(park.refused(day, desk(Level.PREFECTURE), visit), "A-24")


@pytest.mark.parametrize(("due", "enough"), [(10_000, True), (10_001, False)])
def test_R_05_training_funds_are_there_in_full(due: int, enough: bool) -> None:
    life, whole, day = life_at("registered"), self_evaluation(), ON["evaluated"]
    assert whole.training_funds is not None
    funds = whole.training_funds.model_copy(update={"total": 10_000, "front_line": 7_000, "due": due})
    life.act(DAY, life.agent, whole.model_copy(update={"training_funds": funds}))
    life.act(DAY, life.agent, adopted(life, DAY))
    life.act(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE))
    life.act(DAY, life.union, sealed_by(life, Sealer.UNION))
    apply(life, DAY, PROVINCIAL)
    to_evaluation(life, ON["at_evaluation"], PROVINCIAL)
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    recommended = UnitEvaluated(outcome=Recommendation.RECOMMEND, score=95)
    if enough:
        life.act(day, approver(Level.PREFECTURE), recommended)
    else:
        assert cited(life.refused(day, approver(Level.PREFECTURE), recommended), "A-01") == ("training",)


def test_R_12_a_second_standard_stands_beside_the_first() -> None:
    life, whole = life_at("registered"), self_evaluation()
    second = PACK.standard_sets["db43_t_2233_2021"].standards
    scores = tuple(StandardScore(standard=name, score=one.score) for name, one in second.items())
    beside = SecondStandard(standard_set="db43_t_2233_2021", items=scores)
    same = SecondStandard(standard_set="enterprise_national", items=whole.items)
    cited(life.refused(DAY, life.agent, whole.model_copy(update={"beside": same})), "A-24")
    fewer = beside.model_copy(update={"items": scores[1:]})
    cited(life.refused(DAY, life.agent, whole.model_copy(update={"beside": fewer})), "A-24")
    entry = life.act(DAY, life.agent, whole.model_copy(update={"beside": beside}))
    assert isinstance(entry.event, UnitSelfEvaluated)
    assert entry.event.score_beside == PACK.standard_sets["db43_t_2233_2021"].score
