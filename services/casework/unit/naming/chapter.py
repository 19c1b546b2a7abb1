"""Chapter 命名: nomination, naming, plaques, terms, the reserve list, commendation (policy 五(六)1, 五(六)2)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.naming import (
    UnitCommended,
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
    UnitTitleCarriedIn,
)
from events.unit.registration import UnitTitleTakenOver
from events.words import (
    DocumentKind,
    Matter,
    ObligationKind,
    Step,
)
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import (
    AGENT,
    COUNTY_UP,
    PROVINCE,
    SYSTEM,
    TIMEKEEPER,
    approver,
    desk,
)
from services.casework.pack import Pack
from services.casework.unit.application import (
    at_step,
    case_of,
    case_open,
    deciding_level,
    evaluating_level,
    leave_place,
    nothing_proposed,
    people_and_rounds,
    title_for_kind,
    waiting_period_over,
)
from services.casework.unit.carried_in import (
    given_before_the_register,
    never_held_here,
    not_being_applied_for,
    not_on_a_reserve_list,
    paper_names_units,
    term_as_the_policy_has_it,
    term_begins_with_its_paper,
    what_carrying_in_rests_on,
    where_carried_in,
)
from services.casework.unit.evaluation.majority import MAJORITY, not_refused_against_the_houses
from services.casework.unit.evaluation.state import opinions_relied_on
from services.casework.unit.naming.extension import (
    applied_on,
    extended_by_the_nation,
    extended_once,
    extension_in_last_half_year,
    extension_within_limit,
    renewal_under_way,
)
from services.casework.unit.naming.nomination import (
    as_ranked,
    place_left,
    place_nominated,
    round_takes_candidates,
    step_before_nomination,
)
from services.casework.unit.naming.reserve import (
    in_reserve,
    leave_list,
    lists_and_people,
    not_held_by_itself,
    not_in_reserve,
    number_is_free,
    off_the_list_first,
    place_listed,
    propose_listed,
    reserve_has_room,
    reserve_lists,
)
from services.casework.unit.naming.state import FOLDS
from services.casework.unit.naming.term import (
    national_document_given,
    nominated_on,
    obligations,
    term_begins_with_the_decision,
    term_begun,
    term_is_over,
    term_not_over,
    title_is_held,
    where_named,
)
from services.casework.unit.papers import no_older_than, paper_of
from services.casework.unit.plaques import (
    claim_plaque_code,
    no_plaque_out,
    plaque_code_new,
    plaque_code_of,
    plaque_is_out,
    some_plaque_out,
)
from services.casework.unit.publicity import cleared_still_counts
from services.casework.unit.registration import registered
from services.casework.unit.separation import (
    apart_from_other_steps,
    apart_from_the_unit,
    not_of_the_papers_hands,
    people_before,
)
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import titles_for_kind, titles_held, titles_in_case, titles_in_reserve

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def propose_named(unit: Unit, act: Act[UnitNamed], pack: Pack) -> Event:
    """The term (R-34: three years from recognition, both days included) and the opinions relied on."""
    event = act.event
    title = pack.titles.get(event.title or "")
    if title is None or event.title is None:
        return event
    since = event.term_from or event.decided_on or act.day
    until = pack.after(since, title.term) - timedelta(days=1)
    opinions: set[int] = set()
    for level in {evaluating_level(unit, event.title, pack), deciding_level(event.title, pack)}:
        opinions |= set(opinions_relied_on(unit, Matter.APPLICATION, event.title, level))
    return event.model_copy(update={"term_from": since, "term_until": until, "opinions": tuple(sorted(opinions))})


def step_before_naming(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: naming comes after the last step before it of that title."""
    case = case_of(unit, act)
    if case is None:
        return None
    steps = pack.titles[case.title].steps
    return at_step(Step.NOMINATED if "nominate" in steps else Step.CLEARED)(unit, act, pack)


