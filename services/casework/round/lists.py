"""The list of a round: in public for objections, then published (T-18, T-26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Event
from events.folding import folded
from events.governance.round import RoundCandidatesRanked, RoundListPublished, RoundQuotaSet
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.places import at_level
from events.words import Level, ObligationKind
from services.casework import objections
from services.casework.law import Act, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, owed
from services.casework.office import AGENT_OR_UNION, FIELD, PUBLIC, approver, at, desk, officer, same_person
from services.casework.pack import Pack
from services.casework.round.closing import in_public_first, not_closed
from services.casework.round.state import Round

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

_ANSWERS = RoundObjectionAdmitted | RoundObjectionJoined | RoundObjectionSetAside | RoundObjectionResolved
_LEVELS = at(Level.PROVINCE, Level.NATION)


def not_public_yet(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-18: a list is public once."""
    if round_.published is None:
        return None
    zh, en = "名单已公布", "the list is public already"
    return refuse(pack, "T-18", zh, en, (round_.published,))


def of_those_with_places(round_: Round, act: Act[RoundListPublished], pack: Pack) -> Refusal | None:
    """T-18: on a list stand those who hold a place of the round."""
    without = sorted(set(act.event.units) - set(round_.taken))
    if not without:
        return None
    zh, en = "名单内有未占用名额的单位", "units without a place stand on the list"
    return refuse(pack, "T-18", zh, en, without, "/units")


