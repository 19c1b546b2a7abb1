"""What follows where a place did not do in its year what it owed (policy 五(五)3): lapses, deductions, second looks."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import (
    ContestedRef,
    Count,
    Day,
    Documents,
    DutyName,
    KnownUnitRef,
    LapseRef,
    Prose,
    Year,
    YearRequestRef,
)
from events.places import PlaceCode
from events.words import ObligationKind, ReconsiderationOutcome


class YearLapseFound(Event):
    """A prefecture missed a duty that counts in its yearly assessment. By the register, with the miss itself.

    `unit` is that in whose stream the duty was owed; none where it was the year's own.
    """

    about = About(
        "year.lapse-found.v1", "记载失职", "Lapse found", "lapses",
        "{place}逾期未{obligation}，应于{due}前", "{place} did not {obligation} by {due}",
    )  # fmt: skip
    place: PlaceCode
    year: Year
    obligation: ObligationKind
    ref: DutyName
    due: Day
    unit: KnownUnitRef | None = None


class YearLapseExcused(Event):
    """The province leaves a lapse without deduction, and says why."""

    about = About(
        "year.lapse-excused.v1", "不予核减", "Lapse excused", "lapses",
        "第{lapse}号失职不予核减：{reason}", "The lapse of entry {lapse} is excused: {reason}",
        decision="excuse-lapse",
    )  # fmt: skip
    lapse: LapseRef
    reason: Prose


class YearScoreDeducted(Event):
    """The province deducts points in the yearly performance assessment for a lapse: those of the pack, or other ones."""

    about = About(
        "year.score-deducted.v1", "绩效核减", "Score deducted", "lapses",
        "就第{lapse}号失职核减[{points}分]：{reason}", "[{points} points ]deducted for the lapse of entry {lapse}: {reason}",
        decision="deduct-score",
    )  # fmt: skip
    lapse: LapseRef
    points: Count | None = None
    reason: Prose


class YearReconsiderationRequested(Event):
    """The place asks that a deduction or a criticism is looked at again."""

    about = About(
        "year.reconsideration-requested.v1", "申请复核", "Reconsideration requested", "lapses",
        "就第{contested}号记录申请复核：{text}", "Reconsideration of entry {contested} requested: {text}",
        decision="request-reconsideration",
    )  # fmt: skip
    contested: ContestedRef
    text: Prose
    documents: Documents = ()


class YearReconsiderationDecided(Event):
    """Somebody else of the level above upholds what was contested, or sets it aside."""

    about = About(
        "year.reconsideration-decided.v1", "复核决定", "Reconsideration decided", "lapses",
        "第{request}号复核申请：{outcome}，{reason}", "The request of entry {request}: {outcome}, {reason}",
        decision="decide-reconsideration",
    )  # fmt: skip
    request: YearRequestRef
    outcome: ReconsiderationOutcome
    reason: Prose
