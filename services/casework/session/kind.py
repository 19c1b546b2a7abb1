"""The kind `session`: the houses of a body opine on many cases at once, and its minutes say who was there (R-20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from events.governance.session import (
    SessionAgendaSet,
    SessionCancelled,
    SessionCase,
    SessionConvened,
    SessionHeld,
    SessionOpinionsGiven,
)
from events.places import PLACES
from events.unit.evaluation import UnitHouseOpined
from events.words import BodyKind, DocumentKind, Matter, ObligationKind
from services.casework.body.state import Body
from services.casework.document.state import Paper
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, owed
from services.casework.office import COUNTY_UP, desk
from services.casework.pack import Pack
from services.casework.session import state
from services.casework.session.state import Session, case_of
from services.casework.stream import State
from services.casework.unit.separation import people_before
from services.casework.unit.state import Unit

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

_DESK = desk(COUNTY_UP)


def not_over(session: Session, act: Intent, pack: Pack) -> Refusal | None:
    """A-20: a session that was held or cancelled changes no more."""
    if session.held is None and not session.cancelled:
        return None
    return refuse(pack, "A-20", "评审会已召开或者已取消", "the session was held or cancelled")


def nobody_spoke_yet(session: Session, act: Intent, pack: Pack) -> Refusal | None:
    """A-20: the agenda stands once a house has spoken on it."""
    if not session.spoke:
        return None
    return refuse(pack, "A-20", "已有成员单位发表意见", "a house has spoken already", sorted(session.spoke), final=True)


def its_day_has_come(session: Session, act: Intent, pack: Pack) -> Refusal | None:
    """I-21: nobody speaks at a session, nor was present there, before its day."""
    if session.on is None or act.day >= session.on:
        return None
    return refuse(pack, "I-21", f"评审会于{session.on}召开", f"the session is on {session.on}", (session.on,))


def body_decides_together(session: Session, act: Act[SessionConvened], pack: Pack) -> Refusal | None:
    """A-20: who meets is a tripartite body of the programme, not a leading group nor one that assesses."""
    body = act.context.find(Body, act.event.body)
    if body is None or (body.kind is BodyKind.TRIPARTITE and body.unit is None):
        return None
    zh, en = "评审会由本级三方机构召开", "a session is of a place's tripartite body"
    return refuse(pack, "A-20", zh, en, (body.id,), "/body")


def not_convened_in_the_past(session: Session, act: Act[SessionConvened], pack: Pack) -> Refusal | None:
    """I-21: a session is called for a day that is not over."""
    if act.event.on >= act.day:
        return None
    return refuse(pack, "I-21", "召开之日已过", "that day is over", (act.event.on,), "/on")


def _twice(cases: Sequence[SessionCase], pack: Pack, pointer: str) -> Refusal | None:
    seen = [case_of(one) for one in cases]
    twice = sorted({str(case[0]) for case in seen if seen.count(case) > 1})
    return refuse(pack, "A-20", "同一议题重复", "a case stands there twice", twice, pointer) if twice else None


def each_case_once(session: Session, act: Act[SessionConvened | SessionAgendaSet], pack: Pack) -> Refusal | None:
    """A-20: a case stands on the agenda once."""
    return _twice(act.event.agenda, pack, "/agenda")


def on_the_agenda(session: Session, act: Act[SessionOpinionsGiven], pack: Pack) -> Refusal | None:
    """A-20: opinions are given on what is on the agenda, on each case once."""
    agenda = set(session.agenda)
    others = sorted({str(vote.unit) for vote in act.event.votes if case_of(vote) not in agenda})
    if others:
        return refuse(pack, "A-20", "不在议题之内", "not on the agenda", others, "/votes")
    return _twice(act.event.votes, pack, "/votes")


def by_a_member(session: Session, act: Act[SessionOpinionsGiven], pack: Pack) -> Refusal | None:
    """T-02: a house speaks by a member whom it sent to the body, in the post of that house."""
    body = act.context.find(Body, session.body)
    if body is None:
        return None
    member = body.member_on(act.actor.id, act.day)
    if member is not None and member.house is act.actor.house:
        return None
    return refuse(pack, "T-02", "不是该机构当日的成员", "no member of the body on that day", (act.actor.id,))


def members_were_present(session: Session, act: Act[SessionHeld], pack: Pack) -> Refusal | None:
    """T-02: who was present for a house was its member of the body on the day of the session."""
    body = act.context.find(Body, session.body)
    if body is None or session.on is None:
        return None
    for index, one in enumerate(act.event.present):
        member = body.member_on(one.officer, session.on)
        if member is None or member.house is not one.house:
            zh, en = f"该人员于{session.on}不是{one.house.zh}成员", f"no member for {one.house.en} on {session.on}"
            return refuse(pack, "T-02", zh, en, (one.officer,), f"/present/{index}/officer")
    return None


def quorum_was_present(session: Session, act: Act[SessionHeld], pack: Pack) -> Refusal | None:
    """A-20: as many houses as have to opine are present, those with a veto and all who spoke among them."""
    present, quorums = {one.house for one in act.event.present}, pack.quorums
    absent = [house for house in quorums.houses if house not in present]
    needed = [house for house in absent if house in quorums.veto or house in session.spoke]
    if not needed and len(present) >= quorums.least_opined:
        return None
    zh = f"未达法定人数：{'、'.join(house.zh for house in absent)}未出席"
    en = f"no quorum: {', '.join(house.en for house in absent)} not present"
    return refuse(pack, "A-20", zh, en, needed or absent, "/present")


def minutes_are_minutes(session: Session, act: Act[SessionHeld], pack: Pack) -> Refusal | None:
    """A-20: the paper is one of minutes, dated no earlier than the session."""
    paper = act.context.find(Paper, act.event.minutes)
    if paper is None or paper.recorded is None or session.on is None:
        return None
    if paper.recorded.kind is DocumentKind.MINUTES and paper.recorded.dated >= session.on:
        return None
    zh, en = "该文件不是本次会议的纪要", "that paper is not the minutes of this session"
    return refuse(pack, "A-20", zh, en, (paper.id,), "/minutes")


def propose_convened(session: Session, act: Act[SessionConvened], pack: Pack) -> SessionConvened:
    """The place is that of the body."""
    body = act.context.find(Body, act.event.body)
    return act.event.model_copy(update={"place": body.place if body is not None else act.actor.place})


def propose_opinions(session: Session, act: Act[SessionOpinionsGiven], pack: Pack) -> SessionOpinionsGiven:
    """The house is that of the member's post."""
    return act.event.model_copy(update={"house": act.actor.house})


