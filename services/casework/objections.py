"""Objections to what is in public beside a unit's own case: admitted first, then looked into (T-26).

Of a candidate for an honour, and of the list of a round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from events.words import ActorKind, Level, ObligationKind
from services.casework.law import Intent, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import same_person
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection by its version, in the publicity of that level; `upheld` where it was looked into, and is so.

    `head` is the version of the one to which it is joined, whose answer is its own too.
    """

    version: int
    day: date
    level: Level | None
    admitted: bool = False
    head: int | None = None
    answered: bool = False
    upheld: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for an answer of its own."""
        return not self.answered and self.head is None


Objections = Mapping[int, Objection]
"""Objections by their versions."""


def with_changes(objections: Objections, version: int, **changes: object) -> Objections:
    """The objections, one of them changed."""
    found = objections.get(version)
    if found is None:
        return objections
    return {**objections, version: replace(found, **changes)}  # type: ignore[arg-type]


def over_in_time(since: date, until: date, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: a publicity begins, and then ends, within the days of a step: one of a hundred years from now is none."""
    begins, ends = pack.after(act.day, pack.windows.handle_step), pack.after(since, pack.windows.handle_step)
    if since > begins:
        return refuse(pack, "T-05", f"公示最迟自{begins}开始", f"it begins by {begins} at the latest", (), "/from")
    if until > ends:
        return refuse(pack, "T-05", f"公示最迟至{ends}止", f"it ends by {ends} at the latest", (), "/until")
    return None


def long_enough(since: date, until: date, act: Intent, pack: Pack) -> Refusal | None:
    """I-06 (A-13), T-05: in public for the pack's working days at least, beginning today or later, and not for ever."""
    least = pack.after(since, pack.windows.publicity)
    if since < act.day:
        return refuse(pack, "I-21", "公示不能自过去之日开始", "publicity cannot begin in the past", (), "/from")
    if until < least:
        return refuse(pack, "I-06", f"公示至少至{least}", f"it is public until {least} at least", (), "/until")
    return over_in_time(since, until, act, pack)


def is_over(until: date | None, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: what follows a publicity comes after its last day."""
    if until is None or act.day > until:
        return None
    return refuse(pack, "I-06", f"公示至{until}止", f"publicity runs until {until}")


def public_on_the_day(since: date | None, until: date | None, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: objections are raised while it is public."""
    if since is None or until is None:
        return refuse(pack, "I-06", "尚未公示", "it is not in public yet")
    if since <= act.day <= until:
        return None
    zh, en = f"公示期为{since}至{until}", f"it is in public from {since} until {until}"
    return refuse(pack, "I-06", zh, en, (since, until))


def none_open(objections: Objections, pack: Pack) -> Refusal | None:
    """T-26: every objection is answered before anything goes on."""
    waiting = [one.version for one in objections.values() if one.open]
    if not waiting:
        return None
    return refuse(pack, "T-26", f"{len(waiting)}件异议未核查", f"{len(waiting)} objections are open", waiting)


def to_answer(objections: Objections, version: int, pack: Pack) -> Refusal | None:
    """T-26: an objection is answered once."""
    found = objections.get(version)
    if found is None or found.open:
        return None
    return refuse(pack, "T-26", "该异议已答复", "that objection was answered", (version,), "/objection")


def to_set_aside(objections: Objections, version: int, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: what was admitted, or left lying so that it counts as admitted, is set aside no more."""
    found = objections.get(version)
    late = found is not None and act.day > pack.after(found.day, pack.windows.admit_objection)
    if found is None or not (found.admitted or late):
        return None
    zh, en = "该异议已受理或者视为受理", "it is admitted, or counts as admitted"
    return refuse(pack, "T-26", zh, en, (version,), "/objection", final=late)


def raised_by_another(state: State, version: int, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: nobody answers an objection that they raised themselves."""
    if any(same_person(raiser, act.actor.id, act.context) for raiser in raisers(state, version)):
        zh, en = "提出异议的人不核查该异议", "who raised the objection does not answer it"
        return refuse(pack, "T-03", zh, en, (version,))
    return None


def raisers(state: State, version: int) -> Iterator[UUID]:
    """The officer who raised an objection; nobody where it came from outside the offices."""
    for entry in state.entries[version - 1 : version]:
        if entry.actor.kind is ActorKind.OFFICER:
            yield entry.actor.id


def duties(objections: Objections, place: str, packs: Packs, *, admission: bool) -> Iterator[Obligation]:
    """What is owed for each open objection: where it has an `admission` of its own that, and its answer."""
    for one in objections.values():
        if not one.open:
            continue
        pack, its_own, ref = packs.on(one.day), holder(one.level or Level.PROVINCE, place), str(one.version)
        if admission and not one.admitted:
            due = pack.after(one.day, pack.windows.admit_objection)
            yield owed(pack, ObligationKind.ADMIT_OBJECTION, ref, its_own, one.day, due)
        due = pack.after(one.day, pack.windows.resolve_objection)
        yield owed(pack, ObligationKind.RESOLVE_OBJECTION, ref, its_own, one.day, due)
