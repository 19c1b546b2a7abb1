"""What is in public on a day: units to be named, lists of rounds, candidates for honours, and published lists.

Of everybody just what the pack's table lets anybody see (`services/casework/pack_public.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from fastapi import Request

from events.governance.honour import HonourPublicised
from events.governance.round import RoundListPublished
from events.words import Step
from projections.board import queries as board
from projections.board.rows import Row
from projections.streams import queries as streams
from services.casework.honour.state import Honour
from services.casework.pack import Pack
from services.casework.round.state import ListInPublic, Round
from services.casework.stream import State
from services.casework.unit.publicity import Period
from services.casework.unit.state import Unit
from services.errors import NotFound
from services.http.context import context

S = TypeVar("S", bound=State)

MOST_UNITS: Final = 1_000
MOST_STREAMS: Final = 200
"""Rounds and honours that are looked at, the last changed first: what is in public was put there days ago."""

Shown = Mapping[str, Any]
"""What of somebody is public, field by field."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that is to be named, for which title, and whether it may be objected to today."""

    unit: UUID
    title: str
    shown: Shown
    open: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, in public or published, and of how many units it is."""

    round: UUID
    shown: Shown
    units: int
    open: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """Who is to be commended."""

    honour: UUID
    shown: Shown


@dataclass(frozen=True, slots=True)
class InPublic:
    """Everything that is in public on a day, each by the end of its days; published lists, the latest first."""

    candidates: list[Candidate]
    lists: list[Listed]
    honours: list[Proposed]
    published: list[Listed]


async def in_public(request: Request) -> InPublic:
    """Everything that anybody may see of what is in public today."""
    here = context(request)
    found: list[Row] = []
    async with here.pool.connection() as conn:
        for step in (Step.IN_PUBLICITY, Step.OBJECTED):
            found += (await board.units(conn, board.Filter(step=step.value), here.today, None, MOST_UNITS)).rows
        others: list[UUID] = []
        for kind in ("round", "honour"):
            page = await streams.streams(conn, streams.Filter(kind=kind), None, MOST_STREAMS, by_change=True)
            others += [row.stream for row in page.rows]
    states = await here.states.load([row.unit for row in found] + others, fresh=False)
    pack, today = await here.pack_today(), here.today
    rounds = [one for one in states.values() if isinstance(one, Round)]
    listed = [(one, held) for one in rounds if (held := in_public_on(one, today)) is not None]
    honours = [one for one in states.values() if isinstance(one, Honour) and may_object(one, today)]
    published = [(one, *out) for one in rounds if (out := publication(one, today, pack)) is not None]
    return InPublic(
        [
            Candidate(row.unit, title, candidate(row.name, row.code, row.place, title, period, pack),
                      today <= period.until)
            for period, row, title in sorted(_periods(found, states, today), key=_by_end)
        ],
        [Listed(one.id, of_list(one, held, pack), len(held.units), today <= held.until) for one, held in listed],
        [Proposed(one.id, of_honour(one, states, pack)) for one in sorted(honours, key=_until)],
        [
            Listed(one.id, _of_published(one, day, event, pack), len(event.units), open=False)
            for one, day, event in sorted(published, key=_published_on, reverse=True)
        ],
    )  # fmt: skip


# --- units ------------------------------------------------------------------------------------------------------------


def _periods(found: list[Row], states: Mapping[UUID, State], today: date) -> Iterator[tuple[Period, Row, str]]:
    for row in found:
        unit = states.get(row.unit)
        if isinstance(unit, Unit):
            for title, period in unit.publicity.periods.items():
                if period.since <= today:
                    yield period, row, title


def _by_end(one: tuple[Period, Row, str]) -> tuple[date, str]:
    return one[0].until, one[1].name


def candidate(name: str, code: str, place: str, title: str, period: Period, pack: Pack) -> dict[str, Any]:
    """What of a unit in publicity is public."""
    days = (period.since, period.until)
    return pack.public["candidate"].shown({"name": name, "code": code, "place": place, "title": title, "days": days})


# --- lists of rounds --------------------------------------------------------------------------------------------------


def in_public_on(round_: Round, day: date) -> ListInPublic | None:
    """The list of a round, if it is in public on that day and not published yet."""
    listed = round_.in_public
    return listed if listed is not None and listed.since <= day and round_.published is None else None


def of_list(round_: Round, listed: ListInPublic, pack: Pack) -> dict[str, Any]:
    """What of a list in public is public, beside who stands on it."""
    return _of("listed", {"list": round_.name, "days": (listed.since, listed.until)}, pack)


def _of(subject: str, values: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    fields = pack.public[subject].fields
    return {name: value for name, value in values.items() if name in fields}


async def list_in_public(request: Request, text: str) -> tuple[Round, ListInPublic, list[tuple[UUID, dict[str, Any]]]]:
    """The round of a path whose list is in public, and what of the units on it is public, by their names.

    Raises NotFound.
    """
    here = context(request)
    round_ = await _found(request, Round, text)
    listed = in_public_on(round_, here.today)
    if listed is None:
        raise NotFound(f"list of round {text[:40]} in public")
    return round_, listed, await _units(request, listed.units, "listed")


async def _found(request: Request, kind: type[S], text: str) -> S:
    try:
        found = await context(request).states.current(kind, UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"{kind.__name__.lower()} {text[:40]}")
    return found


async def _units(request: Request, ids: frozenset[UUID], subject: str) -> list[tuple[UUID, dict[str, Any]]]:
    here = context(request)
    pack = await here.pack_today()
    async with here.pool.connection() as conn:
        rows = await board.by_ids(conn, list(ids), here.today)
    return [(row.unit, _of(subject, {"name": row.name, "code": row.code, "place": row.place}, pack)) for row in rows]


def publication(round_: Round, today: date, pack: Pack) -> tuple[date, RoundListPublished] | None:
    """The day and the list as it was published, if it is still for anybody to read."""
    entry = round_.entries[round_.published - 1] if round_.published is not None else None
    if entry is None or not isinstance(entry.event, RoundListPublished):
        return None
    earliest = pack.public["published"].earliest(today, pack.calendar)
    return (entry.day, entry.event) if earliest is None or entry.day >= earliest else None


def _of_published(round_: Round, day: date, event: RoundListPublished, pack: Pack) -> dict[str, Any]:
    return _of("published", {"list": round_.name, "day": day, "document": event.document_number}, pack)


async def published_list(request: Request, text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The published list of the round of a path, and who stands on it. Raises NotFound."""
    here = context(request)
    pack = await here.pack_today()
    round_ = await _found(request, Round, text)
    published = publication(round_, here.today, pack)
    if published is None:
        raise NotFound(f"published list of round {text[:40]}")
    units = await _units(request, frozenset(published[1].units), "published")
    return _of_published(round_, *published, pack), [shown for _, shown in units]


