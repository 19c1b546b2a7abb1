"""What a form shows with its fields: the case that is visited or spoken on, what else an opinion is about, the signal
that is assessed, the sample of a survey. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from events.envelope import Entry, Event
from events.references import StateRef, references
from events.registry import CHAPTER_OF
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.unit.signals import UnitSignalAssessed
from events.unit.survey import UnitSurveyOpened
from events.words import Chapter, Matter
from services.casework.pack import Pack
from services.casework.pack_parts import Floor, GroundText, StandardSet
from services.casework.stream import State
from services.casework.unit.application import Case, current_step
from services.casework.unit.evaluation.scores import Merit, merits, points_judged
from services.casework.unit.self_evaluation import least_answers
from services.casework.unit.severity import is_major
from services.casework.unit.signals import Signal, major_in_a_sum
from services.casework.unit.state import Unit
from services.casework.unit.survey import CountedSurvey
from services.casework.unit.weights import Sum, sums_with, weight_of
from services.web.case_sheet import Item, Stage, checklist, stages

_ON_A_CASE: Final = (UnitSiteVisited, UnitHouseOpined, UnitEvaluated, UnitReviewed)
_WITH_A_SURVEY: Final = (UnitSurveyOpened, UnitSelfEvaluated, UnitReportUpdated)
_GRAVEST: Final = 4

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CaseContext:
    """A case: its checklist as the unit scored itself and visitors judged it, what the houses say, what the points that
    were judged come to, and what a recommendation takes with the score as it is typed.
    """

    case: Case
    items: tuple[Item, ...]
    stages: tuple[Stage, ...]
    report_score: int
    points: int
    checklist: StandardSet | None
    merits: tuple[Merit, ...]

    @property
    def judged(self) -> bool:
        """Whether visitors gave points."""
        return any(one.judged is not None and one.judged.score is not None for one in self.items)


@dataclass(frozen=True, slots=True)
class MatterContext:
    """The entries about what an opinion is given on where that is no application, the oldest first."""

    entries: tuple[Entry[Event], ...]


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree of severity: from which numbers on a fact of the category has it, and what it sets in motion."""

    severity: int
    floors: tuple[Floor, ...]
    checked: bool
    freezes: bool


@dataclass(frozen=True, slots=True)
class SignalContext:
    """A signal in its present state, what it weighs, by itself or in a sum, the test of the ground of its category and
    whether it passes it, and the entries about it, the oldest first.
    """

    signal: Signal
    weight: int
    freezes: bool
    sum: Sum | None
    degrees: tuple[Degree, ...]
    ground: GroundText | None
    major: bool
    entries: tuple[Entry[Event], ...]


@dataclass(frozen=True, slots=True)
class SurveyContext:
    """The workers whom a survey is of, and the answers that make it valid; the survey that was counted last, and from
    which day on the next one may be opened.
    """

    workers: int
    least: int
    last: CountedSurvey | None
    again: date | None


Shown = CaseContext | MatterContext | SignalContext | SurveyContext


def context_of(state: State, event: type[Event], given: Given, pack: Pack) -> Shown | None:
    """What to show with the form of that event; None for all forms that need nothing of the kind."""
    if not isinstance(state, Unit):
        return None
    matter = next((one for one in Matter if one == _first(given, "matter")), Matter.APPLICATION)
    if event is UnitHouseOpined and matter is not Matter.APPLICATION:
        return MatterContext(tuple(_of_the_matter(state, matter, given)))
    if issubclass(event, _ON_A_CASE):
        return _case(state, given, pack)
    if issubclass(event, UnitSignalAssessed):
        return _signal(state, given, pack)
    return _survey(state, given, pack) if issubclass(event, _WITH_A_SURVEY) else None


def own_scores(state: State, event: type[Event], given: Given, pack: Pack) -> Mapping[str, int]:
    """How the unit scored itself on each standard that a visit judges."""
    shown = context_of(state, event, given, pack) if issubclass(event, UnitSiteVisited) else None
    items = shown.items if isinstance(shown, CaseContext) else ()
    return {one.name: one.own.score for one in items if one.own is not None}


