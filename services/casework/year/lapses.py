"""What follows from what a prefecture missed: lapses, deductions, criticism, a second look (五(五)3; R-28, R-29)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from events.envelope import Event
from events.governance.year import YearCriticised
from events.governance.year_lapses import (
    YearLapseExcused,
    YearLapseFound,
    YearReconsiderationDecided,
    YearReconsiderationRequested,
    YearScoreDeducted,
)
from events.places import PLACES
from events.record import COMMON
from events.words import Level, ObligationKind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import NATION_OR_PROVINCE, PROVINCE, SYSTEM, TIMEKEEPER, approver, desk, same_person
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.province.kind import provinces_only
from services.casework.year import state
from services.casework.year.accounts import PREFECTURE
from services.casework.year.state import Lapse, Year

# --- lapses -----------------------------------------------------------------------------------------------------------


def counts_as_a_lapse(year: Year, act: Act[YearLapseFound], pack: Pack) -> Refusal | None:
    """A-33: only what the pack names is a lapse, of a prefecture, and once."""
    event = act.event
    if event.obligation not in pack.lapses or PLACES[event.place].level is not Level.PREFECTURE:
        return refuse(pack, "A-33", "该项逾期不计为失职", "missing that is no lapse", (event.ref,))
    if any((one.ref, one.unit) == (event.ref, event.unit) for one in year.lapses.values()):
        return refuse(pack, "A-33", "该项失职已有记载", "that lapse was found already", (event.ref,))
    return None


def finds_lapses(year: Year, day: date, pack: Pack) -> Iterator[Event]:
    """The lapses that the year's own missed duties are."""
    if not year.place or year.level is not Level.PREFECTURE:
        return
    found = {lapse.ref for lapse in year.lapses.values() if lapse.unit is None}
    for ref, miss in year.misses.items():
        if ref not in found and miss.obligation in pack.lapses:
            yield YearLapseFound(place=year.place, year=year.year, obligation=miss.obligation, ref=ref, due=miss.due)


