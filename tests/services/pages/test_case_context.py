"""What a form does not ask because it is settled, and what it shows next to its fields. Pure."""

from __future__ import annotations

from events.unit.checks import UnitCheckConducted, UnitCheckOrdered
from events.unit.evaluation import UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import House, Level, Matter
from services.casework.kinds import KINDS
from services.casework.options import Options
from services.web.case_context import CaseContext, SignalContext, context_of, own_scores
from services.web.controls import Form
from services.web.submitted_form import Reading, answers
from tests.casework.given import PROVINCIAL
from tests.casework.stages import life_at


def test_what_a_decision_can_be_about_alone_is_told_and_not_asked() -> None:
    told = life_at("at_evaluation", PROVINCIAL)
    law = KINDS["unit"].decisions["opine"]
    settled = {"title": PROVINCIAL, "matter": Matter.APPLICATION, "objection_ref": None}
    asked = {one.name: one for one in Form(law, Options(told.unit, told.pack), {"opinion": ["support"]}).controls()}
    controls = Form(law, Options(told.unit, told.pack), {"opinion": ["support"]}, settled=settled).controls()
    forms = {one.name: one.form for one in controls}
    assert asked["title"].form == "radios"
    assert forms["title"] == forms["matter"] == "settled"
    assert "objection_ref" not in forms, "there is none, so nothing is asked"
    assert "objection_ref" not in asked, "what may be left out and offers nothing is not shown"
    body = Reading().body(controls)
    assert body == {"title": PROVINCIAL, "matter": "application", "opinion": "support"}
    said = {one.zh: one.says_zh for one in answers(controls)}
    assert told.pack.titles[PROVINCIAL].zh in said.values(), "what is settled is checked with the rest"


def test_the_form_of_an_opinion_shows_the_case_as_it_was_judged_and_spoken_on() -> None:
    told = life_at("at_decision", PROVINCIAL)
    found = context_of(told.unit, UnitReviewed, {}, told.pack)
    assert isinstance(found, CaseContext)
    report = told.unit.self_evaluation.whole
    assert report is not None
    assert [one.name for one in found.items] == list(told.pack.standard_sets[report.standard_set].standards)
    assert all(one.judged is not None and one.own is not None for one in found.items)
    prefecture = next(one for one in found.stages if one.level is Level.PREFECTURE)
    assert prefecture.words.keys() == set(House)
    assert prefecture.outcome is not None
    assert [one.level for one in found.stages] == [Level.PREFECTURE, Level.PROVINCE], "where it lies now, nobody spoke"
    assert context_of(life_at("registered", PROVINCIAL).unit, UnitHouseOpined, {}, told.pack) is None
    assert context_of(told.unit, UnitCheckOrdered, {}, told.pack) is None


def test_the_form_of_a_visit_says_how_the_unit_scored_itself_on_what_is_judged() -> None:
    told = life_at("at_evaluation", PROVINCIAL)
    report = told.unit.self_evaluation.whole
    assert report is not None
    own = own_scores(told.unit, UnitSiteVisited, {"title": [PROVINCIAL]}, told.pack)
    assert own == {one.standard: one.score for one in report.items}
    law = KINDS["unit"].decisions["visit-site"]
    controls = Form(law, Options(told.unit, told.pack), {}, own_scores=own).controls()
    rows = next(one for one in controls if one.name == "items").parts
    for row, item in zip(rows, report.items, strict=True):
        assert row.caption is not None
        most = told.pack.standard_sets[report.standard_set].standards[item.standard].score
        assert f"（满分{most}分，自评{item.score}分）" in row.caption.zh, "by the set of the report, not by another one"
    assert own_scores(told.unit, UnitHouseOpined, {}, told.pack) == {}, "nobody is judged by an opinion"


def test_a_standard_has_the_highest_score_of_the_set_that_is_chosen() -> None:
    told = life_at("registered", PROVINCIAL)
    law, options = KINDS["unit"].decisions["self-evaluate"], Options(told.unit, told.pack)
    fitting = [name for name, one in told.pack.standard_sets.items() if told.unit.life.kind in one.kinds]
    assert len(fitting) > 1
    for name in fitting:
        controls = Form(law, options, {"standard_set": [name]}).controls()
        rows = next(one for one in controls if one.name == "items").parts
        said = {row.caption.value: row.caption.zh for row in rows if row.caption is not None}
        for standard, found in told.pack.standard_sets[name].standards.items():
            assert f"（满分{found.score}分）" in said[standard]


def test_the_form_of_an_assessment_shows_the_signal_and_the_entries_about_it() -> None:
    told = life_at("found_serious", PROVINCIAL)
    signal = next(iter(told.unit.signals.all.values()))
    found = context_of(told.unit, UnitSignalAssessed, {"signal": [signal.id]}, told.pack)
    assert isinstance(found, SignalContext)
    assert found.signal == signal
    assert [type(one.event) for one in found.entries[:2]] == [UnitSignalRecorded, UnitCheckOrdered]
    assert UnitCheckConducted in {type(one.event) for one in found.entries}
    assert context_of(told.unit, UnitSignalAssessed, {"signal": ["nobody's"]}, told.pack) is None
