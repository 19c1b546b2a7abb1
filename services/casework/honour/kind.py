"""The kind `honour`: commendation with its reviews and publicities, and notices of praise (五(六)1; R-31, R-33)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from events.envelope import Event
from events.governance.honour import (
    HonourAwarded,
    HonourDeclined,
    HonourObjectionRaised,
    HonourObjectionResolved,
    HonourObjectionSetAside,
    HonourProposed,
    HonourPublicised,
    HonourReviewed,
)
from events.governance.round_awards import RoundAwardPlaceReleased, RoundAwardPlaceTaken
from events.places import PLACES, within
from events.unit.naming import UnitCommended
from events.words import Level, ObligationKind, Recipient, Recommendation, Role, RoundKind, StepOfAward
from services.casework import objections
from services.casework.called import in_pack, place_called
from services.casework.document.state import Paper
from services.casework.honour import state
from services.casework.honour.state import Honour
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, StateRule, refuse
from services.casework.obligation import Obligation
from services.casework.office import (
    AGENT_OR_UNION,
    COUNTY_UP,
    FIELD,
    PUBLIC,
    approver,
    desk,
    officer,
    same_person,
)
from services.casework.pack import Pack
from services.casework.pack_parts import AwardStep
from services.casework.policy.state import Packs
from services.casework.round import award_places
from services.casework.round.state import Round
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.casework.unit.weights import freezing

_OF_A_UNIT = {Recipient.ENTERPRISE: "enterprise", Recipient.PARK: "park", Recipient.TOWNSHIP: "township"}
"""Recipients that are units of the register, by their kind."""

_Step = HonourPublicised | HonourReviewed
_PaperStep = HonourPublicised | HonourReviewed | HonourAwarded


def step_ahead(honour: Honour, pack: Pack) -> AwardStep | None:
    """The next step of the award; None where all are done."""
    award = pack.awards.get(honour.award)
    return award.steps[honour.done] if award is not None and honour.done < len(award.steps) else None


def where_it_stands(honour: Honour, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level of the next step, or who gives the honour, never below the recipient's own place; of what is the
    nation's also the province, by its paper.
    """
    step, award = step_ahead(honour, pack), pack.awards.get(honour.award)
    level = step.level if step is not None else award.given_by if award is not None else Level.PROVINCE
    lies = PLACES[honour.place].level if honour.place in PLACES else level
    if level is Level.NATION:
        return frozenset({level, Level.PROVINCE})
    return frozenset({level if level.rank >= lies.rank else lies})


