"""Which acts on a unit presuppose what, each asked for itself: a rule that is lost from a declaration is missed here.

Where several rules refuse an act, how they play together hides each of them; `test_presuppositions.py` shows that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from events.registry import EVENT_TYPES
from events.unit.registration import UnitClosed
from events.words import Level
from services.casework.unit.state import Unit
from tests.casework.given import DAY, NATIONAL, PROVINCIAL, Life, approver, registration, source
from tests.casework.rules import ID, refusals_of, sample
from tests.casework.stages import ON, life_at

ACTS = {
    name.removeprefix("unit.").rpartition(".v")[0]: event
    for name, event in EVENT_TYPES.items()
    if name.startswith("unit.")
}


def _closed() -> Unit:
    life = life_at("registered")
    life.act(DAY, approver(Level.PREFECTURE, n=7), UnitClosed(reason="示例：停业"))
    return life.unit


def _provisional() -> Unit:
    life = Life.of()
    life.act(DAY, source(), registration(life, provisional=True))
    return life.unit


def _said(unit: Unit, day: date, title: str) -> dict[str, set[str]]:
    """The acts that are refused, by what is said of them."""
    said = defaultdict[str, set[str]](set)
    for name in ACTS:
        about = {"title": title} if "title" in type(sample(f"unit.{name}.v1")).model_fields else {}
        for words in refusals_of(f"unit.{name}", unit, day=day, **about):
            said[words].add(name)
    return said


def _as_expected(expected: Mapping[str, str], unit: Unit, day: date, title: str) -> None:
    """What begins with these words is said of these acts, and of no others."""
    said = _said(unit, day, title)
    for beginning, names in expected.items():
        found = {name for words, those in said.items() if words.startswith(beginning) for name in those}
        assert found == set(names.split()), beginning


BY_STATE: dict[str, tuple[Callable[[], Unit], dict[str, str]]] = {
    "provisional": (
        _provisional,
        {
            "the unit is not registered": (
                "application-accepted application-amended application-forwarded application-rejected "
                "application-returned application-withdrawn applied assessed-by-third-party closed commended "
                "consent-given consent-refused consent-requested contact-assigned contact-released "
                "coordinator-appointed coverage-stated cross-inspected cultivation-concluded cultivation-listed "
                "cultivation-planned details-changed evaluated followed-up handed-over hearing-notified "
                "honour-decided house-opined incentive-ended incentive-granted incentive-resumed incentive-suspended "
                "member-joined member-left named naming-refused nominated notice-served objection-admitted "
                "objection-joined objection-raised objection-resolved objection-set-aside officer-lent plaque-issued "
                "plaque-recovered plaque-reported-lost practices-stated publicity-completed publicity-interrupted "
                "publicity-started recommended-for-honour reconsideration-decided reconsideration-requested "
                "report-adopted report-sealed report-updated reserve-delisted reserve-listed reviewed "
                "revocation-announced revocation-dropped revocation-lapsed revocation-proposed revoked "
                "self-evaluated site-visited statement-heard step-taken-up succeeded survey-opened "
                "taking-up-requested term-extended title-carried-in title-taken-over verified"
            ),
        },
    ),
    "closed": (
        _closed,
        {
            "the unit is closed": (
                "application-accepted application-amended application-forwarded application-rejected "
                "application-returned application-withdrawn applied assessed-by-third-party closed commended "
                "contact-assigned contact-released coordinator-appointed coverage-stated cross-inspected "
                "cultivation-concluded cultivation-listed cultivation-planned details-changed entry-corrected "
                "entry-voided evaluated followed-up handed-over honour-decided incentive-ended incentive-granted "
                "incentive-resumed incentive-suspended member-joined member-left named naming-refused nominated "
                "objection-admitted objection-joined objection-raised objection-resolved objection-set-aside "
                "plaque-issued plaque-reported-lost practices-stated publicity-completed publicity-interrupted "
                "publicity-started recommended-for-honour report-adopted report-sealed report-updated "
                "reserve-delisted reserve-listed reviewed self-evaluated site-visited survey-opened term-extended "
                "title-carried-in title-taken-over verified"
            ),
        },
    ),
    "registered": (
        lambda: life_at("registered").unit,
        {
            "there is no open application": (
                "application-accepted application-amended application-forwarded application-rejected "
                "application-returned application-withdrawn assessed-by-third-party evaluated house-opined named "
                "naming-refused nominated objection-raised publicity-completed publicity-interrupted "
                "publicity-started reviewed site-visited"
            ),
            "no revocation is proposed": (
                "consent-given consent-refused consent-requested hearing-notified notice-served revocation-lapsed "
                "revoked statement-heard"
            ),
            "the title is not held": (
                "incentive-granted plaque-issued revocation-proposed term-expired term-extended verified"
            ),
            "nobody owes such a duty": "duty-assigned duty-extended duty-released duty-resumed duty-suspended",
            "there is no open objection": (
                "objection-admitted objection-joined objection-resolved objection-set-aside"
            ),
            "there is no such open objection": (
                "objection-admitted objection-joined objection-resolved objection-set-aside"
            ),
            "there is no such grant in that state": "incentive-ended incentive-resumed incentive-suspended",
            "no step stands open for that": "officer-lent step-taken-up taking-up-requested",
            "the step names what it is about": "officer-lent step-taken-up taking-up-requested",
            "there is no signal ": "signal-amended signal-assessed signal-withdrawn",
            "a signal named is none of this unit's": "check-ordered rectification-ordered",
            "an enterprise has no member units": "member-joined member-left",
            "the title has not been revoked": "reconsideration-requested revocation-announced",
            "there is no open rectification": "rectification-concluded rectification-reported",
            "there is no such open rectification": "rectification-concluded rectification-reported",
            "there is no self-evaluation yet": "report-adopted report-sealed",
            "the digest is not that of the latest report": "report-adopted report-sealed",
            "the digest is not that of the sealed report": "application-amended applied",
            "the report must be adopted and sealed by both": "application-amended applied",
            "it cannot have happened": (
                "check-conducted contact-released cross-inspected followed-up honour-decided notice-served "
                "plaque-recovered report-adopted signal-amended site-visited"
            ),
            "that day is still to come": "coverage-stated practices-stated",
        },
    ),
}
"""Units, and what is said of which acts on them."""

AT_STAGE: dict[str, dict[str, str]] = {
    "applied": {
        "no opinion at": "evaluated named reviewed",
        "the application has not been accepted": "evaluated site-visited",
        "the application has not been evaluated": "reviewed",
        "the application is applied, not accepted": "application-forwarded evaluated site-visited",
        "the application is applied, not accepted or forwarded": "evaluated site-visited",
        "the application is applied, not cleared": "named naming-refused",
        "the application is applied, not forwarded or evaluated or accepted": "reviewed",
        "the application is applied, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is applied, not returned for correction": "application-amended",
        "the application is applied, not reviewed": "publicity-started",
        "the application is still at the county level": "evaluated publicity-started reviewed site-visited",
        "the application lies at the county level": "house-opined",
    },
    "at_evaluation": {
        "no opinion at": "application-rejected evaluated named reviewed",
        "the application has not been evaluated": "reviewed",
        "the application is accepted, not applied or forwarded": "application-accepted",
        "the application is accepted, not cleared": "named naming-refused",
        "the application is accepted, not evaluated": "application-forwarded",
        "the application is accepted, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is accepted, not returned for correction": "application-amended",
        "the application is accepted, not reviewed": "publicity-started",
        "the application is still at the prefecture level": "publicity-started reviewed",
        "the same person has a part": "application-rejected evaluated",
    },
    "evaluated": {
        "no opinion at": "named reviewed",
        "the application is evaluated, not accepted or forwarded": "evaluated site-visited",
        "the application is evaluated, not applied or accepted or forwarded": (
            "application-rejected application-returned"
        ),
        "the application is evaluated, not applied or accepted or forwarded or returned for correction": (
            "application-rejected"
        ),
        "the application is evaluated, not applied or forwarded": "application-accepted",
        "the application is evaluated, not cleared": "named naming-refused",
        "the application is evaluated, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is evaluated, not returned for correction": "application-amended",
        "the application is evaluated, not reviewed": "publicity-started",
        "the application is still at the prefecture level": "publicity-started reviewed",
        "the houses of": "application-rejected naming-refused",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "at_decision": {
        "no opinion at": "application-rejected named reviewed",
        "the application is forwarded, not accepted": "application-forwarded",
        "the application is forwarded, not cleared": "named naming-refused",
        "the application is forwarded, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is forwarded, not returned for correction": "application-amended",
        "the application is forwarded, not reviewed": "publicity-started",
        "the application is still at the province level": "evaluated site-visited",
        "the application lies at the level that decides": "application-forwarded",
        "the application lies at the province level": "house-opined",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "reviewed": {
        "the application is reviewed, not accepted": "application-forwarded evaluated site-visited",
        "the application is reviewed, not accepted or forwarded": "evaluated site-visited",
        "the application is reviewed, not applied or accepted or forwarded": (
            "application-rejected application-returned"
        ),
        "the application is reviewed, not applied or accepted or forwarded or returned for correction": (
            "application-rejected"
        ),
        "the application is reviewed, not applied or forwarded": "application-accepted",
        "the application is reviewed, not cleared": "named naming-refused",
        "the application is reviewed, not forwarded or evaluated or accepted": "reviewed",
        "the application is reviewed, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is reviewed, not returned for correction": "application-amended",
        "the application is still at the province level": "evaluated site-visited",
        "the application lies at the level that decides": "application-forwarded",
        "the application lies at the province level": "house-opined",
        "the houses of": "application-rejected naming-refused",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "in_publicity": {
        "the application is in publicity, not accepted": "application-forwarded evaluated site-visited",
        "the application is in publicity, not accepted or forwarded": "evaluated site-visited",
        "the application is in publicity, not applied or accepted or forwarded": (
            "application-rejected application-returned"
        ),
        "the application is in publicity, not applied or accepted or forwarded or returned for correction": (
            "application-rejected"
        ),
        "the application is in publicity, not applied or forwarded": "application-accepted",
        "the application is in publicity, not cleared": "named naming-refused",
        "the application is in publicity, not forwarded or evaluated or accepted": "reviewed",
        "the application is in publicity, not returned for correction": "application-amended",
        "the application is in publicity, not reviewed": "publicity-started",
        "the application is still at the province level": "evaluated site-visited",
        "the application lies at the level that decides": "application-forwarded",
        "the application lies at the province level": "house-opined",
        "the houses of": "application-rejected naming-refused",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "cleared": {
        "the application is cleared, not accepted": "application-forwarded evaluated site-visited",
        "the application is cleared, not accepted or forwarded": "evaluated site-visited",
        "the application is cleared, not applied or accepted or forwarded": (
            "application-rejected application-returned"
        ),
        "the application is cleared, not applied or accepted or forwarded or returned for correction": (
            "application-rejected"
        ),
        "the application is cleared, not applied or forwarded": "application-accepted",
        "the application is cleared, not forwarded or evaluated or accepted": "reviewed",
        "the application is cleared, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is cleared, not returned for correction": "application-amended",
        "the application is cleared, not reviewed": "publicity-started",
        "the application is still at the province level": "evaluated site-visited",
        "the application lies at the level that decides": "application-forwarded",
        "the application lies at the province level": "house-opined",
        "the houses of": "application-rejected naming-refused",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "nominated": {
        "the application is nominated, not accepted": "application-forwarded evaluated site-visited",
        "the application is nominated, not accepted or forwarded": "evaluated site-visited",
        "the application is nominated, not applied or accepted or forwarded": (
            "application-rejected application-returned"
        ),
        "the application is nominated, not applied or accepted or forwarded or returned for correction": (
            "application-rejected"
        ),
        "the application is nominated, not applied or forwarded": "application-accepted",
        "the application is nominated, not cleared": "nominated",
        "the application is nominated, not forwarded or evaluated or accepted": "reviewed",
        "the application is nominated, not in publicity or objected": (
            "objection-raised publicity-completed publicity-interrupted"
        ),
        "the application is nominated, not returned for correction": "application-amended",
        "the application is nominated, not reviewed": "publicity-started",
        "the application is still at the province level": "evaluated site-visited",
        "the application lies at the level that decides": "application-forwarded",
        "the application lies at the province level": "house-opined",
        "the houses of": "application-rejected",
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "named": {
        "the same person has a part": "application-rejected evaluated named naming-refused reviewed",
    },
    "proposed": {
        "no opinion at": "consent-requested revoked",
        "no request for consent": "consent-given consent-refused",
        "no title passes": "succeeded",
        "revocation is proposed of": (
            "applied commended incentive-granted incentive-resumed named nominated recommended-for-honour "
            "reserve-listed term-extended title-taken-over"
        ),
        "the same person has a part": (
            "application-rejected evaluated named naming-refused reconsideration-decided reviewed revocation-dropped "
            "revoked statement-heard"
        ),
        "the unit has not been told": "notice-served statement-heard",
        "the unit is frozen": (
            "commended evaluated incentive-granted incentive-resumed named nominated publicity-completed "
            "publicity-started recommended-for-honour reserve-listed reviewed term-extended title-taken-over "
            "verified"
        ),
        "the unit was not told": "consent-requested revoked",
    },
    "heard": {
        "no request for consent": "consent-given consent-refused",
        "no title passes": "succeeded",
        "revocation is proposed of": (
            "applied commended incentive-granted incentive-resumed named nominated recommended-for-honour "
            "reserve-listed term-extended title-taken-over"
        ),
        "the same person has a part": (
            "application-rejected evaluated named naming-refused reconsideration-decided reviewed revocation-dropped "
            "revoked statement-heard"
        ),
        "the unit is frozen": (
            "commended evaluated incentive-granted incentive-resumed named nominated publicity-completed "
            "publicity-started recommended-for-honour reserve-listed reviewed term-extended title-taken-over "
            "verified"
        ),
    },
}
"""What is said of which acts about a title, at each stage of its case."""


@pytest.mark.parametrize("state", BY_STATE)
def test_what_each_act_presupposes_of_its_unit(state: str) -> None:
    unit, expected = BY_STATE[state]
    _as_expected(expected, unit(), DAY, PROVINCIAL)


@pytest.mark.parametrize("stage", AT_STAGE)
def test_what_each_act_presupposes_of_the_case_for_its_title(stage: str) -> None:
    title = NATIONAL if stage == "nominated" else PROVINCIAL
    _as_expected(AT_STAGE[stage], life_at(stage, title).unit, ON[stage], title)


FACTS = (
    "check-conducted check-ordered personal-data-erased rectification-concluded rectification-ordered "
    "rectification-reported signal-amended signal-assessed signal-recorded signal-withdrawn survey-counted"
)


@pytest.mark.parametrize("name", FACTS.split())
def test_t_21_facts_are_recorded_of_a_unit_that_is_known_if_only_by_a_signal(name: str) -> None:
    unknown = "the unit is not known to the register"
    for unit, expected in ((Unit(ID), True), (_provisional(), False), (_closed(), False)):
        assert (unknown in refusals_of(f"unit.{name}", unit)) is expected