def score_as_typed(unit: Unit, title: str, given: Given, pack: Pack) -> int:
    """The score of an evaluation as it is typed, else as the visitors judged, else that of the unit itself."""
    return _number(given, "score") or points_judged(unit, title, pack) or unit.self_evaluation.score


def signal_meant(unit: Unit, given: Given) -> Signal | None:
    """The signal that is chosen, else the only one that waits for an assessment, else the only one."""
    if name := _first(given, "signal"):
        return unit.signals.all.get(name)
    every = list(unit.signals.all.values())
    waiting = [one for one in every if one.in_question or one.reassess_since is not None] or every
    return waiting[0] if len(waiting) == 1 else None


def _case(unit: Unit, given: Given, pack: Pack) -> CaseContext | None:
    case = unit.application.cases.get(_first(given, "title") or current_step(unit)[0] or "")
    if case is None:
        return None
    score = score_as_typed(unit, case.title, given, pack)
    return CaseContext(
        case, checklist(unit, case, pack), stages(unit, case), unit.self_evaluation.score,
        points_judged(unit, case.title, pack), pack.standard_sets.get(unit.self_evaluation.standard_set),
        tuple(merits(unit, case.title, score, pack)),
    )  # fmt: skip


def _of_the_matter(unit: Unit, matter: Matter, given: Given) -> Iterator[Entry[Event]]:
    """An objection and what names it; a revocation from its proposal on, a reconsideration from the revocation on, with
    what the houses said of it.
    """
    title, revocation = _first(given, "title"), unit.revocation
    if matter is Matter.OBJECTION:
        ref = _number(given, "objection_ref")
        yield from (one for one in unit.entries if ref and (one.version == ref or _names(one, ref)))
        return
    begun = (revocation.proposals if matter is Matter.REVOCATION else revocation.done).get(title)
    for entry in unit.entries[begun.version - 1 :] if begun is not None else ():
        opined = isinstance(entry.event, UnitHouseOpined) and entry.event.matter is matter
        of_it = opined or CHAPTER_OF.get(type(entry.event)) is Chapter.REVOCATION
        if of_it and getattr(entry.event, "title", None) == title and entry.version not in unit.voided:
            yield entry


def _names(entry: Entry[Event], version: int) -> bool:
    return any(one.value == version and not isinstance(one.marker, StateRef) for one in references(entry.event))


def _signal(unit: Unit, given: Given, pack: Pack) -> SignalContext | None:
    signal = signal_meant(unit, given)
    if signal is None:
        return None
    category = pack.categories[signal.category]
    floors, limits, ground = (*category.floors, *pack.floors), pack.limits, category.ground
    degrees = (
        Degree(
            severity, tuple(one for one in floors if one.severity == severity),
            severity >= limits.targeted_check_severity, severity >= limits.frozen_severity,
        )
        for severity in range(1, _GRAVEST + 1)
    )  # fmt: skip
    test = pack.grounds[ground] if ground is not None else None
    major = test is not None and ground is not None and (
        is_major(test, signal, unit.life.fewest) or major_in_a_sum(unit, signal.id, ground, pack)
    )  # fmt: skip
    heaviest = max(sums_with(unit, signal.id, pack), key=lambda one: one.severity(pack), default=None)
    weight = weight_of(unit, signal, pack)
    return SignalContext(
        signal, weight, weight >= limits.frozen_severity, heaviest if weight > signal.severity else None,
        tuple(degrees), test, major, tuple(entry for entry in unit.entries if _tells_of(entry, signal)),
    )  # fmt: skip


def _tells_of(entry: Entry[Event], signal: Signal) -> bool:
    """Whether it is the entry of the signal, that of its check, or one that names it."""
    if entry.version in (signal.version, signal.checked):
        return True
    return any(one.marker == StateRef("signals") and one.value == signal.id for one in references(entry.event))


def _survey(unit: Unit, given: Given, pack: Pack) -> SurveyContext:
    workers, last = max(_number(given, "survey/entitled"), unit.life.most or 0), unit.surveys.latest
    again = pack.after(last.on, pack.windows.survey_again) if last is not None and last.survey is not None else None
    return SurveyContext(workers, least_answers(workers, pack), last, again)


def _number(given: Given, name: str) -> int:
    """What was typed where a number is asked for; 0 where that is none."""
    typed = _first(given, name).replace(",", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _first(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "")