def where_publicised(honour: Honour, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level whose publicity it was last."""
    level = honour.public_at
    return frozenset({level} if level is not None else Level)


def still_open(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """A-52: what was awarded or declined changes no more."""
    return (
        refuse(pack, "A-52", "已授予或者已不予表彰", "it was awarded or declined already", final=True)
        if honour.over
        else None
    )


def next_is(does: StepOfAward) -> StateRule[Honour]:
    """Whether the award's next step is a publicity, or a review."""

    def it_is(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
        """A-52: reviews and publicities in the order that the award has."""
        step = step_ahead(honour, pack)
        if step is not None and step.does is does:
            return None
        zh = f"下一环节为{step.zh}" if step is not None else "各环节已办结"
        en = f"the next step is {step.en}" if step is not None else "every step is done"
        return refuse(pack, "A-52", zh, en)

    return it_is


def all_steps_done(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """A-52: nothing is awarded before its last step."""
    step = step_ahead(honour, pack)
    return refuse(pack, "A-52", f"尚未{step.zh}", f"there is still {step.en}") if step is not None else None


def publicity_over(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: the next step comes after the last day of a publicity."""
    return objections.is_over(honour.public_until, act, pack)


def objections_answered(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: every objection is answered, and none was upheld, before it goes on."""
    if refusal := objections.none_open(honour.objections, pack):
        return refusal
    return refuse(pack, "T-26", "异议成立", "an objection was upheld", honour.upheld) if honour.upheld else None


def not_reviewed_against(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """A-52: whom a review was against gets no further."""
    if honour.against is None:
        return None
    return refuse(pack, "A-52", "审核未通过", "a review was against it", (honour.against,))


def public_today(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: objections are raised while the candidate is public."""
    return objections.public_on_the_day(honour.public_from, honour.public_until, act, pack)


def no_lower_than_it_came(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """T-07: a lower level declines nothing that a higher one has reviewed or made public."""
    reached = honour.reached
    if reached is None or act.actor.level is None or act.actor.level.rank >= reached.rank:
        return None
    zh, en = f"已由{reached.zh}级办理，下级不得终止", f"the {reached.en} has taken a step: nobody below it declines"
    return refuse(pack, "T-07", zh, en)


def answered_by_another(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: who proposed or reviewed a candidate does not answer an objection to it."""
    if any(same_person(one, act.actor.id, act.context) for one in honour.people):
        zh, en = "推荐、审核人员不处理对其的异议", "who proposed or reviewed does not answer an objection to it"
        return refuse(pack, "T-03", zh, en, (act.actor.id,))
    return None


def by_another_than_raised_it(
    honour: Honour, act: Act[HonourObjectionSetAside | HonourObjectionResolved], pack: Pack
) -> Refusal | None:
    """T-03: nobody answers an objection that they raised themselves."""
    return objections.raised_by_another(honour, act.event.objection, act, pack)


def those_before(honour: Honour, event: Event) -> Iterator[UUID]:
    """Who proposed and reviewed, so that persons can be told by their tags."""
    return iter(honour.people)


def those_of_an_objection(honour: Honour, event: HonourObjectionSetAside | HonourObjectionResolved) -> Iterator[UUID]:
    """Who proposed, reviewed and objected, so that persons can be told by their tags."""
    yield from honour.people
    yield from objections.raisers(honour, event.objection)


def by_another_person(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """A-52: who proposed or reviewed takes no later review, and does not award."""
    if any(same_person(one, act.actor.id, act.context) for one in honour.people):
        return refuse(pack, "A-52", "推荐、审核和授予由不同的人办理", "another person takes this step", (act.actor.id,))
    return None


def fits_the_award(honour: Honour, act: Act[HonourProposed], pack: Pack) -> Refusal | None:
    """A-52: the award is for such a recipient, who is named as its kind is: a unit, a name, or a sealed person."""
    event, award = act.event, pack.awards.get(act.event.award)
    if award is not None and event.recipient not in award.recipients:
        zh, en = f"{award.zh}不授予{event.recipient.zh}", f"{award.en} is not for a recipient of that kind"
        return refuse(pack, "A-52", zh, en, (), "/recipient")
    if event.recipient is Recipient.INDIVIDUAL:
        fits, pointer = event.person is not None and event.unit is None and event.name is None, "/person"
    elif event.recipient in _OF_A_UNIT:
        fits, pointer = event.unit is not None and event.person is None and event.name is None, "/unit"
    else:
        fits, pointer = event.name is not None and event.unit is None and event.person is None, "/name"
    if fits:
        return None
    zh, en = "个人须密封姓名，单位须为登记单位，其他须有名称", "a person is sealed, a unit registered, any other named"
    return refuse(pack, "A-52", zh, en, (), pointer)


def unit_of_that_kind(honour: Honour, act: Act[HonourProposed], pack: Pack) -> Refusal | None:
    """A-52: the unit is of the recipient's kind and lies in the place."""
    unit = act.context.find(Unit, act.event.unit)
    if unit is None or unit.life.kind is None:
        return None
    if unit.life.kind.value != _OF_A_UNIT.get(act.event.recipient) or not within(unit.life.place, act.event.place):
        zh, en = "单位类型或者所在地不符", "the unit is of another kind, or lies elsewhere"
        return refuse(pack, "A-52", zh, en, (unit.id,), "/unit")
    return None


def in_its_round(honour: Honour, act: Act[HonourProposed], pack: Pack) -> Refusal | None:
    """T-18: an award that is given in rounds names one of commendation that is open and covers the place."""
    event, award = act.event, pack.awards.get(act.event.award)
    if event.round is None:
        if award is None or not award.needs_round:
            return None
        return refuse(pack, "T-18", f"{award.zh}按轮次推荐", f"{award.en} is given in rounds", (), "/round")
    campaign = act.context.find(Round, event.round)
    if campaign is None:
        return None
    if campaign.kind is not RoundKind.COMMENDATION:
        return refuse(pack, "T-18", "该轮次不是表彰轮次", "the round is none of commendation", (), "/round")
    if not campaign.open_on(act.day) or not within(event.place, campaign.place):
        zh, en = "轮次未开放或者不含该地", "the round is not open, or not of the place"
        return refuse(pack, "T-18", zh, en, (), "/round")
    return None


def place_for_it(honour: Honour, act: Act[HonourReviewed], pack: Pack) -> Refusal | None:
    """A-54: the first review that recommends a candidate of a round takes a place of it."""
    campaign = act.context.find(Round, honour.round)
    if campaign is None or not _takes_a_place(honour, act.event, campaign):
        return None
    return award_places.room_for(campaign, honour.place, honour.award, pack)


def put_forward_once(honour: Honour, act: Act[HonourReviewed], pack: Pack) -> Refusal | None:
    """A-54: a unit or body is put forward once for an award in a round, and takes one place."""
    campaign = act.context.find(Round, honour.round)
    if campaign is None or not _takes_a_place(honour, act.event, campaign):
        return None
    others = (act.context.find(Honour, one) for one in campaign.award_places)
    same = [other.id for other in others if other is not None and _same_candidate(honour, other)]
    if not same:
        return None
    return refuse(pack, "A-54", "该对象在本轮已获推荐", "it is put forward in this round already", same)


def _same_candidate(one: Honour, other: Honour) -> bool:
    alike = one.unit == other.unit and (one.unit is not None or (one.name, one.place) == (other.name, other.place))
    return alike and one.award == other.award and Recipient.INDIVIDUAL not in (one.recipient, other.recipient)


def others_put_forward(states: Mapping[UUID, State], event: HonourReviewed) -> Iterator[UUID]:
    """Those who hold places of the round."""
    for campaign in states.values():
        if isinstance(campaign, Round):
            yield from campaign.award_places


def _takes_a_place(honour: Honour, event: HonourReviewed, campaign: Round) -> bool:
    return event.outcome is Recommendation.RECOMMEND and honour.id not in campaign.award_places


def its_round(honour: Honour, event: Event) -> Iterator[UUID]:
    """The round that the candidate was proposed in."""
    if honour.round is not None:
        yield honour.round


def place_taken_or_left(honour: Honour, act: Act[HonourReviewed], pack: Pack) -> Iterator[Effect]:
    """A place of the narrowest quota is taken; by a review against the candidate it comes free."""
    campaign = act.context.find(Round, honour.round)
    if campaign is None:
        return
    if act.event.outcome is not Recommendation.RECOMMEND:
        yield from place_left(honour, act, pack)
    elif _takes_a_place(honour, act.event, campaign):
        area = award_places.narrowest(campaign, honour.place, honour.award)
        if area is not None:
            taken = RoundAwardPlaceTaken(candidate=honour.id, place=area, award=honour.award)
            yield Effect(campaign.id, taken)


def place_left(honour: Honour, act: Act[HonourReviewed | HonourDeclined], pack: Pack) -> Iterator[Effect]:
    """The place that the candidate has in its round comes free."""
    campaign = act.context.find(Round, honour.round)
    if campaign is not None and honour.id in campaign.award_places:
        yield Effect(campaign.id, RoundAwardPlaceReleased(candidate=honour.id))


def long_enough(honour: Honour, act: Act[HonourPublicised], pack: Pack) -> Refusal | None:
    """I-06 (A-13): five working days at least, beginning today or later."""
    return objections.long_enough(act.event.from_, act.event.until, act, pack)


def by_the_nations_paper(honour: Honour, act: Act[_PaperStep], pack: Pack) -> Refusal | None:
    """I-08, T-23: a step of the nation is recorded by the province with its paper; whatever paper is shown is that of
    one step, and no older than the proposal.
    """
    step, award = step_ahead(honour, pack), pack.awards.get(honour.award)
    level = step.level if step is not None else award.given_by if award is not None else None
    if act.event.paper is None:
        if level is not Level.NATION or act.actor.level is Level.NATION:
            return None
        return refuse(pack, "I-08", "须附已登记的国家文件", "the nation's paper is needed", (), "/paper")
    paper = act.context.find(Paper, act.event.paper)
    if paper is None or paper.recorded is None:
        return None
    if paper.id in honour.papers:
        zh, en = "该文件已用于前一环节", "that paper was shown for a step before"
        return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")
    if honour.since is not None and paper.recorded.dated < honour.since:
        zh, en = f"文件日期{paper.recorded.dated}早于推荐", f"that paper is older than the proposal of {honour.since}"
        return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")
    return None


def is_open(honour: Honour, act: Act[HonourObjectionSetAside | HonourObjectionResolved], pack: Pack) -> Refusal | None:
    """T-26: an objection is answered once."""
    return objections.to_answer(honour.objections, act.event.objection, pack)


def in_its_days(honour: Honour, act: Act[HonourObjectionSetAside], pack: Pack) -> Refusal | None:
    """T-26: what was left lying counts as admitted, and is set aside no more."""
    return objections.to_set_aside(honour.objections, act.event.objection, act, pack)


def unit_not_frozen(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """I-07: nobody honours a unit that is frozen, or whose title may be lost."""
    unit = act.context.find(Unit, honour.unit)
    if unit is None:
        return None
    if any(freezing(unit, pack)) or unit.revocation.proposals:
        return refuse(pack, "I-07", "单位处于冻结或者拟取消命名", "the unit is frozen, or may lose a title", (unit.id,))
    return None


def why_declined(honour: Honour, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: an open objection is answered before anything is decided on its candidate."""
    return objections.none_open(honour.objections, pack)


def propose_step(honour: Honour, act: Act[_Step], pack: Pack) -> Event:
    """Which step of the award it is."""
    step = step_ahead(honour, pack)
    return act.event.model_copy(update={"step": step.zh}) if step is not None else act.event


def propose_awarded(honour: Honour, act: Act[HonourAwarded], pack: Pack) -> Event:
    """The award that was proposed."""
    return act.event.model_copy(update={"award": honour.award})


def its_unit(honour: Honour, event: Event) -> Iterator[UUID]:
    """The unit that is honoured."""
    if honour.unit is not None:
        yield honour.unit


def on_the_unit(honour: Honour, act: Act[HonourAwarded], pack: Pack) -> Iterator[Effect]:
    """A unit's own stream tells of its honour, stored with the award."""
    award = pack.awards.get(honour.award)
    if honour.unit is not None and award is not None:
        number = act.event.document_number
        commended = UnitCommended(honour=award.zh, year=act.day.year, round=honour.round, document_number=number)
        yield Effect(honour.unit, commended)


def obligations(honour: Honour, packs: Packs) -> Iterator[Obligation]:
    """An objection is set aside or counts as admitted, and is looked into in its days (T-26)."""
    return objections.duties(honour.objections, honour.place, packs, admission=False)


_FOLDS: Any = {
    HonourProposed: state.proposed,
    HonourPublicised: state.publicised,
    HonourReviewed: state.reviewed,
    HonourObjectionRaised: state.objected,
    HonourObjectionSetAside: state.set_aside,
    HonourObjectionResolved: state.resolved,
    HonourAwarded: state.awarded,
    HonourDeclined: state.declined,
}
_GOES_ON = (still_open, not_reviewed_against, publicity_over, objections_answered)


def _called(honour: Honour, language: str) -> str:
    """Who is proposed, by name or by place, and for what."""
    who = honour.name or place_called(honour.place, language)
    return f"{who} {in_pack(honour, honour.award, language)}".strip()


HONOUR = Kind(
    "honour",
    Honour,
    (
        Chapter(
            None,
            _FOLDS,
            (
                Law(
                    HonourProposed,
                    office=desk(COUNTY_UP),
                    rule="A-52",
                    opens=True,
                    once=True,
                    content=(fits_the_award, unit_of_that_kind, in_its_round),
                    place=lambda event: event.place,
                ),
                Law(
                    HonourPublicised,
                    office=desk(where_it_stands),
                    rule="A-52",
                    state=(*_GOES_ON, next_is(StepOfAward.PUBLICITY)),
                    content=(long_enough, by_the_nations_paper),
                    propose=propose_step,
                    undone_by_procedure=True,
                ),
                Law(
                    HonourReviewed,
                    office=approver(where_it_stands),
                    rule="A-52",
                    state=(*_GOES_ON, next_is(StepOfAward.REVIEW), by_another_person),
                    content=(by_the_nations_paper, put_forward_once, place_for_it),
                    propose=propose_step,
                    reads=its_round,
                    reads_there=others_put_forward,
                    effects=place_taken_or_left,
                    undone_by_procedure=True,
                ),
                Law(
                    HonourObjectionRaised,
                    office=(replace(PUBLIC, anywhere=True), AGENT_OR_UNION, officer(*FIELD)),
                    rule="T-26",
                    state=(still_open, public_today),
                ),
                Law(
                    HonourObjectionSetAside,
                    office=(officer(Role.APPROVER, levels=where_publicised),),
                    rule="T-26",
                    state=(answered_by_another,),
                    content=(is_open, in_its_days, by_another_than_raised_it),
                    reads=those_of_an_objection,
                    settles=(ObligationKind.RESOLVE_OBJECTION,),
                    undone_by_procedure=True,
                ),
                Law(
                    HonourObjectionResolved,
                    office=desk(where_publicised),
                    rule="T-26",
                    state=(answered_by_another,),
                    content=(is_open, by_another_than_raised_it),
                    reads=those_of_an_objection,
                    settles=(ObligationKind.RESOLVE_OBJECTION,),
                    undone_by_procedure=True,
                ),
                Law(
                    HonourAwarded,
                    office=approver(where_it_stands),
                    rule="A-52",
                    state=(*_GOES_ON, all_steps_done, by_another_person, unit_not_frozen),
                    content=(by_the_nations_paper,),
                    propose=propose_awarded,
                    reads=its_unit,
                    effects=on_the_unit,
                    undone_by_procedure=True,
                ),
                Law(
                    HonourDeclined,
                    office=approver(COUNTY_UP),
                    rule="A-52",
                    state=(still_open, why_declined, no_lower_than_it_came),
                    reads=its_round,
                    effects=place_left,
                    undone_by_procedure=True,
                ),
            ),
            obligations,
        ),
    ),
    place=lambda honour: honour.place or None,
    is_open=lambda honour: honour.since is not None and not honour.over,
    label=_called,
)
