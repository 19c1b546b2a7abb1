"""What every kind of stream has: acts of two persons, voided and corrected entries, and what becomes of duties
beside being done.

Each kind has its own class of each (`UnitEntryVoided`, `OfficerEntryVoided` …) over one base, so that
`isinstance(event, EntryVoided)` holds for all of them. `COMMON` gives the classes by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Annotated, TypeVar

from pydantic import Field, create_model

from events.envelope import About, Event, derived
from events.fields import (
    ActDigest,
    AnyEntryRef,
    Count,
    Day,
    Digest,
    DocumentRef,
    DutyKey,
    EventType,
    Holder,
    JsonText,
    Line,
    OfficerRef,
    ProposalRef,
    Prose,
)
from events.figures import CorrectedFigure
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
    digest: ActDigest


class EntryVoided(Event):
    """An entry was a mistake (冲正): the fold skips it, views strike it through; nothing is ever deleted."""

    version: AnyEntryRef
    reason: Prose


class EntryCorrected(Event):
    """Figures of an entry were typed in wrongly (更正): old and new stand side by side, and the fold takes the new (T-13).

    By two of the office that entered it, where nothing rests on them. `follows` are the figures that the register
    works out from those corrected.
    """

    version: AnyEntryRef
    figures: Annotated[tuple[CorrectedFigure, ...], Field(min_length=1, max_length=50)]
    reason: Prose
    follows: tuple[CorrectedFigure, ...] | None = derived()


class DeadlineMissed(Event):
    """An obligation was not met by its day (逾期). By the timekeeper.

    `assigned_to` and `deputy` are the people to whom the office had given it on that day (T-05).
    """

    obligation: ObligationKind
    ref: Line
    due: Day
    holder: Holder
    assigned_to: OfficerRef | None = None
    deputy: OfficerRef | None = None


class DutyAssigned(Event):
    """The office that owes a duty gives it to one of its people, and says who stands in for them (AB角, T-05).

    Given again it passes on; the office owes it all the same.
    """

    ref: DutyKey
    officer: OfficerRef
    deputy: OfficerRef | None = None
    reason: Prose | None = None
    obligation: ObligationKind | None = derived()
    due: Day | None = derived()
    holder: Holder | None = derived()


class DutyReleased(Event):
    """The level above releases somebody from a duty, with its reason (T-05). By two persons of two houses.

    `ref` is the key of the duty, as `deadline-missed` names it; so it is for all that is ordered of a duty.
    """

    ref: DutyKey
    reason: Prose
    obligation: ObligationKind | None = derived()
    due: Day | None = derived()
    holder: Holder | None = derived()


class DutyExtended(Event):
    """The day of a duty is put off, once, by an approver of the level that ordered it (T-05)."""

    ref: DutyKey
    due: Day
    reason: Prose
    obligation: ObligationKind | None = derived()
    holder: Holder | None = derived()
    days: Count | None = derived()


class DutySuspended(Event):
    """The clock of a duty stands still, for the paper of a court, an arbitration or a reconsideration (T-05).

    By `until` the office that stopped it looks again.
    """

    ref: DutyKey
    paper: DocumentRef
    reason: Prose
    obligation: ObligationKind | None = derived()
    due: Day | None = derived()
    holder: Holder | None = derived()
    until: Day | None = derived()


class DutyResumed(Event):
    """The clock of a suspended duty runs again, for the paper that ends what stopped it (T-05)."""

    ref: DutyKey
    paper: DocumentRef
    obligation: ObligationKind | None = derived()
    due: Day | None = derived()
    holder: Holder | None = derived()
    days: Count | None = derived()


@dataclass(frozen=True, slots=True)
class Common:
    """The events that a kind of stream has in common with every other."""

    act_proposed: type[ActProposed]
    act_seconded: type[ActSeconded]
    entry_voided: type[EntryVoided]
    entry_corrected: type[EntryCorrected]
    deadline_missed: type[DeadlineMissed]
    duty_assigned: type[DutyAssigned]
    duty_released: type[DutyReleased]
    duty_extended: type[DutyExtended]
    duty_suspended: type[DutySuspended]
    duty_resumed: type[DutyResumed]

    @property
    def all(self) -> tuple[type[Event], ...]:
        """All of them."""
        return tuple(getattr(self, field.name) for field in fields(self))


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
        entry_corrected=_of(
            kind, EntryCorrected,
            About(
                f"{kind}.entry-corrected.v1", "更正", "Entry corrected", "record",
                "更正第{version}号记录的数字：{figures}[；相应变为{follows}]。{reason}",
                "Figures of entry {version} corrected: {figures}[; what follows: {follows}]. {reason}",
                decision="correct-entry",
            ),
        ),
        deadline_missed=_of(
            kind, DeadlineMissed,
            About(
                f"{kind}.deadline-missed.v1", "逾期", "Deadline missed", "deadlines",
                "逾期未{obligation}，应于{due}前，责任方{holder}", "Missed: {obligation}, due {due}, by {holder}",
            ),
        ),
        duty_assigned=_of(
            kind, DutyAssigned,
            About(
                f"{kind}.duty-assigned.v1", "指定承办人", "Duty assigned", "deadlines",
                "指定承办人：{officer}[，协办：{deputy}][：{obligation}，{due}前][。{reason}]",
                "Duty assigned to {officer}[, deputy {deputy}][: {obligation}, due {due}][. {reason}]",
                decision="assign-duty",
            ),
        ),
        duty_released=_of(
            kind, DutyReleased,
            About(
                f"{kind}.duty-released.v1", "解除义务", "Duty released", "deadlines",
                "解除义务[：{obligation}，责任方{holder}]：{reason}",
                "Duty released[: {obligation}, by {holder}]: {reason}",
                decision="release-duty",
            ),
        ),
        duty_extended=_of(
            kind, DutyExtended,
            About(
                f"{kind}.duty-extended.v1", "延长期限", "Duty extended", "deadlines",
                "延长期限至{due}[：{obligation}]：{reason}", "Extended until {due}[: {obligation}]: {reason}",
                decision="extend-duty",
            ),
        ),
        duty_suspended=_of(
            kind, DutySuspended,
            About(
                f"{kind}.duty-suspended.v1", "中止计时", "Duty suspended", "deadlines",
                "中止计时[：{obligation}]，依据{paper}：{reason}",
                "Clock suspended[: {obligation}] on {paper}: {reason}",
                decision="suspend-duty",
            ),
        ),
        duty_resumed=_of(
            kind, DutyResumed,
            About(
                f"{kind}.duty-resumed.v1", "恢复计时", "Duty resumed", "deadlines",
                "恢复计时[：{obligation}][，{due}前]，依据{paper}",
                "Clock resumed[: {obligation}][, due {due}] on {paper}",
                decision="resume-duty",
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
