"""Rounds follow each other: of a title one a year (T-18), commendations years apart (A-54); none gives places beside.

The rounds that follow each other meet at one code, which the latest of them holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from events.governance.code import CodeClaimed, CodeReleased
from events.governance.round import RoundOpened
from events.words import CodeScope, RoundKind
from services.casework.code.state import Code, code_stream
from services.casework.law import Act, Effect, Refusal, refuse
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.stream import State


def _value(event: RoundOpened) -> str:
    """What the rounds share that follow each other: their title; commendations are of none in particular."""
    if event.kind is RoundKind.COMMENDATION:
        return event.kind.value
    return f"{event.kind.value}:{event.title}"


def _code(event: RoundOpened) -> UUID:
    return code_stream(CodeScope.ROUND, _value(event))


def read(round_: Round, event: RoundOpened) -> Iterator[UUID]:
    """The code at which the rounds meet that follow each other."""
    yield _code(event)


def round_before(states: Mapping[UUID, State], event: RoundOpened) -> Iterator[UUID]:
    """The latest of those rounds, which holds the code."""
    code = states.get(_code(event))
    if isinstance(code, Code) and code.holder is not None:
        yield code.holder


def first_day_after(before: Round, pack: Pack) -> date | None:
    """The first day on which the round after that one may begin: of a later year, or so long after it as commendations
    are apart, and after its last day.

    One that was closed runs no longer; if nobody had taken a place in it, the next may stand in for it.
    """
    if before.since is None or before.until is None:
        return None
    if before.kind is RoundKind.COMMENDATION:
        earliest = pack.after(before.since, pack.windows.commendation_every)
    else:
        earliest = date(before.since.year + 1, 1, 1)
    if not before.closed:
        return max(earliest, before.until + timedelta(days=1))
    return earliest if before.taken or before.award_places else before.since


def of_this_year(round_: Round, act: Act[RoundOpened], pack: Pack) -> Refusal | None:
    """T-18: a round is of this year or a later one, so that no year that is over gives places today."""
    since = act.event.from_
    if since.year >= act.day.year:
        return None
    zh, en = f"{since.year}年已过，不再开设该年度的轮次", f"the year {since.year} is over, and no round of it is opened"
    return refuse(pack, "T-18", zh, en, (), "/from")


def in_its_turn(round_: Round, act: Act[RoundOpened], pack: Pack) -> Refusal | None:
    """T-18: a round begins in a later year than the one before of its title, and when that is over; A-54: a
    commendation begins years after the last.
    """
    event = act.event
    code = act.context.find(Code, _code(event))
    before = act.context.find(Round, code.holder) if code is not None else None
    earliest = first_day_after(before, pack) if before is not None else None
    if before is None or earliest is None or event.from_ >= earliest:
        return None
    if event.kind is RoundKind.COMMENDATION:
        zh = f"上一次表彰轮次（{before.name}）自{before.since}起，下一次最早自{earliest}起"
        en = f"the last round of commendation began on {before.since}; the next begins on {earliest} at the earliest"
        return refuse(pack, "A-54", zh, en, (before.id,), "/from")
    zh = f"该称号已有{event.kind.zh}轮次（{before.name}，{before.since}至{before.until}），下一轮次最早自{earliest}起"
    en = f"there is a round of that title, from {before.since} until {before.until}; the next begins on {earliest}"
    return refuse(pack, "T-18", zh, en, (before.id,), "/from")


def claim(round_: Round, act: Act[RoundOpened], pack: Pack) -> Iterator[Effect]:
    """The round is the latest of those that it follows."""
    event = act.event
    stream, value = _code(event), _value(event)
    code = act.context.find(Code, stream)
    if code is not None and code.holder is not None:
        yield Effect(stream, CodeReleased(reason=f"后续轮次：{event.name}"))
    yield Effect(stream, CodeClaimed(scope=CodeScope.ROUND, value=value, holder=round_.id))
