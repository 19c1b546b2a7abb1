"""Chapter 取消: how a name is lost, step by step, none left out (policy 五(五)3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationLapsed,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.words import (
    DocumentKind,
    Matter,
    ObligationKind,
)
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second
from services.casework.office import (
    AGENT,
    NATION_OR_PROVINCE,
    PROVINCE,
    TIMEKEEPER,
    approver,
    desk,
)
from services.casework.pack import Pack
from services.casework.unit.answers import proposed_or_to_be_answered
from services.casework.unit.application import leave_place, people_and_rounds
from services.casework.unit.evaluation.majority import not_carried
from services.casework.unit.evaluation.state import opinions_relied_on
from services.casework.unit.papers import no_older_than, paper_of
from services.casework.unit.registration import was_registered
from services.casework.unit.revocation.consent import (
    consent_asked_on,
    consent_awaited,
    consent_not_requested,
    nation_consented,
    national_paper_given,
    needs_consent,
)
from services.casework.unit.revocation.duties import obligations
from services.casework.unit.revocation.execution import (
    not_announced_yet,
    plaque_to_recover,
    propose_recovered,
    that_plaque_to_recover,
    was_revoked,
    where_plaque_is_watched,
)
from services.casework.unit.revocation.hearing import (
    heard_or_time_passed,
    never_served,
    not_notified_yet,
    not_served_yet,
    opened_today,
    propose_served,
    said_for_the_unit,
    said_for_the_unit_with_its_paper,
    served_after_the_notice,
    served_by_whom_it_can_be,
    statement_has_text,
    was_notified,
)
from services.casework.unit.revocation.proposal import (
    UNDOES,
    dropped_by_level_of_proposer,
    dropped_with_the_nation,
    grounds_are_proved,
    held_or_to_be_answered,
    not_dropped_against_the_houses,
    not_proposed_yet,
    proposal_open,
    proposed_or_consented_on,
    some_ground_proved,
    where_dropped,
    where_proposed,
    where_revoked,
)
from services.casework.unit.revocation.reconsideration import (
    not_dismissed_against_the_houses,
    propose_reconsidered,
    reconsideration_asked,
    reconsidered_once_at_a_time,
    revoked_on,
    set_aside_with_the_houses,
    set_aside_with_the_nation,
    where_reconsidered,
)
from services.casework.unit.revocation.state import FOLDS
from services.casework.unit.separation import apart_from_other_steps, not_of_the_papers_hands, people_before
from services.casework.unit.subjects import (
    titles_proposed,
    titles_proposed_or_to_answer,
    titles_reconsidered,
    titles_revoked,
    titles_to_propose,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def propose_revoked(unit: Unit, act: Act[UnitRevoked], pack: Pack) -> Event:
    """Grounds, opinions, consent and the incentives that end follow from the proposal."""
    event = act.event
    proposal = unit.revocation.proposals.get(event.title or "")
    if proposal is None or event.title not in pack.titles:
        return event
    level = pack.titles[event.title].revoked_by
    return event.model_copy(
        update={
            "grounds": proposal.grounds,
            "opinions": opinions_relied_on(unit, Matter.REVOCATION, event.title, level),
            "consent_ref": proposal.consent,
            "incentives_ended": tuple(grant.version for grant in unit.incentives.running_on(act.day, event.title)),
        }
    )


def opinions_in_on_revocation(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-27), T-22: the four houses have given their opinions at the level that revokes, and carry it."""
    if act.title not in unit.revocation.proposals or act.title not in pack.titles:
        return None
    level = pack.titles[act.title].revoked_by
    return not_carried(Matter.REVOCATION, unit, act.title, level, pack)


