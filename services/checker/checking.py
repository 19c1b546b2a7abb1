"""The checker itself: one entry after another, each asked by every topic, then kept by those that it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from services.checker import (
    chain,
    closing,
    corrections,
    cultivation,
    draws,
    duties,
    handover,
    honours,
    objections,
    offices,
    orders,
    papers,
    persons,
    policy,
    programme,
    ranking,
    requests_of_persons,
    retention,
    revocation,
    rounds,
    seconding,
    separation,
    sessions,
    signals,
    sources,
    standing_in,
    streams,
    surveys,
    terms,
    voids,
    years,
)
from services.checker.entries import DUTY_ORDERS, Entry, NoEntryError, read
from services.checker.finding import Finding
from services.checker.pack import Pack
from services.checker.rules import Rule, Rules
from services.checker.state import Officer, Register, Unit, maker_of

_NOTHING: tuple[Rule, ...] = ()


def _together(*topics: Rules) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for topic in topics:
        for name, rules in topic.items():
            found[name] = (*found.get(name, ()), *rules)
    return found


ASKS = _together(
    streams.ASKS, persons.ASKS, chain.ASKS, objections.ASKS, separation.ASKS, terms.ASKS, signals.ASKS,
    revocation.ASKS, rounds.ASKS, cultivation.ASKS, honours.ASKS, ranking.ASKS, sessions.ASKS,
    surveys.ASKS,
    standing_in.ASKS, draws.ASKS, papers.ASKS, duties.ASKS, closing.ASKS, policy.ASKS,
    offices.ASKS, years.ASKS, programme.ASKS,
    retention.ASKS, requests_of_persons.ASKS, handover.ASKS, sources.ASKS,
)  # fmt: skip
KEEPS = _together(
    streams.KEEPS, persons.KEEPS, chain.KEEPS, objections.KEEPS, terms.KEEPS, signals.KEEPS, revocation.KEEPS,
    separation.KEEPS, surveys.KEEPS,
    standing_in.KEEPS, rounds.KEEPS, draws.KEEPS, papers.KEEPS, duties.KEEPS, cultivation.KEEPS, honours.KEEPS,
    ranking.KEEPS,
    closing.KEEPS, policy.KEEPS, seconding.KEEPS, corrections.KEEPS, offices.KEEPS, years.KEEPS,
    retention.KEEPS, requests_of_persons.KEEPS, handover.KEEPS, sources.KEEPS,
)  # fmt: skip

COMMON: Mapping[str, Rule] = {
    "entry-voided": voids.a_slip_of_the_pen,
    "entry-corrected": corrections.corrected,
    "deadline-missed": duties.missed,
    **dict.fromkeys(DUTY_ORDERS, orders.ordered),
}
"""What is asked of the events that every kind of stream has."""


class Checker:
    """Reads events in the order of the log, or stream by stream; says what is wrong as soon as it can be known."""

    def __init__(self, pack_dir: Path | str | None = None, *, whole: bool | None = None) -> None:
        self.register = Register(Pack(Path(pack_dir) if pack_dir is not None else None), whole)
        self.events = 0

    def feed(self, line: str) -> list[Finding]:
        """What the stored event of a line shows; NoEntryError for a line that is none."""
        return self.takes(read(line))

    def takes(self, e: Entry) -> list[Finding]:
        """What one entry shows."""
        r = self.register
        self.events += 1
        if r.whole is None:
            r.whole = e.kind in ("officer", "register")
        if r.successions:
            closing.left_alone(r, e.command)
        if e.position is not None and r.due and r.due[0][0] < e.day:
            duties.all_overdue(r, e.day)
        s = streams.stream_of(r, e)
        if s.kind != e.kind:
            return r.taken()
        if e.position is None and s.earliest < e.day and e.common != "deadline-missed":
            duties.overdue(r, s, e.day)
        try:
            self._asked_and_kept(r, e)
        except (KeyError, TypeError, AttributeError) as error:
            raise NoEntryError(f"{e.stream}/{e.version} {e.type} is not of its form: {error!r}") from error
        return r.taken()

    def _asked_and_kept(self, r: Register, e: Entry) -> None:
        s = r.streams[e.stream]
        streams.in_order(r, s, e)
        seconding.in_two_acts(r, s, e)
        if isinstance(s, Unit):
            standing_in.recognised(r, s, e)
        persons.in_office(r, s, e)
        policy.on_its_day(r, s, e)
        policy.by_the_pack_of_its_day(r, s, e)
        if isinstance(s, Unit):
            if s.closed is not None:
                closing.of_a_closed_unit(r, s, e)
        else:
            streams.closes(r, s, e)
            if isinstance(s, Officer):
                s.right = None
        for rule in ASKS.get(e.type, _NOTHING):
            rule(r, s, e)
        if e.common in COMMON:
            COMMON[e.common](r, s, e)
        s.version, s.moment = e.version, max(s.moment, e.moment)
        s.types.append(e.code)
        s.flags.append(maker_of(e))
        voids.keep_recent(s, e)
        if isinstance(s, Unit):
            duties.done_after_all(s, e)
        for rule in KEEPS.get(e.type, _NOTHING):
            rule(r, s, e)
        if e.common == "entry-voided":
            voids.void(r, s, e)

    def ends(self) -> list[Finding]:
        """What can be known only when nothing more comes."""
        closing.left_alone(self.register, None)
        return self.register.taken()


def check(lines: Iterable[str], pack_dir: Path | str | None = None, *, whole: bool | None = None) -> Iterator[Finding]:
    """The findings over stored events, one a line, as they come."""
    checker = Checker(pack_dir, whole=whole)
    for line in lines:
        if line.strip():
            yield from checker.feed(line)
    yield from checker.ends()
