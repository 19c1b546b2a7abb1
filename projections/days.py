"""Rows that turn with the day: what reads otherwise on another day, though nothing more has happened.

A view keeps one row for each stretch of days on which its stream reads alike, with `valid_from` and
`valid_until` (both days included; None for ever). The rows follow from the events alone: they are made
when the stream changes, or the policy; the passing of a day changes no row, and whoever asks says of
which day. A value that is compared with the day by whoever asks (a day on which something is due, or
ends) is kept as that day, and needs no row of its own.

Spans, rather than the days from which each query would compute: standing and watch are counted,
filtered and listed by index, and what freezes a unit is the pack's to say, never that of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from services.casework.policy.state import Packs

R = TypeVar("R")

ONE_DAY = timedelta(days=1)


def spans(first: date, turning: Iterable[date], reading: Callable[[date], R]) -> Iterator[tuple[date, date | None, R]]:
    """Each stretch of days on which something reads alike, from the first day on: its first and last day, and how.

    `turning` are all days on which it may begin to read differently; those that change nothing make no stretch.
    """
    begins, reads = first, reading(first)
    for day in sorted({day for day in turning if day > first}):
        then = reading(day)
        if then != reads:
            yield begins, day - ONE_DAY, reads
            begins, reads = day, then
    yield begins, None, reads


def adoptions(packs: Packs) -> Iterator[date]:
    """The days on which another pack begins."""
    return (adoption.from_ for adoption in packs.adopted)