CHAPTER: Chapter[Unit] = Chapter(
    "revocation",
    FOLDS,
    (
        Law(
            UnitRevocationProposed,
            office=desk(where_proposed),
            about=titles_to_propose,
            rule="A-06",
            state=(was_registered, held_or_to_be_answered, not_proposed_yet, some_ground_proved),
            content=(grounds_are_proved,),
            steps=("act:propose_revocation",),
            settles=(ObligationKind.PROPOSE_REVOCATION,),
            undone_by_procedure=True,
        ),
        Law(
            UnitRevocationDropped,
            office=approver(where_dropped),
            about=titles_proposed_or_to_answer,
            rule="I-14",
            state=(
                was_registered,
                proposed_or_to_be_answered,
                dropped_by_level_of_proposer,
                not_dropped_against_the_houses,
                apart_from_other_steps,
            ),
            content=(
                dropped_with_the_nation,
                paper_of(*UNDOES),
                no_older_than(proposed_or_consented_on),
                not_of_the_papers_hands,
            ),
            reads=people_before,
            steps=("act:decide_revocation",),
            settles=(
                ObligationKind.PROPOSE_REVOCATION,
                ObligationKind.NOTIFY_HEARING,
                ObligationKind.SERVE_NOTICE,
                ObligationKind.STATEMENT,
                ObligationKind.REVOCATION_OPINIONS,
                ObligationKind.ASK_CONSENT,
                ObligationKind.ANSWER_CONSENT,
                ObligationKind.DECIDE_REVOCATION,
            ),
            undone_by_procedure=True,
        ),
        Law(
            UnitHearingNotified,
            office=desk(where_proposed),
            about=titles_proposed,
            rule="I-09",
            state=(was_registered, proposal_open, not_notified_yet),
            settles=(ObligationKind.NOTIFY_HEARING,),
        ),
        Law(
            UnitNoticeServed,
            office=(AGENT, *desk(where_proposed)),
            about=titles_proposed,
            rule="T-12",
            state=(was_registered, proposal_open, was_notified, not_served_yet),
            content=(served_by_whom_it_can_be, served_after_the_notice, opened_today, fact_not_ahead),
            propose=propose_served,
            settles=(ObligationKind.SERVE_NOTICE,),
        ),
        Law(
            UnitRevocationLapsed,
            office=(TIMEKEEPER,),
            about=titles_proposed,
            rule="T-12",
            state=(was_registered, proposal_open),
            content=(never_served,),
            settles=(ObligationKind.NOTIFY_HEARING, ObligationKind.SERVE_NOTICE, ObligationKind.TAKE_UP),
            undone_by_procedure=True,
        ),
        Law(
            UnitStatementHeard,
            office=(AGENT, *desk(where_proposed)),
            about=titles_proposed,
            rule="I-09",
            state=(was_registered, proposal_open, was_notified, apart_from_other_steps),
            content=(statement_has_text, said_for_the_unit_with_its_paper),
            reads=people_before,
            steps=("act:conduct_hearing",),
            second=Second(desk(where_proposed), when=said_for_the_unit),
            settles=(ObligationKind.STATEMENT, ObligationKind.SERVE_NOTICE),
        ),
        Law(
            UnitConsentRequested,
            office=desk(PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(
                was_registered,
                proposal_open,
                needs_consent,
                consent_not_requested,
                heard_or_time_passed,
                opinions_in_on_revocation,
                apart_from_other_steps,
            ),
            reads=people_before,
            steps=("act:ask_consent",),
            settles=(ObligationKind.ASK_CONSENT,),
            undone_by_procedure=True,
        ),
        Law(
            UnitConsentGiven,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(was_registered, proposal_open, consent_awaited, apart_from_other_steps),
            content=(
                national_paper_given,
                paper_of(DocumentKind.CONSENT),
                no_older_than(consent_asked_on),
                not_of_the_papers_hands,
            ),
            reads=people_before,
            steps=("act:record_consent",),
            undone_by_procedure=True,
            settles=(ObligationKind.ANSWER_CONSENT,),
        ),
        Law(
            UnitConsentRefused,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(was_registered, proposal_open, consent_awaited, apart_from_other_steps),
            content=(
                national_paper_given,
                paper_of(DocumentKind.REFUSAL),
                no_older_than(consent_asked_on),
                not_of_the_papers_hands,
            ),
            reads=people_before,
            steps=("act:record_consent",),
            settles=(ObligationKind.ANSWER_CONSENT,),
            undone_by_procedure=True,
        ),
        Law(
            UnitRevoked,
            office=approver(where_revoked),
            about=titles_proposed,
            rule="I-08",
            state=(
                was_registered,
                proposal_open,
                heard_or_time_passed,
                opinions_in_on_revocation,
                nation_consented,
                apart_from_other_steps,
            ),
            reads=people_and_rounds,
            effects=leave_place,
            steps=("act:decide_revocation",),
            propose=propose_revoked,
            undone_by_procedure=True,
            settles=(ObligationKind.DECIDE_REVOCATION, ObligationKind.STATEMENT),
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitPlaqueRecovered,
            office=desk(where_plaque_is_watched),
            rule="I-10",
            state=(was_registered, plaque_to_recover),
            content=(that_plaque_to_recover, fact_not_ahead),
            propose=propose_recovered,
            settles=(ObligationKind.RECOVER_PLAQUE,),
        ),
        Law(
            UnitRevocationAnnounced,
            office=desk(where_revoked),
            about=titles_revoked,
            rule="I-10",
            state=(was_registered, was_revoked, not_announced_yet),
            settles=(ObligationKind.ANNOUNCE,),
        ),
        Law(
            UnitReconsiderationRequested,
            office=(AGENT,),
            about=titles_revoked,
            rule="I-13",
            state=(was_registered, was_revoked, reconsidered_once_at_a_time),
        ),
        Law(
            UnitReconsiderationDecided,
            office=approver(where_reconsidered),
            about=titles_reconsidered,
            rule="T-07",
            state=(was_registered, reconsideration_asked, apart_from_other_steps),
            content=(
                set_aside_with_the_nation,
                set_aside_with_the_houses,
                not_dismissed_against_the_houses,
                paper_of(*UNDOES),
                no_older_than(revoked_on),
                not_of_the_papers_hands,
            ),
            reads=people_before,
            steps=("act:decide_reconsideration",),
            propose=propose_reconsidered,
            undone_by_procedure=True,
            settles=(ObligationKind.DECIDE_RECONSIDERATION,),
            decided=lambda event: event.decided_on,
        ),
    ),
    obligations,
)
