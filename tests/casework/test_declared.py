"""What an act's declaration says beside its rules: what it reads, what it changes elsewhere, whether a void strikes it.

A declaration from which one of these is lost refuses nothing more and nothing less where the tests have all streams
at hand; so each is held against its list here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.casework.kinds import KINDS
from services.casework.law import Law
from services.casework.record import common_chapter

COMMON_OF = "unit"
"""The kind whose common acts stand for those of all."""

READS = (
    "crosscheck.planned document.confirmed document.recorded document.titles-carried-in honour.awarded "
    "honour.declined honour.objection-resolved honour.objection-set-aside honour.reviewed national.decided "
    "officer.mandated officer.person-tagged officer.reinstated officer.suspended round.objection-joined "
    "round.objection-resolved round.objection-set-aside round.opened session.held session.opinions-given "
    "signal.matched signal.parked standard.published unit.act-seconded unit.application-accepted "
    "unit.application-rejected unit.application-withdrawn unit.closed unit.consent-given unit.consent-refused "
    "unit.consent-requested unit.deadline-missed unit.entry-corrected unit.entry-voided unit.evaluated "
    "unit.handed-over unit.honour-decided unit.house-opined unit.named unit.naming-refused unit.nominated "
    "unit.objection-joined unit.objection-resolved unit.objection-set-aside unit.plaque-issued unit.received "
    "unit.reconsideration-decided unit.rectification-concluded unit.registered unit.report-adopted "
    "unit.report-sealed unit.report-updated unit.reserve-delisted unit.reviewed unit.revocation-dropped "
    "unit.revoked unit.self-evaluated unit.signal-assessed unit.signal-recorded unit.site-visited "
    "unit.statement-heard unit.survey-opened unit.taking-up-requested unit.title-carried-in year.ended "
    "year.finding-closed year.opened year.plan-accepted year.plan-returned year.sample-drawn "
    "year.training-apportioned"
)
"""Acts that rest on streams which no reference of theirs names: persons told by their tags, registers, plans, lists."""

CHANGES_ELSEWHERE = (
    "document.recorded document.titles-carried-in honour.awarded honour.declined honour.reviewed "
    "officer.person-tagged round.opened session.opinions-given signal.matched standard.published "
    "unit.application-rejected unit.application-withdrawn unit.check-ordered unit.closed "
    "unit.cultivation-listed unit.deadline-missed unit.handed-over unit.named unit.naming-refused "
    "unit.nominated unit.plaque-issued unit.received unit.registered unit.reserve-delisted unit.reserve-listed "
    "unit.revoked unit.succeeded unit.title-carried-in year.ended year.opened year.sample-drawn "
    "year.training-apportioned"
)
"""Acts that change another stream, in one transaction with their own."""

VOIDABLE = (
    "body.assessor-contracted body.dissolved body.established body.meeting-held body.member-appointed "
    "body.member-released crosscheck.planned crosscheck.reported decision.declined honour.objection-raised "
    "honour.proposed officer.leave-recorded officer.registered province.joined province.left register.opened "
    "round.award-quota-set round.objection-admitted round.objection-raised round.quota-set session.agenda-set "
    "session.cancelled session.convened signal.parked source.registered standard.consulted standard.drafted "
    "standard.piloted standard.taken-up station.closed station.inspected station.opened station.planned "
    "station.recognised task.assigned task.completed task.progressed task.rescheduled unit.act-proposed "
    "unit.act-seconded unit.application-accepted unit.application-amended unit.application-forwarded "
    "unit.application-returned unit.applied unit.assessed-by-third-party unit.contact-assigned "
    "unit.contact-released unit.coordinator-appointed unit.coverage-stated unit.cultivation-concluded "
    "unit.cultivation-planned unit.details-changed unit.entry-voided unit.followed-up unit.hearing-notified "
    "unit.honour-decided unit.incentive-ended unit.incentive-granted unit.incentive-resumed "
    "unit.incentive-suspended unit.member-joined unit.member-left unit.notice-served unit.objection-admitted "
    "unit.objection-raised unit.plaque-recovered unit.plaque-reported-lost unit.practices-stated "
    "unit.publicity-started unit.recommended-for-honour unit.reconsideration-requested "
    "unit.rectification-reported unit.report-adopted unit.report-sealed unit.report-updated "
    "unit.revocation-announced unit.self-evaluated unit.site-visited unit.statement-heard unit.survey-counted "
    "unit.taking-up-requested unit.term-expired year.finding-closed year.funding-recorded year.plan-accepted "
    "year.plan-filed year.plan-returned year.publicity-held year.report-filed year.service-held "
    "year.supervision-conducted year.training-held year.units-counted"
)
"""Acts that a void may strike as a slip of the pen (T-13), where nothing rests on them; others are undone by acts."""

NAMES_ITS_PLACE = (
    "body.established check.planned honour.proposed officer.appointed round.award-quota-set round.opened "
    "round.quota-set session.convened source.registered standard.drafted station.planned task.assigned "
    "unit.received unit.registered year.criticised year.opened"
)
"""Acts that say themselves where they lie, and are covered by the post there (I-13)."""


def _those(declared: Callable[[Law[Any, Any]], bool]) -> set[str]:
    """The acts of whose declaration that is so."""
    return {
        law.event.about.type.rpartition(".v")[0]
        for kind in KINDS.values()
        for law in kind.laws.values()
        if kind.name == COMMON_OF or law.event not in {one.event for one in common_chapter(kind.name).acts}
        if declared(law)
    }


@pytest.mark.parametrize(
    ("names", "declared"),
    [
        (READS, lambda law: law.reads is not None),
        (CHANGES_ELSEWHERE, lambda law: law.effects is not None),
        (VOIDABLE, lambda law: not law.undone_by_procedure and law.effects is None),
        (NAMES_ITS_PLACE, lambda law: law.place is not None),
    ],
    ids=["reads", "changes elsewhere", "voidable", "names its place"],
)
def test_the_acts_of_whose_laws_it_is_so(names: str, declared: Callable[[Law[Any, Any]], bool]) -> None:
    assert _those(declared) == set(names.split())
