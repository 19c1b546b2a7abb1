"""What every kind of stream has: acts of two persons, voided entries, missed deadlines.

Each kind has its own class of each (`UnitEntryVoided`, `OfficerEntryVoided` …) over one base, so that
`isinstance(event, EntryVoided)` holds for all of them. `COMMON` gives the classes by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, TypeVar

from pydantic import Field, create_model

from events.envelope import About, Event
from events.fields import AnyEntryRef, Day, Digest, EventType, Holder, JsonText, Line, ProposalRef, Prose
from events.kinds import KINDS
from events.references import Scalar
from events.words import ObligationKind

E = TypeVar("E", bound=Event)


class ActProposed(Event):
    """One person proposes an act that takes two; nothing of it holds until another seconds it.

    `payload` is the event proposed, `digest` that of the whole proposed entry, `at_version` the
    version of the stream on which it was judged (0 where it would begin the stream).
    """

    type: EventType
    payload: JsonText
    digest: Digest
    at_version: Annotated[int, Field(ge=0, le=2**31 - 1), Scalar("version")]


class ActSeconded(Event):
    """Another person seconds a proposed act; it is stored together with the act itself."""

    proposal: ProposalRef
    digest: Digest


class EntryVoided(Event):
    """An entry was a mistake (冲正): the fold skips it, views strike it through; nothing is ever deleted."""

    version: AnyEntryRef
    reason: Prose


class DeadlineMissed(Event):
    """An obligation was not met by its day (逾期). By the timekeeper."""

    obligation: ObligationKind
    ref: Line
    due: Day
    holder: Holder


@dataclass(frozen=True, slots=True)
class Common:
    """The events that a kind of stream has in common with every other."""

    act_proposed: type[ActProposed]
    act_seconded: type[ActSeconded]
    entry_voided: type[EntryVoided]
    deadline_missed: type[DeadlineMissed]

    @property
    def all(self) -> tuple[type[Event], ...]:
        """All of them."""
        return (self.act_proposed, self.act_seconded, self.entry_voided, self.deadline_missed)


def _common(kind: str) -> Common:
    return Common(
        act_proposed=_of(
            kind, ActProposed,
            About(
                f"{kind}.act-proposed.v1", "提请附议", "Act proposed", "record",
                "提请附议：{type}", "Act proposed for seconding: {type}",
            ),
        ),
        act_seconded=_of(
            kind, ActSeconded,
            About(
                f"{kind}.act-seconded.v1", "附议", "Act seconded", "record",
                "附议第{proposal}号记录所提事项", "Act proposed by entry {proposal} seconded",
                decision="second-act",
            ),
        ),
        entry_voided=_of(
            kind, EntryVoided,
            About(
                f"{kind}.entry-voided.v1", "冲正", "Entry voided", "record",
                "冲正第{version}号记录：{reason}", "Entry {version} voided: {reason}",
                decision="void-entry",
            ),
        ),
        deadline_missed=_of(
            kind, DeadlineMissed,
            About(
                f"{kind}.deadline-missed.v1", "逾期", "Deadline missed", "deadlines",
                "逾期未{obligation}，应于{due}前，责任方{holder}", "Missed: {obligation}, due {due}, by {holder}",
            ),
        ),
    )  # fmt: skip


def _of(kind: str, base: type[E], about: About) -> type[E]:
    """The class of a kind: importable from here by its name, as pickling and JSON Schema need it."""
    name = kind.capitalize() + base.__name__
    made = create_model(name, __base__=base, __module__=__name__, __doc__=base.__doc__)
    made.about = about
    globals()[name] = made
    return made


COMMON: Mapping[str, Common] = MappingProxyType({kind: _common(kind) for kind in KINDS})
"""The common events by the name of the kind."""