def some_lapse_waits(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-33: there is a lapse to answer."""
    if any(not lapse.answered for lapse in year.lapses.values()):
        return None
    return refuse(pack, "A-33", "没有待处理的失职", "no lapse waits for an answer")


def lapse_waits(year: Year, act: Act[YearScoreDeducted | YearLapseExcused], pack: Pack) -> Refusal | None:
    """A-33: a lapse is answered once."""
    lapse = year.lapses.get(act.event.lapse)
    if lapse is None or not lapse.answered:
        return None
    answer = lapse.deducted or lapse.excused
    return refuse(pack, "A-33", "该项失职已处理", "that lapse is answered already", (answer,), "/lapse")


def costs_something(year: Year, act: Act[YearScoreDeducted], pack: Pack) -> Refusal | None:
    """A-33: what costs nothing is excused, and not deducted for."""
    if act.event.points != 0:
        return None
    return refuse(pack, "A-33", "核减分值为零的，按不予核减办理", "what costs nothing is excused", (), "/points")


def points_of_the_pack(year: Year, act: Act[YearScoreDeducted], pack: Pack) -> Event:
    """The points of the pack, where whoever decides names no others."""
    lapse = year.lapses.get(act.event.lapse)
    if lapse is None or act.event.points is not None:
        return act.event
    return act.event.model_copy(update={"points": pack.lapses.get(lapse.obligation)})


def of_the_level_below(year: Year, act: Act[YearCriticised], pack: Pack) -> Refusal | None:
    """R-28: the nation criticises provinces, and a province its prefectures."""
    place = act.event.place
    if act.actor.level is Level.NATION:
        return provinces_only((place,), pack)
    if PLACES[place].level is Level.PREFECTURE:
        return None
    return refuse(pack, "I-14", "省通报所辖市州", "a province criticises its own prefectures", (place,), "/place")


# --- a second look ----------------------------------------------------------------------------------------------------


def something_to_contest(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-33: there is a deduction or a criticism to contest."""
    if year.criticised or any(lapse.deducted is not None for lapse in year.lapses.values()):
        return None
    return refuse(pack, "A-33", "没有可以申请复核的决定", "nothing was decided that could be looked at again")


def in_time_and_once(year: Year, act: Act[YearReconsiderationRequested], pack: Pack) -> Refusal | None:
    """A-33: a second look is asked for in its days, once."""
    contested = act.event.contested
    before = next((one.version for one in year.contested.values() if one.contested == contested), None)
    if before is not None:
        return refuse(
            pack, "A-33", "已申请过复核", "a second look was asked for already", (before,), "/contested", final=True
        )
    last = pack.after(year.entries[contested - 1].day, pack.year.contested_within)
    if act.day <= last:
        return None
    return refuse(
        pack, "A-33", f"申请期至{last}", f"it could be asked for until {last}", (contested,), "/contested", final=True
    )


def some_request_waits(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-33: there is a request to decide on."""
    if any(one.outcome is None for one in year.contested.values()):
        return None
    return refuse(pack, "A-33", "没有待决定的复核申请", "no request waits for a decision")


def by_somebody_else(year: Year, act: Act[YearReconsiderationDecided], pack: Pack) -> Refusal | None:
    """A-33: a request is decided once, by another person than who decided before."""
    request = year.contested[act.event.request]
    if request.outcome is not None:
        return refuse(pack, "A-33", "复核申请已决定", "that request is decided already", (request.version,), "/request")
    first = year.entries[request.contested - 1].actor.id
    if not same_person(first, act.actor.id, act.context):
        return None
    return refuse(pack, "A-33", "原决定人不得复核", "who decided before does not look again", (request.contested,))


# --- what is owed -----------------------------------------------------------------------------------------------------


def obligations(year: Year, packs: Packs) -> Iterator[Obligation]:
    """The province answers every lapse, criticises for many, and decides on every request."""
    if not year.place or year.level is not Level.PREFECTURE:
        return
    above = holder(Level.PROVINCE, year.place)
    for lapse in year.lapses.values():
        if not lapse.answered:
            pack = packs.on(lapse.since)
            due = pack.after(lapse.since, pack.windows.handle_step)
            yield owed(pack, ObligationKind.ANSWER_LAPSE, str(lapse.version), above, lapse.since, due)
    since = [lapse for lapse in year.unexcused if lapse.version > year.criticised_at]
    if since and len(since) >= (calling := packs.on(since[-1].since).year.criticised_from):
        yield _criticise(since[calling - 1], above, packs)
    for request in year.contested.values():
        if request.outcome is None:
            pack = packs.on(request.since)
            due = pack.after(request.since, pack.windows.reconsideration)
            ref = str(request.version)
            yield owed(pack, ObligationKind.DECIDE_RECONSIDERATION, ref, above, request.since, due)


def _criticise(lapse: Lapse, above: str, packs: Packs) -> Obligation:
    pack = packs.on(lapse.since)
    due = pack.after(lapse.since, pack.windows.handle_step)
    return owed(pack, ObligationKind.CRITICISE, str(lapse.version), above, lapse.since, due)


_ABOVE = approver(PROVINCE)

LAPSES: Chapter[Year] = Chapter(
    None,
    {
        COMMON["year"].deadline_missed: state.missed,
        YearLapseFound: state.lapse_found,
        YearLapseExcused: state.lapse_excused,
        YearScoreDeducted: state.score_deducted,
        YearCriticised: state.criticised,
        YearReconsiderationRequested: state.contested,
        YearReconsiderationDecided: state.reconsidered,
    },
    (
        Law(
            YearLapseFound,
            office=(SYSTEM, TIMEKEEPER),
            rule="A-33",
            opens=True,
            content=(counts_as_a_lapse,),
            undone_by_procedure=True,
        ),
        Law(
            YearLapseExcused,
            office=_ABOVE,
            rule="A-33",
            state=(some_lapse_waits,),
            content=(lapse_waits,),
            settles=(ObligationKind.ANSWER_LAPSE,),
            undone_by_procedure=True,
        ),
        Law(
            YearScoreDeducted,
            office=_ABOVE,
            rule="A-33",
            state=(some_lapse_waits,),
            content=(lapse_waits, costs_something),
            propose=points_of_the_pack,
            settles=(ObligationKind.ANSWER_LAPSE,),
            undone_by_procedure=True,
        ),
        Law(
            YearCriticised,
            office=approver(NATION_OR_PROVINCE),
            rule="I-14",
            opens=True,
            content=(of_the_level_below,),
            place=lambda event: event.place,
            settles=(ObligationKind.CRITICISE,),
            undone_by_procedure=True,
        ),
        Law(
            YearReconsiderationRequested,
            office=desk(PREFECTURE),
            rule="A-33",
            state=(something_to_contest,),
            content=(in_time_and_once,),
            undone_by_procedure=True,
        ),
        Law(
            YearReconsiderationDecided,
            office=_ABOVE,
            rule="A-33",
            state=(some_request_waits,),
            content=(by_somebody_else,),
            settles=(ObligationKind.DECIDE_RECONSIDERATION,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
