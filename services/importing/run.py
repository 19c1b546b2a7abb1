"""The rows of a ledger judged and stored, each by the law; what stands already is left as it is (T-24).

Ids follow from codes, and commands from what they say and the version they are decided at: a run that was broken off
goes on, and a second one changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import CHINA, Event
from events.governance.document import DocumentConfirmed
from events.record import COMMON
from events.unit.naming import UnitTitleCarriedIn
from events.unit.registration import UnitRegistered
from services.casework.document.state import Paper
from services.casework.record import canonical, event_of, lapses_on
from services.casework.stream import OpenAct
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.decisions import DecisionRequest, Decisions
from services.errors import ConcordError, Malformed, OtherKind, Problem, Refused, Stale
from services.importing.ledger import COLUMNS, LedgerRow, UnreadableRow

_COMMANDS = uuid5(NAMESPACE_URL, "concord:import")
_SECONDED = COMMON["unit"].act_seconded
_SEALED: Final = {"contact"}
_AT_ONCE: Final = 64
"""Units taken side by side: commands that wait together are stored together."""


class Verdict(StrEnum):
    """What becomes of a row, the gravest first."""

    REFUSED = "refused"
    """The law refuses it, or the row cannot be read."""
    DIFFERS = "differs"
    """The unit stands with other details, which were left as they are."""
    STORED = "stored"
    """Stored: registered, proposed, or both; with a dry run, would be."""
    SECONDED = "seconded"
    """Its title was seconded, and holds."""
    WAITS = "waits"
    """Its title is proposed, and waits for the second approver."""
    KNOWN = "known"
    """All of it stands already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row with its verdict, the unit or paper that it is about, and why."""

    row: int
    verdict: Verdict
    stream: UUID | None = None
    zh: str = ""
    en: str = ""


async def take(
    decisions: Decisions,
    who: UUID,
    rows: Iterable[LedgerRow | UnreadableRow],
    *,
    dry_run: bool = False,
    second: bool = False,
) -> AsyncIterator[Outcome]:
    """The outcome of each row as it is reached, rows of one unit in their order: registered and proposed, or `second`
    what an earlier run proposed of the same file; with `dry_run` judged alone.

    Raises Unavailable: what was reached is stored, and the same call goes on from there.
    """
    taking = _Taking(decisions, who, dry_run)
    step = taking.second if second else taking.row
    by_unit: dict[UUID | int, list[LedgerRow | UnreadableRow]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit if isinstance(row, LedgerRow) else row.row].append(row)
    groups = list(by_unit.values())

    async def outcomes(group: Sequence[LedgerRow | UnreadableRow]) -> list[Outcome]:
        return [await step(row) for row in group]

    for start in range(0, len(groups), _AT_ONCE):
        taken = groups[start : start + _AT_ONCE]
        # read together; whoever writes beside this run makes an act stale, and its row is said to be
        await decisions.states.load(
            {row.unit for group in taken for row in group if isinstance(row, LedgerRow)}, fresh=True
        )
        for reached in await asyncio.gather(*map(outcomes, taken)):
            for outcome in reached:
                yield outcome


async def confirm(decisions: Decisions, who: UUID, rows: Iterable[LedgerRow | UnreadableRow]) -> AsyncIterator[Outcome]:
    """Each paper that the rows name is confirmed with the list of units that they say it named; by another officer
    than recorded it. The outcome's row is the first that names the paper.
    """
    units: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in rows:
        if isinstance(row, LedgerRow) and row.carried is not None:
            units[row.carried.paper].setdefault(row.unit, row.row)
    for paper, named in units.items():
        state = await decisions.states.current(Paper, paper)
        first = min(named.values())
        if state is not None and state.confirmed is not None and state.units == named.keys():
            yield Outcome(first, Verdict.KNOWN, paper)
            continue
        event = DocumentConfirmed(units=tuple(sorted(named)))
        version = state.version if state is not None else 0
        try:
            await decisions.decide(_asked(who, paper, version, event))
        except (Refused, Stale, OtherKind) as error:
            yield Outcome(first, Verdict.REFUSED, paper, *_why(error))
        else:
            yield Outcome(first, Verdict.STORED, paper, f"确认名单{len(named)}户", f"{len(named)} units confirmed")


Part = tuple[Verdict, str, str]
"""What became of one act of a row, in both languages."""


@dataclass(frozen=True, slots=True)
class _Taking:
    """One run: who imports, and whether anything is stored."""

    decisions: Decisions
    who: UUID
    dry_run: bool

    async def row(self, line: LedgerRow | UnreadableRow) -> Outcome:
        """Register the unit where it is not, and propose its title where it has none."""
        return await _outcome(line, (self._unit, self._title))

    async def second(self, line: LedgerRow | UnreadableRow) -> Outcome:
        """Second the title that was proposed as the row has it."""
        return await _outcome(line, (self._seconding,))

    async def _unit(self, line: LedgerRow) -> Part:
        unit, event = line.unit, line.registered
        state = await self._state(unit)
        if state.life.since is None or state.life.provisional:
            await self._do(_asked(self.who, unit, state.version, event, fact=True))
            return Verdict.STORED, "登记", "registered"
        differing = _differing(state, event)
        if not differing:
            return Verdict.KNOWN, "", ""
        zh = "、".join(column.zh for column in COLUMNS if column.name in differing)
        return Verdict.DIFFERS, f"登记簿所载不同：{zh}", f"the register has another {', '.join(differing)}"

    async def _title(self, line: LedgerRow) -> Part:
        unit, carried = line.unit, line.carried
        if carried is None:
            return Verdict.KNOWN, "", ""
        state = await self._state(unit)
        if _is_held(state, carried):
            return Verdict.KNOWN, "", ""
        packs = await self.decisions.states.packs()
        today = self.decisions.clock().astimezone(CHINA).date()
        for waiting in _proposals(state, carried):
            last = lapses_on(waiting, packs.on(waiting.day))
            if today <= last:
                return Verdict.WAITS, f"称号待附议，期限{last}", f"the title waits for a second until {last}"
        if state.life.provisional:  # only where nothing is stored: it would have been registered else
            return Verdict.STORED, "登记后提出称号", "title proposed once registered"
        opening = line.registered if state.version == 0 else None
        await self._do(_asked(self.who, unit, state.version, carried, opening=opening))
        return Verdict.STORED, "提出称号", "title proposed"

    async def _seconding(self, line: LedgerRow) -> Part:
        unit, carried = line.unit, line.carried
        state = await self._state(unit)
        if carried is None or _is_held(state, carried):
            return Verdict.KNOWN, "", ""
        for waiting in reversed(_proposals(state, carried)):
            seconding = _SECONDED(proposal=waiting.version, digest=waiting.digest)
            await self._do(_asked(self.who, unit, state.version, seconding))
            return Verdict.SECONDED, "已附议", "seconded"
        return Verdict.REFUSED, "没有与本行相同的待附议称号", "no title waits that was proposed as this row has it"

    async def _state(self, unit: UUID) -> Unit:
        """The unit as this process remembers it."""
        found = (await self.decisions.states.load([unit], fresh=False)).get(unit)
        return found if isinstance(found, Unit) else UNIT.state(unit)

    async def _do(self, asked: DecisionRequest) -> None:
        """Raises Refused, Stale, OtherKind, Unavailable."""
        if not self.dry_run:
            await self.decisions.decide(asked)
            return
        judged = await self.decisions.preview(asked)
        if judged.refusals:
            raise Refused(judged.refusals)


async def _outcome(line: LedgerRow | UnreadableRow, acts: Iterable[Callable[[LedgerRow], Awaitable[Part]]]) -> Outcome:
    """The acts of a row one after the other, up to one that is refused; the row's verdict is the gravest."""
    if isinstance(line, UnreadableRow):
        return Outcome(line.row, Verdict.REFUSED, None, *_worded(line.problems))
    parts: list[Part] = []
    for act in acts:
        try:
            parts.append(await act(line))
        except (Refused, Stale, OtherKind, Malformed) as error:
            parts.append((Verdict.REFUSED, *_why(error)))
            break
    verdict = min((verdict for verdict, _, _ in parts), key=list(Verdict).index)
    zh, en = "；".join(zh for _, zh, _ in parts if zh), "; ".join(en for _, _, en in parts if en)
    return Outcome(line.row, verdict, line.unit, zh, en)


