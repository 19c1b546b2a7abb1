"""评审: visits, opinions, evaluation and review (I-03 … I-05, I-07, I-12, A-01, A-02, A-12, A-14)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded
from events.unit.evaluation import UnitAssessedByThirdParty, UnitEvaluated, UnitHouseOpined, UnitReviewed
from events.unit.publicity import UnitObjectionRaised
from events.words import House, Level, Matter, Opinion, Ownership, Recommendation, Role, UnitKind
from tests.casework.given import (
    LOCAL,
    NATIONAL,
    PACK,
    PROVINCIAL,
    PUBLIC,
    Life,
    an_assessor,
    approver,
    cited,
    desk,
    document,
    judged_items,
    post,
    self_evaluation,
    signal,
    somebody,
    source,
    visitors,
)
from tests.casework.stages import ON, apply, life_at, opine, publicise, seal, visited

DAY = ON["evaluated"]
GOOD = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
DECLINED = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.DECLINE, score=40)
REVIEWED = UnitReviewed(title=PROVINCIAL, outcome=Recommendation.RECOMMEND)
SUPPORT = UnitHouseOpined(title=PROVINCIAL, opinion=Opinion.SUPPORT)


def _visited(stage: str = "at_evaluation", **kwargs: tuple[str, ...]) -> Life:
    life = life_at(stage)
    life.act(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL, **kwargs))
    return life


def test_a_12_a_visit_is_made_by_two_people_of_two_houses() -> None:
    life, hr = life_at("at_evaluation"), desk(Level.PREFECTURE)
    good = visited(life, DAY, PROVINCIAL)
    for people in (visitors(hr), visitors(hr, hr), visitors(hr, desk(Level.PREFECTURE, n=2))):
        cited(life.refused(DAY, hr, good.model_copy(update={"visitors": people})), "A-12")
    life.act(DAY, hr, good)


def test_visitors_judge_standards_of_the_set_used_and_not_ahead() -> None:
    life, hr = life_at("at_evaluation"), desk(Level.PREFECTURE)
    good = visited(life, DAY, PROVINCIAL)
    cited(life.refused(DAY, hr, good.model_copy(update={"items": judged_items(UnitKind.PARK)})), "I-00")
    cited(life.refused(DAY, hr, good.model_copy(update={"on": DAY + timedelta(days=1)})), "I-21")
    life.act(DAY, hr, good)


def test_i_03_i_05_nothing_is_evaluated_below_its_level_or_unaccepted() -> None:
    life = life_at("applied")
    cited(life.refused(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL)), "I-03", "I-05")
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "I-03", "I-04", "I-05", "A-12")
    direct = life_at("applied", ownership=Ownership.CENTRAL)
    cited(direct.refused(DAY, desk(Level.PROVINCE), visited(direct, DAY, PROVINCIAL)), "I-05")
    direct.act(DAY, desk(Level.PROVINCE), UnitApplicationAccepted())
    direct.act(DAY, desk(Level.PROVINCE), visited(direct, DAY, PROVINCIAL))


def test_a_12_no_evaluation_without_a_visit() -> None:
    life = life_at("at_evaluation")
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "A-12")
    life.act(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL))
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "T-01")
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    life.act(DAY, approver(Level.PREFECTURE), GOOD)


def test_i_04_all_four_houses_have_spoken_at_that_level() -> None:
    life = _visited()
    for house in House:
        missing = cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "I-04")
        assert house.value in missing
        life.act(DAY, desk(Level.PREFECTURE, house), SUPPORT)
    entry = life.act(DAY, approver(Level.PREFECTURE), GOOD)
    assert isinstance(entry.event, UnitEvaluated)
    assert entry.event.opinions == tuple(range(entry.version - 4, entry.version))
    life.act(DAY, desk(Level.PREFECTURE), UnitApplicationForwarded())
    cited(life.refused(DAY, approver(Level.PROVINCE), REVIEWED), "I-04")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL)
    life.act(DAY, approver(Level.PROVINCE), REVIEWED)


@pytest.mark.parametrize(
    ("opinions", "lawful"),
    [
        ({House.HR: Opinion.OPPOSE}, False),
        ({House.HR: Opinion.ABSTAIN}, True),
        ({House.COMMERCE: Opinion.OPPOSE}, True),
        ({House.UNION: Opinion.OPPOSE, House.FEDERATION: Opinion.ABSTAIN}, True),
        ({House.UNION: Opinion.OPPOSE, House.FEDERATION: Opinion.OPPOSE}, False),
    ],
)
def test_a_14_no_veto_and_at_most_one_opposed(opinions: dict[House, Opinion], lawful: bool) -> None:
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL, opinions=opinions)
    decided = life_at("at_decision")
    opine(decided, DAY, Level.PROVINCE, PROVINCIAL, opinions=opinions)
    if lawful:
        life.act(DAY, approver(Level.PREFECTURE), GOOD)
        decided.act(DAY, approver(Level.PROVINCE), REVIEWED)
    else:
        assert cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "A-14")
        life.act(DAY, approver(Level.PREFECTURE), DECLINED)
        assert cited(decided.refused(DAY, approver(Level.PROVINCE), REVIEWED), "A-14")
        decided.act(DAY, approver(Level.PROVINCE), REVIEWED.model_copy(update={"outcome": Recommendation.DECLINE}))


def test_a_14_a_houses_last_word_counts() -> None:
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL, opinions={House.HR: Opinion.OPPOSE})
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "A-14")
    life.act(DAY, desk(Level.PREFECTURE, House.HR), SUPPORT)
    life.act(DAY, approver(Level.PREFECTURE), GOOD)


def test_i_05_a_house_speaks_where_the_case_lies_before_that_level_decides() -> None:
    cited(life_at("registered").refused(DAY, desk(Level.PREFECTURE), SUPPORT), "I-00")
    applied = life_at("applied", ownership=Ownership.CENTRAL)
    cited(applied.refused(DAY, desk(Level.PROVINCE), SUPPORT), "I-05")
    lying = life_at("at_evaluation")
    cited(lying.refused(DAY, desk(Level.PROVINCE), SUPPORT), "I-05")
    lying.act(DAY, desk(Level.PREFECTURE), SUPPORT)
    for stage in ("evaluated", "reviewed", "in_publicity"):
        level = Level.PREFECTURE if stage == "evaluated" else Level.PROVINCE
        cited(life_at(stage).refused(DAY, desk(level), SUPPORT), "I-05")
    life_at("cleared").act(DAY, desk(Level.PROVINCE), SUPPORT)
    of_the_nation = UnitHouseOpined(title=NATIONAL, opinion=Opinion.SUPPORT)
    cited(life_at("cleared", NATIONAL).refused(DAY, desk(Level.PROVINCE), of_the_nation), "I-05")


def test_on_the_direct_route_the_province_evaluates_and_then_reviews() -> None:
    life = life_at("at_evaluation", ownership=Ownership.CENTRAL)
    life.act(DAY, desk(Level.PROVINCE), visited(life, DAY, PROVINCIAL))
    opine(life, DAY, Level.PROVINCE, PROVINCIAL)
    cited(life.refused(DAY, approver(Level.PROVINCE), REVIEWED), "I-05")
    life.act(DAY, approver(Level.PROVINCE), GOOD)
    life.act(DAY, desk(Level.PROVINCE, House.UNION), SUPPORT)
    cited(life.refused(DAY, approver(Level.PROVINCE), REVIEWED), "T-03")
    life.act(DAY, approver(Level.PROVINCE, n=2), REVIEWED)


def test_a_prefectures_title_is_not_reviewed_and_its_houses_speak_once() -> None:
    life = life_at("evaluated", LOCAL)
    event = UnitReviewed(title=LOCAL, outcome=Recommendation.RECOMMEND)
    cited(life.refused(DAY, approver(Level.PREFECTURE, n=2), event), "I-05")
    cited(life.refused(DAY, desk(Level.PREFECTURE), UnitHouseOpined(opinion=Opinion.OPPOSE)), "I-05")
    publicise(life, DAY, LOCAL)


def test_i_03_nothing_is_reviewed_before_it_came_up() -> None:
    life = life_at("evaluated")
    cited(life.refused(DAY, approver(Level.PROVINCE), REVIEWED), "I-03", "I-04")


def test_t_03_who_accepted_or_visited_does_not_approve() -> None:
    life = life_at("at_evaluation")
    both = approver(Level.PREFECTURE, House.UNION)
    people = visitors(desk(Level.PREFECTURE), both)
    event = visited(life, DAY, PROVINCIAL).model_copy(update={"visitors": people})
    life.act(DAY, desk(Level.PREFECTURE), event)
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    assert cited(life.refused(DAY, both, GOOD), "T-03") == (str(life.unit.version - 4),)
    life.act(DAY, approver(Level.PREFECTURE), GOOD)
    accepting = life_at("applied", ownership=Ownership.CENTRAL)
    accepting.act(DAY, approver(Level.PROVINCE), UnitApplicationAccepted())
    accepting.act(DAY, desk(Level.PROVINCE), visited(accepting, DAY, PROVINCIAL))
    opine(accepting, DAY, Level.PROVINCE, PROVINCIAL)
    cited(accepting.refused(DAY, approver(Level.PROVINCE), GOOD), "T-03")
    accepting.act(DAY, approver(Level.PROVINCE, n=2), GOOD)


def test_a_01_a_recommendation_needs_its_score_and_every_must_item() -> None:
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD.model_copy(update={"score": 74})), "A-01")
    life.copy().act(DAY, approver(Level.PREFECTURE), GOOD.model_copy(update={"score": 75}))
    unmet = _visited(unmet=("mediation_committee", "culture"))
    opine(unmet, DAY, Level.PREFECTURE, PROVINCIAL)
    assert cited(unmet.refused(DAY, approver(Level.PREFECTURE), GOOD), "A-01") == ("mediation_committee",)
    unmet.copy().act(DAY, approver(Level.PREFECTURE), DECLINED)
    unmet.act(DAY, desk(Level.PREFECTURE), visited(unmet, DAY, PROVINCIAL))
    opine(unmet, DAY, Level.PREFECTURE, PROVINCIAL)
    unmet.act(DAY, approver(Level.PREFECTURE), GOOD)


@pytest.mark.parametrize(("satisfied", "front_line", "rule"), [(84, 70, "A-02"), (85, 59, "A-01"), (85, 60, None)])
def test_a_01_a_02_the_reports_own_numbers_count(satisfied: int, front_line: int, rule: str | None) -> None:
    life, day = life_at("registered"), DAY
    life.act(day, life.agent, self_evaluation(satisfied=satisfied, front_line=front_line))
    whole = life_at("at_evaluation")
    for entry in whole.unit.entries[2:]:
        actor = {whole.union.id: whole.union, whole.agent.id: whole.agent}.get(entry.actor.id)
        event = entry.event
        if event.about.type == "unit.applied.v1":
            event = event.model_copy(update={"reason": "示例"})
        if event.about.type == "unit.report-adopted.v1":
            event = event.model_copy(update={"on": day})
        life.act(day, actor or desk(entry.actor.level or Level.COUNTY), event)
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    if rule is None:
        life.act(day, approver(Level.PREFECTURE), GOOD)
    else:
        cited(life.refused(day, approver(Level.PREFECTURE), GOOD), rule)


def test_a_01_the_front_lines_share_belongs_to_the_standard_that_the_pack_says() -> None:
    """R-05: no standard is known by its name."""
    chosen = PACK.standard_sets["enterprise_national"]
    standards = {
        name: standard.model_copy(update={"front_line": name == "culture"})
        for name, standard in chosen.standards.items()
    }
    sets = PACK.standard_sets | {"enterprise_national": chosen.model_copy(update={"standards": standards})}
    quorums = PACK.quorums.model_copy(update={"front_line_share": Fraction(71, 100)})
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    life.pack = PACK.model_copy(update={"standard_sets": sets, "quorums": quorums})
    assert cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "A-01") == ("culture",)


def test_t_01_what_is_recommended_is_the_report_applied_with() -> None:
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    seal(life, DAY, report="悄悄换掉的自评报告")
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "T-01")
    life.act(DAY, approver(Level.PREFECTURE), DECLINED)


def test_i_07_a_frozen_unit_is_evaluated_but_not_recommended_by_a_review() -> None:
    life, petitions = life_at("at_decision"), source()
    opine(life, DAY, Level.PROVINCE, PROVINCIAL)
    life.act(DAY, petitions, signal(petitions, DAY))
    assert cited(life.refused(DAY, approver(Level.PROVINCE), REVIEWED), "I-07") == (f"{petitions.uri}#示例-1",)
    entry = life.act(DAY, approver(Level.PROVINCE), REVIEWED.model_copy(update={"outcome": Recommendation.DECLINE}))
    assert isinstance(entry.event, UnitReviewed)
    assert entry.event.open_signals == (f"{petitions.uri}#示例-1",)


def test_a_third_party_gives_its_own_reports_and_replaces_no_opinion() -> None:
    life, assessor = _visited(), post(Role.ASSESSOR, Level.PREFECTURE, None)
    other = somebody("别的机构")
    body = an_assessor(assessor.id, other)
    life.knows(body)
    report = UnitAssessedByThirdParty(body=body.id, assessor=assessor.id, score=88, report=document("社会评估报告"))
    cited(life.refused(DAY, assessor, report.model_copy(update={"assessor": other})), "I-13")
    life.act(DAY, assessor, report)
    cited(life.refused(DAY, approver(Level.PREFECTURE), GOOD), "I-04")


def test_on_an_objection_the_houses_of_the_deciding_level_speak() -> None:
    life, day = life_at("in_publicity"), ON["in_publicity"]
    opinion = UnitHouseOpined(matter=Matter.OBJECTION, objection_ref=99, opinion=Opinion.SUPPORT)
    cited(life.refused(day, desk(Level.PROVINCE), opinion), "I-05")
    raised = life.act(day, PUBLIC, UnitObjectionRaised(ground="示例", text="示例"))
    opinion = opinion.model_copy(update={"objection_ref": raised.version})
    cited(life.refused(day, desk(Level.PREFECTURE), opinion), "I-05")
    life.act(day, desk(Level.PROVINCE), opinion)


def test_a_new_case_begins_afresh() -> None:
    life = _visited()
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    life.act(DAY, approver(Level.PREFECTURE), DECLINED)
    assert life.unit.evaluation.opinions
    later = DAY + timedelta(days=200)
    seal(life, later, report="第二年自评报告")
    apply(life, later, PROVINCIAL)
    assert not life.unit.evaluation.opinions
    assert not life.unit.evaluation.visits