def body_of(session: Session, event: SessionOpinionsGiven | SessionHeld) -> Iterator[UUID]:
    """The body that meets, for its members."""
    if session.body is not None:
        yield session.body


def opine_on_each(session: Session, act: Act[SessionOpinionsGiven], pack: Pack) -> Iterator[Effect]:
    """The house's word stands in each unit's stream, given by the same person and judged there."""
    for vote in act.event.votes:
        opinion = UnitHouseOpined(
            title=vote.title, matter=Matter[vote.matter.name], opinion=vote.opinion, reason=vote.reason,
            session=session.id,
        )  # fmt: skip
        yield Effect(vote.unit, opinion, act.actor)


def agents_of_the_cases(states: Mapping[UUID, State], event: SessionOpinionsGiven) -> Iterator[UUID]:
    """Who acted for the units before, so that persons can be told by their tags."""
    for vote in event.votes:
        unit = states.get(vote.unit)
        if isinstance(unit, Unit):
            yield from people_before(unit, UnitHouseOpined(opinion=vote.opinion))


def obligations(session: Session, packs: Packs) -> Iterator[Obligation]:
    """The minutes are in within their days after the session (R-20)."""
    if session.on is None or session.held is not None or session.cancelled:
        return
    pack = packs.on(session.on)
    due = pack.after(session.on, pack.windows.minutes)
    holder = f"{PLACES[session.place].level.value}:{session.place}"
    yield owed(pack, ObligationKind.MINUTES, "minutes", holder, session.on, due)


SESSION = Kind(
    "session",
    Session,
    (
        Chapter(
            None,
            {
                SessionConvened: state.convened,
                SessionAgendaSet: state.agenda_set,
                SessionOpinionsGiven: state.opinions_given,
                SessionHeld: state.held,
                SessionCancelled: state.cancelled,
            },
            (
                Law(
                    SessionConvened,
                    office=_DESK,
                    rule="A-20",
                    opens=True,
                    once=True,
                    content=(body_decides_together, not_convened_in_the_past, each_case_once),
                    propose=propose_convened,
                    place=lambda event: event.place,
                ),
                Law(
                    SessionAgendaSet,
                    office=_DESK,
                    rule="A-20",
                    state=(not_over, nobody_spoke_yet),
                    content=(each_case_once,),
                ),
                Law(
                    SessionOpinionsGiven,
                    office=_DESK,
                    rule="I-04",
                    state=(not_over, its_day_has_come),
                    content=(by_a_member, on_the_agenda),
                    propose=propose_opinions,
                    reads=body_of,
                    reads_there=agents_of_the_cases,
                    effects=opine_on_each,
                    undone_by_procedure=True,
                ),
                Law(
                    SessionHeld,
                    office=_DESK,
                    rule="A-20",
                    state=(not_over, its_day_has_come),
                    content=(members_were_present, quorum_was_present, minutes_are_minutes),
                    reads=body_of,
                    settles=(ObligationKind.MINUTES,),
                    undone_by_procedure=True,
                ),
                Law(SessionCancelled, office=_DESK, rule="A-20", state=(not_over, nobody_spoke_yet)),
            ),
            obligations,
        ),
    ),
    place=lambda session: session.place or None,
    is_open=lambda session: session.on is not None and not session.cancelled,
    label=lambda session, language: session.name,
)  # fmt: skip