def _why(error: ConcordError) -> tuple[str, str]:
    if isinstance(error, Refused):
        reasons = [(f"{one.rule} {one.zh}", f"{one.rule} {one.en}") for one in error.refusals]
        return "；".join(zh for zh, _ in reasons), "; ".join(en for _, en in reasons)
    if isinstance(error, Malformed):
        return _worded(error.problems)
    return error.zh or str(error), str(error)


def _worded(problems: Sequence[Problem]) -> tuple[str, str]:
    zh = {column.name: column.zh for column in COLUMNS}
    return (
        "；".join(f"{zh.get(one.pointer, one.pointer)}：{one.zh}" for one in problems),
        "; ".join(f"{one.pointer}: {one.en}" for one in problems),
    )


def _differing(unit: Unit, event: UnitRegistered) -> list[str]:
    """The columns in which the row says something else than the register; what it leaves out it does not say."""
    names = ("kind", "sub_kind", "name", "place", "ownership", "industry", "headcount")
    return [name for name in names if getattr(event, name) not in (None, getattr(unit.life, name))]


def _is_held(unit: Unit, carried: UnitTitleCarriedIn) -> bool:
    held = unit.naming.held.get(carried.title)
    return held is not None and (held.term_from, held.term_until) == (carried.term_from, carried.term_until)


def _proposals(unit: Unit, carried: UnitTitleCarriedIn) -> list[OpenAct]:
    """The proposals that wait in the unit's stream and say of the title just what the row says."""
    return [
        waiting
        for waiting in unit.common.open_acts.values()
        if waiting.type == carried.about.type and canonical(event_of(waiting)) == canonical(carried)
    ]


def _asked(
    who: UUID, stream: UUID, version: int, event: Event, *, opening: Event | None = None, fact: bool = False
) -> DecisionRequest:
    """The request: known by who asks, what, and at which version, so that a repetition is one command."""
    digest = sha256(
        f"{who}:{stream}:{version}:{event.about.type}:{event.model_dump_json(exclude=_SEALED)}".encode()
    ).digest()
    expected = None if fact else version
    return DecisionRequest(uuid5(_COMMANDS, digest.hex()), digest, stream, event, who, expected, opening=opening)
