"""Who did which step of an attempt at a title or of a revocation, and what the pack keeps apart by person (T-03).

What a law of a step says of itself (`Law.steps`, `Law.others`) is read from the entries themselves, for a voided step
was done all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Entry, Event
from events.record import EntryCorrected
from events.unit.application import UnitApplied
from events.unit.revocation import UnitRevocationProposed
from events.unit.self_evaluation import UnitSelfEvaluated
from events.words import ActorKind, Role
from services.casework.document.state import Paper
from services.casework.law import Act, Intent, Law, Refusal, refuse
from services.casework.office import same_person
from services.casework.pack import Pack
from services.casework.pack_parts import NAMES, STEPS, Scope

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

_NEVER = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A step that somebody did, by the name that the pack's pairs have for it; `entry` tells it."""

    step: str
    person: UUID
    entry: Entry[Event]


def apart_from_other_steps(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: who did a step of this attempt or revocation does none of those that the pack keeps apart from it."""
    law = unit.descriptor.laws[act.type]
    doing = [(step, act.actor.id) for step in _steps(law) if act.actor.kind is ActorKind.OFFICER]
    if isinstance(act, Act) and law.others is not None:
        doing += [(law.others.step, person) for person in law.others.of(act.event)]
    for scope, pairs, steps in _cases(unit, act, law, pack):
        done = list(steps) if pairs else ()
        for step, person in doing:
            for one in done:
                if frozenset({step, one.step}) in pairs and same_person(person, one.person, act.context):
                    return _did_the_other(scope, one.entry, pack)
    return None


_Pairs = frozenset[frozenset[str]]


def _cases(unit: Unit, act: Intent, law: Law[Any, Any], pack: Pack) -> Iterator[tuple[Scope, _Pairs, Iterator[Done]]]:
    """The attempts and the revocation that an act is a step of: what is apart in each, and who did what."""
    if _is_step_of(law, Scope.ATTEMPT):
        for title, at in _attempts(unit, act):
            yield Scope.ATTEMPT, _apart_in_attempt(title, pack), steps_done(unit, title, at)
    if _is_step_of(law, Scope.REVOCATION) and act.title is not None:
        yield Scope.REVOCATION, pack.pairs_in(Scope.REVOCATION), steps_of_revocation(unit, act.title)


def _apart_in_attempt(title: str, pack: Pack) -> _Pairs:
    return pack.pairs_in(Scope.ATTEMPT, pack.titles[title].steps if title in pack.titles else STEPS)


def _is_step_of(law: Law[Any, Any], scope: Scope) -> bool:
    return not NAMES[scope].isdisjoint(_steps(law))


_NAMED = {Scope.ATTEMPT: ("本次申报", "this application"), Scope.REVOCATION: ("本次取消程序", "this revocation")}


def _did_the_other(scope: Scope, entry: Entry[Event], pack: Pack) -> Refusal:
    words, (within_zh, within_en) = entry.event.about, _NAMED[scope]
    zh = f"同一人员在{within_zh}中已办理“{words.zh}”（第{entry.version}号记录）"
    en = f"the same person has a part in {within_en}: {words.en.lower()} (entry {entry.version})"
    return refuse(pack, "T-03", zh, en, (entry.version,))


def apart_from_the_unit(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: whoever acts for a unit or its union holds no office over it, and not both for one."""
    pairs, law = pack.pairs_in(Scope.UNIT), unit.descriptor.laws[act.type]
    people = [(act.actor.id, _sides(act.actor.kind, act.actor.roles))]
    if isinstance(act, Act) and law.others is not None:
        people += [(person, _sides(ActorKind.OFFICER, ())) for person in law.others.of(act.event)]
    against = [(person, {other for pair in pairs if pair & mine for other in pair - mine}) for person, mine in people]
    for version, actor in unit.acted:
        theirs = _sides(actor.kind, actor.roles)
        for person, other_sides in against:
            if not other_sides.isdisjoint(theirs) and same_person(person, actor.id, act.context):
                zh, en = "申报单位一方的人员不得同时代表另一方", "the same person acted for another side of this unit"
                return refuse(pack, "T-03", zh, en, (version,))
    return None


_HANDS = {
    Scope.ATTEMPT: ("act:record_paper", "act:confirm_paper"),
    Scope.REVOCATION: ("act:record_consent", "act:confirm_consent"),
}
"""What recording and confirming a paper of the nation is called in the pack's pairs."""


def not_of_the_papers_hands(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
    """T-03: who nominated, or asked for consent, has no hand in the paper of the nation that answers; and who acts on
    a paper is not who recorded it, where the pack keeps the two apart.
    """
    paper = act.context.find(Paper, act.event.paper)
    if paper is None or act.title not in pack.titles:
        return None
    law = unit.descriptor.laws[act.type]
    for scope, pairs, steps in _cases(unit, act, law, pack):
        done = [(done.step, done.person) for done in steps]
        done += [(step, act.actor.id) for step in law.steps]
        for handled, person in zip(_HANDS[scope], (paper.recorded_by, paper.confirmed_by), strict=True):
            for step, other in done:
                apart = person is not None and frozenset({handled, step}) in pairs
                if apart and person is not None and same_person(person, other, act.context):
                    zh, en = "文件的登记、核对与所涉事项须由不同人员承担", "the paper went through the same hands"
                    return refuse(pack, "T-03", zh, en, (paper.id,), "/paper")
    return None


def people_before(unit: Unit, event: Event) -> Iterator[UUID]:
    """The streams of those who took part before, so that persons can be told by their tags."""
    law = unit.descriptor.laws[type(event)]
    scopes = [scope for scope in _NAMED if _is_step_of(law, scope)]
    for entry in unit.entries:
        other = unit.descriptor.laws[type(_told(unit, entry).event)]
        if entry.actor.kind is ActorKind.APPLICANT or any(_is_step_of(other, scope) for scope in scopes):
            yield from (done.person for done in _done(unit, entry))
            yield from (entry.actor.id,) if entry.actor.kind is ActorKind.APPLICANT else ()


def people_of_steps(unit: Unit) -> Iterator[UUID]:
    """The streams of all who did a step, or acted for the unit."""
    for entry in unit.entries:
        yield from (done.person for done in _done(unit, entry))
        yield from (entry.actor.id,) if entry.actor.kind is ActorKind.APPLICANT else ()


def steps_done(unit: Unit, title: str, at: int) -> Iterator[Done]:
    """The steps of the attempt at the title to which the entry of that version belongs, from its report on."""
    attempt: list[Done] = []
    applied = False
    for entry in reversed(unit.entries):
        event = entry.event
        opens = isinstance(event, UnitApplied) and event.title == title and entry.version not in unit.voided
        if opens and entry.version > at:
            attempt.clear()
        applied = applied or (opens and entry.version <= at)
        attempt += (done for done in _done(unit, entry) if _title_of(unit, entry) in (None, title))
        if applied and isinstance(event, UnitSelfEvaluated):
            break
    return iter(attempt)


def steps_of_revocation(unit: Unit, title: str) -> Iterator[Done]:
    """The steps of the revocation of the title that is under way or took place, from its proposal on."""
    revocation: list[Done] = []
    if title not in unit.revocation.proposals and title not in unit.revocation.done:
        return iter(revocation)
    for entry in reversed(unit.entries):
        if _title_of(unit, entry) == title:
            revocation += _done(unit, entry)
            if isinstance(entry.event, UnitRevocationProposed):
                break
    return iter(revocation)


def _attempts(unit: Unit, act: Intent) -> Iterator[tuple[str, int]]:
    """The attempts that an act is about, each by its title and an entry of it; all open ones where it names none."""
    objection = unit.publicity.objections.get(act.subject.get("objection_ref") or _NEVER)
    if objection is not None:
        yield objection.title, objection.version
    elif act.title is not None:
        yield act.title, unit.version
    elif not act.subject:
        yield from ((title, unit.version) for title in unit.application.cases)


def _done(unit: Unit, entry: Entry[Event]) -> Iterator[Done]:
    """The steps that an entry is; who corrects what somebody entered has entered it as well."""
    told = _told(unit, entry)
    law = unit.descriptor.laws[type(told.event)]
    by = [actor.id for actor in (entry.actor, entry.seconded_by) if actor and actor.kind is ActorKind.OFFICER]
    for step in law.steps:
        yield from (Done(step, person, entry) for person in by)
    if law.others is not None:
        yield from (Done(law.others.step, person, entry) for person in law.others.of(told.event))


def _steps(law: Law[Any, Any]) -> tuple[str, ...]:
    return (*law.steps, *((law.others.step,) if law.others is not None else ()))


def _told(unit: Unit, entry: Entry[Event]) -> Entry[Event]:
    """The entry itself; of a correction, that which it corrects."""
    return unit.entries[entry.event.version - 1] if isinstance(entry.event, EntryCorrected) else entry


def _title_of(unit: Unit, entry: Entry[Event]) -> str | None:
    event = _told(unit, entry).event
    about = unit.descriptor.laws[type(event)].about
    named = about.named_by(event) if about is not None else {}
    objection = unit.publicity.objections.get(named.get("objection_ref") or _NEVER)
    title: str | None = objection.title if objection is not None else named.get("title")
    return title


@cache
def _sides(kind: ActorKind, roles: tuple[Role, ...]) -> frozenset[str]:
    """As what somebody acts on a unit, by the names of the pack's pairs of that scope."""
    if kind is ActorKind.OFFICER:
        return frozenset({"post:any_office"})
    return frozenset(f"post:{role}" for role in roles) if kind is ActorKind.APPLICANT else frozenset()