def opinions_in_to_name(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04, A-14, T-22: nothing is named without the opinions, and the majority, of the level that decided."""
    case = case_of(unit, act)
    if case is None:
        return None
    level = deciding_level(case.title, pack)
    asked = (rule(Matter.APPLICATION, unit, case.title, level, pack) for rule in MAJORITY)
    return next((refusal for refusal in asked if refusal is not None), None)


def commended_once(unit: Unit, act: Act[UnitCommended], pack: Pack) -> Refusal | None:
    """A-52: a unit is given an honour once in a round, or a year."""
    said = act.event
    given = [
        entry.version
        for entry in unit.entries
        if isinstance(entry.event, UnitCommended)
        and entry.event.honour == said.honour
        and (entry.event.round == said.round if said.round is not None else entry.event.year == said.year)
    ]
    return (
        refuse(pack, "A-52", "该单位已获此项表彰", "the unit was given that honour already", given) if given else None
    )


CHAPTER: Chapter[Unit] = Chapter(
    "naming",
    FOLDS,
    (
        Law(
            UnitNominated,
            office=approver(PROVINCE),
            about=titles_in_case,
            rule="I-18",
            state=(
                registered,
                case_open,
                step_before_nomination,
                cleared_still_counts,
                nothing_frozen,
                nothing_proposed,
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            content=(round_takes_candidates, place_left),
            effects=place_nominated,
            reads=people_before,
            steps=("act:nominate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitNamed,
            office=approver(where_named),
            about=titles_in_case,
            rule="I-05",
            state=(
                registered,
                case_open,
                step_before_naming,
                opinions_in_to_name,
                cleared_still_counts,
                nothing_frozen,
                nothing_proposed,
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            content=(
                national_document_given,
                paper_of(DocumentKind.NAMING),
                not_of_the_papers_hands,
                term_begins_with_the_decision,
            ),
            propose=propose_named,
            reads=lists_and_people,
            effects=leave_list,
            steps=("act:name", "act:confirm_paper"),
            undone_by_procedure=True,
            settles=(ObligationKind.HANDLE_APPLICATION, ObligationKind.END_TERM),
            begins=lambda event: event.term_from,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitNamingRefused,
            office=approver(where_named),
            about=titles_in_case,
            rule="I-13",
            state=(
                registered,
                case_open,
                step_before_naming,
                apart_from_other_steps,
                apart_from_the_unit,
                not_refused_against_the_houses,
            ),
            content=(
                national_document_given,
                paper_of(DocumentKind.REFUSAL),
                no_older_than(nominated_on),
                not_of_the_papers_hands,
            ),
            reads=people_and_rounds,
            effects=leave_place,
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            steps=("act:name", "act:confirm_paper"),
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitPlaqueIssued,
            office=desk(where_named),
            about=titles_held,
            rule="I-13",
            state=(registered, title_is_held, term_not_over, term_begun, no_plaque_out),
            content=(plaque_code_new,),
            reads=plaque_code_of,
            effects=claim_plaque_code,
            settles=(ObligationKind.ISSUE_PLAQUE,),
        ),
        Law(
            UnitPlaqueReportedLost,
            office=(AGENT, *desk(COUNTY_UP)),
            rule="I-13",
            state=(registered, some_plaque_out),
            content=(plaque_is_out,),
        ),
        Law(
            UnitTermExtended,
            office=approver(where_named),
            about=titles_held,
            rule="I-11",
            state=(
                registered,
                title_is_held,
                term_not_over,
                extension_in_last_half_year,
                renewal_under_way,
                extended_once,
                nothing_frozen,
                nothing_proposed,
            ),
            content=(
                extension_within_limit,
                extended_by_the_nation,
                paper_of(DocumentKind.NAMING, DocumentKind.ORDER),
                no_older_than(applied_on),
            ),
            settles=(ObligationKind.END_TERM,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitTitleTakenOver,
            office=(SYSTEM,),
            about=titles_for_kind,
            rule="A-11",
            state=(
                registered,
                title_for_kind,
                not_held_by_itself,
                off_the_list_first,
                waiting_period_over,
                nothing_frozen,
                nothing_proposed,
            ),
            undone_by_procedure=True,
        ),
        Law(
            UnitTitleCarriedIn,
            office=approver(where_carried_in),
            about=titles_for_kind,
            rule="T-24",
            state=(
                registered,
                title_for_kind,
                never_held_here,
                not_being_applied_for,
                not_on_a_reserve_list,
                apart_from_the_unit,
            ),
            content=(
                given_before_the_register,
                term_as_the_policy_has_it,
                term_begins_with_its_paper,
                paper_names_units,
                paper_of(DocumentKind.NAMING),
                plaque_code_new,
            ),
            reads=what_carrying_in_rests_on,
            effects=claim_plaque_code,
            second=Second(approver(where_carried_in), two_houses=True),
            undone_by_procedure=True,
        ),
        Law(
            UnitTermExpired,
            office=(TIMEKEEPER,),
            about=titles_held,
            rule="I-11",
            state=(title_is_held, term_is_over),
            settles=(ObligationKind.END_TERM,),
        ),
        Law(
            UnitReserveListed,
            office=approver(PROVINCE),
            about=titles_for_kind,
            rule="I-20",
            state=(registered, title_for_kind, not_in_reserve, nothing_frozen, nothing_proposed),
            content=(reserve_has_room, as_ranked, number_is_free),
            propose=propose_listed,
            effects=place_listed,
        ),
        Law(
            UnitReserveDelisted,
            office=(TIMEKEEPER, *desk(PROVINCE)),
            about=titles_in_reserve,
            rule="I-13",
            state=(registered, in_reserve),
            reads=reserve_lists,
            effects=leave_list,
        ),
        Law(
            UnitCommended,
            office=(SYSTEM,),
            rule="A-52",
            state=(registered, nothing_frozen, nothing_proposed),
            content=(commended_once,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
