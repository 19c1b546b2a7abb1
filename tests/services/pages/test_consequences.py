"""What a form says would follow from each choice, and what it shows for it: the law's own answer, tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from events.envelope import Event
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined
from events.unit.self_evaluation import UnitSelfEvaluated
from events.unit.signals import UnitSignalAssessed
from events.unit.survey import UnitSurveyOpened
from events.words import Category, Ground, House, Level, Matter, ObligationKind, Opinion, Recommendation, SourceSystem
from services.casework.judgement import act_of, may
from services.casework.officer.state import Officer
from services.casework.policy.state import Packs
from services.casework.unit.evaluation.scores import merits_recommendation
from services.http.streams import Situation
from services.web.case_context import CaseContext, MatterContext, SignalContext, SurveyContext, context_of
from services.web.consequences import Consequence, consequences
from tests.casework.given import PROVINCIAL, Life, approver, desk, signal, source
from tests.casework.stages import ON, assessed, life_at, look_into, opine, visited


def _tried(life: Life, day: date, who: Officer, event: Event, **given: str) -> Mapping[str, Consequence]:
    """What the form of the decision says of its choices to that person on that day."""
    actors, context = who.actors(day), life.context(who, event)
    here = Situation(life.unit, actors, day, life.pack, Packs.of(None, life.pack), context)
    decision = type(event).about.decision
    assert decision is not None
    possible = next(one for one in may(life.unit, actors, day, life.pack, context, decision=decision) if one.allowed)
    found = consequences(here, possible, {name: [value] for name, value in given.items()})
    (each,) = found.values()
    return each


def test_the_last_opinion_says_what_the_houses_come_to_with_it() -> None:
    life, day = life_at("at_evaluation", PROVINCIAL), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    for house in (House.UNION, House.FEDERATION):
        life.act(day, desk(Level.PREFECTURE, house), UnitHouseOpined(title=PROVINCIAL, opinion=Opinion.SUPPORT))
    asked = UnitHouseOpined(title=PROVINCIAL, opinion=Opinion.SUPPORT)
    first = _tried(life, day, desk(Level.PREFECTURE, House.COMMERCE), asked)
    assert first["support"].leads_to is not None
    assert "缺少人社" in first["support"].leads_to[0], "who has not spoken yet"
    life.act(day, desk(Level.PREFECTURE, House.COMMERCE), asked)
    last = _tried(life, day, desk(Level.PREFECTURE), asked)
    assert last.keys() == {one.value for one in Opinion}
    assert last["support"].leads_to == ("各家意见齐备，达到多数", "every house has spoken, and they are for it")
    assert last["oppose"].leads_to is not None
    assert last["oppose"].leads_to[0].startswith("不予通过：人社")
    before = life.unit
    life.act(day, desk(Level.PREFECTURE), asked)
    assert before.version + 1 == life.unit.version, "nothing of what was tried stands"


def test_a_recommendation_is_tried_with_the_score_as_it_is_typed() -> None:
    life, day = life_at("at_evaluation", PROVINCIAL), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    event = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
    enough = _tried(life, day, approver(Level.PREFECTURE), event, score="92")
    assert enough["recommend"].refusals == ()
    assert enough["recommend"].leads_to is not None
    assert enough["recommend"].leads_to[0].startswith("申报进入：")
    assert [one.rule for one in enough["decline"].refusals] == ["T-22"], "the houses are for it"
    least = life.pack.titles[PROVINCIAL].minimum_score
    short = _tried(life, day, approver(Level.PREFECTURE), event, score=str(least - 1))
    assert [one.rule for one in short["recommend"].refusals] == ["A-01"]
    beyond = _tried(life, day, approver(Level.PREFECTURE), event, score="5000")
    assert beyond == {}, "what is no score is said beside its field, and tried by nobody"


@pytest.mark.parametrize("score", [92, 1])
def test_what_a_recommendation_takes_is_shown_by_the_rule_that_refuses_it(score: int) -> None:
    life, day = life_at("at_evaluation", PROVINCIAL), ON["evaluated"]
    unmet = next(n for n, one in life.pack.standard_sets["enterprise_national"].standards.items() if one.must)
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL, unmet=(unmet,)))
    shown = context_of(life.unit, UnitEvaluated, {"score": [str(score)]}, life.pack)
    assert isinstance(shown, CaseContext)
    event = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=score)
    law, actor = life.unit.descriptor.laws[UnitEvaluated], approver(Level.PREFECTURE).actors(day)[0]
    refused = merits_recommendation(life.unit, act_of(law, event, actor, day), life.pack)
    assert refused == next(one.refusal for one in shown.merits if one.refusal is not None)
    musts = next(one for one in shown.merits if one.name[0] == "必备项目")
    assert musts.refusal is not None
    assert life.pack.label(unmet, "zh") in musts.refusal.zh, "what is not met is called by its name"
    named = {one.name[0] for one in shown.merits}
    assert {"评价得分", "否决项", "必备项目", "职工满意度"} <= named


def test_an_assessment_shows_what_each_severity_and_each_outcome_sets_in_motion() -> None:
    life, day = life_at("enjoying", PROVINCIAL), ON["found_serious"]
    inspection = source(SourceSystem.LABOUR_INSPECTION)
    life.act(day, inspection, signal(inspection, day, Category.WAGE_ARREARS, people=60, number="示例-欠薪"))
    name = f"{inspection.uri}#示例-欠薪"
    shown = context_of(life.unit, UnitSignalAssessed, {}, life.pack)
    assert isinstance(shown, SignalContext)
    assert shown.signal.id == name, "the only one that waits is meant"
    assert [one.severity for one in shown.degrees] == [1, 2, 3, 4]
    limits = life.pack.limits
    assert [one.severity for one in shown.degrees if one.freezes] == list(range(limits.frozen_severity, 5))
    assert [one.severity for one in shown.degrees if one.checked] == list(range(limits.targeted_check_severity, 5))
    assert shown.major
    assert shown.freezes
    look_into(life, day, name)
    event = assessed(life, name, Ground.WAGE_ARREARS)
    tried = _tried(life, day, approver(Level.PREFECTURE), event)
    serious, minor = tried["serious"], tried["minor"]
    assert serious.refusals == minor.refusals == ()
    assert serious.takes_two, "what freezes is assessed by two houses"
    assert ObligationKind.ASSESS_SIGNAL in {one.kind for one in serious.end}
    assert {one.kind for one in serious.begin} - {one.kind for one in minor.begin}, "serious costs more than minor"
    assert serious.leads_to is not None
    assert "冻结" in serious.leads_to[0]
    assert minor.leads_to is not None
    assert "→" in minor.leads_to[0], "minor thaws it"


def test_an_opinion_on_a_revocation_shows_the_proposal_the_hearing_and_what_was_said() -> None:
    life = life_at("heard", PROVINCIAL)
    shown = context_of(life.unit, UnitHouseOpined, {"matter": ["revocation"], "title": [PROVINCIAL]}, life.pack)
    assert isinstance(shown, MatterContext)
    told = [type(one.event).about.decision for one in shown.entries]
    assert told[0] == "propose-revocation"
    assert told.count("opine") == len(House)
    assert all(one.event.matter is Matter.REVOCATION for one in shown.entries if isinstance(one.event, UnitHouseOpined))


@pytest.mark.parametrize(("workers", "least"), [("180", 54), ("10,000", 200), ("", 200)])
def test_the_sheet_of_a_survey_tells_the_least_sample(workers: str, least: int) -> None:
    life = life_at("registered", PROVINCIAL)
    unit: Any = life.unit
    bare = unit.__class__(unit.id)
    shown = context_of(bare, UnitSelfEvaluated, {"survey/entitled": [workers]}, life.pack)
    assert isinstance(shown, SurveyContext)
    assert shown.least == least
    assert isinstance(context_of(life.unit, UnitSurveyOpened, {}, life.pack), SurveyContext)