def days_are_over(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-18: a list is public when the round is over: until then places are taken and come free."""
    if round_.until is None or act.day > round_.until:
        return None
    zh, en = f"轮次至{round_.until}止", f"the round goes on until {round_.until}"
    return refuse(pack, "T-18", zh, en, (round_.until,))


def in_public_before(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-26, I-06: a list is published after its publicity, with every objection answered; where one to the whole list
    was upheld, it is in public anew.
    """
    listed = round_.in_public
    if listed is None:
        if not in_public_first(round_, pack):
            return None
        return refuse(pack, "I-06", "名单须先行公示", "the list is in public before it is published")
    refusal = objections.is_over(listed.until, act, pack) or objections.none_open(round_.objections, pack)
    if refusal is not None:
        return refusal
    whole = [one.version for one in round_.objections.values() if one.upheld and one.version not in round_.about]
    whole = [version for version in whole if version > listed.version]
    if not whole:
        return None
    zh, en = "对名单的异议成立，须重新公示", "an objection to the list was upheld: it is in public anew"
    return refuse(pack, "T-26", zh, en, whole)


def as_it_was_in_public(round_: Round, act: Act[RoundListPublished], pack: Pack) -> Refusal | None:
    """T-26: on the list stands nobody who was not in public, and nobody about whom an objection was upheld."""
    if round_.in_public is None:
        return None
    strange = sorted(set(act.event.units) - round_.in_public.units | round_.upheld_against & set(act.event.units))
    if not strange:
        return None
    zh, en = "有单位未经公示，或者对其异议成立", "units that were not in public, or about whom an objection was upheld"
    return refuse(pack, "T-26", zh, en, strange, "/units")


def none_running(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: a list is in public anew when its publicity is over and every objection answered."""
    if round_.in_public is None:
        return None
    return objections.is_over(round_.in_public.until, act, pack) or objections.none_open(round_.objections, pack)


def none_upheld_against(round_: Round, act: Act[RoundListPublicised], pack: Pack) -> Refusal | None:
    """T-26: about whom an objection was upheld is not put in public again."""
    against = sorted(round_.upheld_against & set(act.event.units))
    if not against:
        return None
    return refuse(pack, "T-26", "对其异议成立", "an objection about them was upheld", against, "/units")


def public_long_enough(round_: Round, act: Act[RoundListPublicised], pack: Pack) -> Refusal | None:
    """I-06 (A-13): five working days at least, beginning today or later."""
    return objections.long_enough(act.event.from_, act.event.until, act, pack)


def public_today(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: objections are raised while the list is public."""
    listed = round_.in_public
    since, until = (listed.since, listed.until) if listed is not None else (None, None)
    return objections.public_on_the_day(since, until, act, pack)


def about_a_unit_on_it(round_: Round, act: Act[RoundObjectionRaised], pack: Pack) -> Refusal | None:
    """T-26: an objection is about a unit on the list, or about the whole."""
    unit, listed = act.event.unit, round_.in_public
    if unit is None or listed is None or unit in listed.units:
        return None
    return refuse(pack, "T-26", "该单位不在公示名单", "that unit is not on the list", (unit,), "/unit")


def some_open(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is an objection to answer."""
    if any(one.open for one in round_.objections.values()):
        return None
    return refuse(pack, "I-00", "没有待核查的异议", "there is no open objection")


def to_answer(round_: Round, act: Act[_ANSWERS], pack: Pack) -> Refusal | None:
    """T-26: an objection is answered once."""
    return objections.to_answer(round_.objections, act.event.objection, pack)


def not_admitted(round_: Round, act: Act[RoundObjectionAdmitted], pack: Pack) -> Refusal | None:
    """T-26: an objection is admitted once."""
    found = round_.objections.get(act.event.objection)
    if found is None or not found.admitted:
        return None
    return refuse(pack, "T-26", "异议已受理", "the objection is admitted", (found.version,), "/objection")


def to_set_aside(round_: Round, act: Act[RoundObjectionSetAside], pack: Pack) -> Refusal | None:
    """T-26: what was admitted, or left lying over its days, is set aside no more."""
    return objections.to_set_aside(round_.objections, act.event.objection, act, pack)


def joined_to_another(round_: Round, act: Act[RoundObjectionJoined], pack: Pack) -> Refusal | None:
    """T-26: an objection is joined to another open one."""
    other = round_.objections.get(act.event.to)
    if other is not None and other.open and other.version != act.event.objection:
        return None
    zh, en = "须并入另一件待核查的异议", "it is joined to another open objection"
    return refuse(pack, "T-26", zh, en, (act.event.to,), "/to")


def by_another_than_raised_it(round_: Round, act: Act[_ANSWERS], pack: Pack) -> Refusal | None:
    """T-03: nobody answers an objection that they raised themselves."""
    return objections.raised_by_another(round_, act.event.objection, act, pack)


def by_another_than_listed(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: who ranked its candidates or made the list public answers no objection to it."""
    if any(same_person(one, act.actor.id, act.context) for one in _listed_by(round_)):
        zh, en = (
            "排序、公示名单的人员不处理对其的异议",
            "who ranked or publicised the list does not answer an objection to it",
        )
        return refuse(pack, "T-03", zh, en, (act.actor.id,))
    return None


def _listed_by(round_: Round) -> Iterator[UUID]:
    made = (RoundCandidatesRanked, RoundListPublicised)
    return (entry.actor.id for entry in round_.entries if isinstance(entry.event, made))


def those_of_an_objection(round_: Round, event: _ANSWERS) -> Iterator[UUID]:
    """Who made the list and who objected, so that persons can be told by their tags."""
    yield from _listed_by(round_)
    yield from objections.raisers(round_, event.objection)


def propose_raised(round_: Round, act: Act[RoundObjectionRaised], pack: Pack) -> Event:
    """A copy of an earlier objection to the list, word for word, names the first of them."""
    listed = round_.in_public.version if round_.in_public is not None else 0
    same = (version for version in round_.objections if version > listed and _alike(round_, version, act.event))
    return act.event.model_copy(update={"same_as": min(same, default=None)})


def _alike(round_: Round, version: int, event: RoundObjectionRaised) -> bool:
    other = round_.entries[version - 1].event
    assert isinstance(other, RoundObjectionRaised)
    said = (folded(other.ground), folded(other.text), other.unit)
    return said == (folded(event.ground), folded(event.text), event.unit)


def obligations(round_: Round, packs: Packs) -> Iterator[Obligation]:
    """The list of a round is published within its days after the last day, later where objections to it held it back;
    they are admitted, and looked into, in their own. A round that was closed before anybody took a place has no list.
    """
    answers = list(objections.duties(round_.objections, round_.place, packs, admission=True))
    has_list = not round_.closed or round_.taken or round_.in_public is not None
    if round_.until is not None and round_.published is None and has_list:
        pack = packs.on(round_.until)
        level = Level.PROVINCE if at_level(round_.place, Level.PROVINCE) else Level.NATION
        days = [pack.after(round_.until, pack.windows.round_result)]
        if round_.objections:
            last = max(pack.after(one.day, pack.windows.resolve_objection) for one in round_.objections.values())
            days.append(pack.after(last, pack.windows.handle_step))
        holder = f"{level.value}:{round_.place}"
        yield owed(pack, ObligationKind.ROUND_RESULT, "list", holder, round_.until, max(days))
    yield from answers


_APPROVER = approver(_LEVELS)
_ANSWERED = (ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION)
_OPEN = (not_public_yet, some_open)

LAWS: tuple[Law[Round, Any], ...] = (
    Law(
        RoundListPublicised,
        office=desk(_LEVELS),
        rule="I-06",
        weighs=(RoundQuotaSet,),
        state=(not_closed, not_public_yet, days_are_over, none_running),
        content=(of_those_with_places, none_upheld_against, public_long_enough),
        undone_by_procedure=True,
    ),
    Law(
        RoundObjectionRaised,
        office=(replace(PUBLIC, anywhere=True), AGENT_OR_UNION, officer(*FIELD, anywhere=True)),
        rule="T-26",
        state=(not_public_yet, public_today),
        content=(about_a_unit_on_it,),
        propose=propose_raised,
    ),
    Law(
        RoundObjectionAdmitted,
        office=desk(_LEVELS),
        rule="T-26",
        state=_OPEN,
        content=(to_answer, not_admitted),
        settles=_ANSWERED[:1],
    ),
    Law(
        RoundObjectionJoined,
        office=desk(_LEVELS),
        rule="T-26",
        state=(*_OPEN, by_another_than_listed),
        content=(to_answer, joined_to_another, by_another_than_raised_it),
        reads=those_of_an_objection,
        settles=_ANSWERED,
        undone_by_procedure=True,
    ),
    Law(
        RoundObjectionSetAside,
        office=_APPROVER,
        rule="T-26",
        state=(*_OPEN, by_another_than_listed),
        content=(to_answer, to_set_aside, by_another_than_raised_it),
        reads=those_of_an_objection,
        settles=_ANSWERED,
        undone_by_procedure=True,
    ),
    Law(
        RoundObjectionResolved,
        office=desk(_LEVELS),
        rule="T-26",
        state=(*_OPEN, by_another_than_listed),
        content=(to_answer, by_another_than_raised_it),
        reads=those_of_an_objection,
        settles=_ANSWERED,
        undone_by_procedure=True,
    ),
    Law(
        RoundListPublished,
        office=_APPROVER,
        rule="I-20",
        weighs=(RoundQuotaSet,),
        state=(not_public_yet, days_are_over, in_public_before),
        content=(of_those_with_places, as_it_was_in_public),
        settles=(ObligationKind.ROUND_RESULT,),
        undone_by_procedure=True,
    ),
)
"""Every act on the list of a round."""