# --- honours ----------------------------------------------------------------------------------------------------------


def _published_on(one: tuple[Round, date, RoundListPublished]) -> date:
    return one[1]


def may_object(honour: Honour, day: date) -> bool:
    """Whether the candidate for an honour is in public on that day."""
    since, until = honour.public_from, honour.public_until
    return not honour.over and since is not None and until is not None and since <= day <= until


def _until(honour: Honour) -> date:
    return honour.public_until or date.max


def of_honour(honour: Honour, states: Mapping[UUID, State], pack: Pack) -> dict[str, Any]:
    """What of a candidate for an honour is public; a person's name stays sealed, and is told in the channel alone."""
    steps = [entry.event for entry in honour.entries if isinstance(entry.event, HonourPublicised)]
    unit = states.get(honour.unit) if honour.unit is not None else None
    values = {
        "award": honour.award, "recipient": honour.recipient, "place": honour.place,
        "name": unit.life.name if isinstance(unit, Unit) else honour.name,
        "step": steps[-1].step, "days": (honour.public_from, honour.public_until), "channel": steps[-1].channel,
    }  # fmt: skip
    return pack.public["commended"].shown(values)


async def honour_in_public(request: Request, text: str) -> tuple[Honour, dict[str, Any]]:
    """The candidate of a path who is or was in public and is not decided on, and what of it is public.

    Raises NotFound.
    """
    here = context(request)
    honour = await _found(request, Honour, text)
    if honour.over or honour.public_from is None or honour.public_from > here.today:
        raise NotFound(f"publicity of honour {text[:40]}")
    states = await here.states.load([honour.unit], fresh=False) if honour.unit is not None else {}
    return honour, of_honour(honour, states, await here.pack_today())
