"""The shapes of answers, as the OpenAPI document tells them; answers are made elsewhere and held to these by tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_type_hints
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from events.envelope import Actor, Authority
from events.words import Standing, Step, Watch
from projections.acts.lines import Line
from projections.board.rows import Row as BoardRow
from projections.crosscheck.queries import Finding
from projections.deadlines.rows import Row as DeadlineRow
from projections.search.rows import Row as SearchRow
from projections.signals.rows import Row as SignalRow
from services.follower.processes import Running
from services.intake.held_back import HeldBack

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Answer(BaseModel):
    """A document that the register answers with."""

    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    """A document with more members than are listed, which differ by kind."""

    model_config = ConfigDict(extra="allow")


def row_of(name: str, row: type[Any]) -> type[BaseModel]:
    """The model of a projection's row: all its columns, always there."""
    fields: dict[str, Any] = {field: (kind, ...) for field, kind in get_type_hints(row).items()}
    made: type[BaseModel] = create_model(name, __base__=Answer, **fields)
    return made


# --- errors -----------------------------------------------------------------------------------------------------------


class Fault(Answer):
    """One thing wrong with what was sent; `pointer` is a JSON pointer, `?name` of a parameter, or empty."""

    pointer: str
    zh: str
    en: str


class Text(Answer):
    """A text in Chinese and in English."""

    zh: str
    en: str


class RefusalDocument(Answer):
    """A rule that refuses, with what would have to be true."""

    rule: str
    clause: str
    assumption: str | None
    zh: str
    en: str
    needs: Text
    facts: list[Any]
    pointer: str | None
    could_act: list[str]
    final: bool


class ProblemDocument(Open):
    """An error (RFC 9457); branch on `code`."""

    type: str
    title: str
    title_en: str
    status: int
    code: str
    detail: str
    detail_en: str
    errors: list[Fault] | None = None
    rule: str | None = None
    clause: str | None = None
    needs: Text | None = None
    pointer: str | None = None
    refusals: list[RefusalDocument] | None = None
    stream: str | None = None
    expected: int | None = None
    current: int | None = None
    since: list[EventDocument] | None = None
    left_out: dict[str, int] | None = None


# --- streams ----------------------------------------------------------------------------------------------------------


class EventDocument(Open):
    """An entry as it is stored, personal data masked, with its type and its position in the log.

    Of a type of a newer program, `unknown` is true and `raw` is what is stored.
    """

    type: str
    position: int | None = None
    sentence: Text | None = None
    voided_by: int | None = None
    corrected_by: int | None = None
    stream: UUID
    version: int
    event: dict[str, Any] | None = None
    recorded_at: datetime
    effective_on: date | None = None
    actor: Actor | None = None
    authority: Authority | None = None
    command_id: UUID | None = None
    correlation_id: UUID | None = None


class Named(Answer):
    """The stream it is about; `unit` too where it is one."""

    stream: UUID
    unit: UUID | None = None


class Stored(Named):
    """What a command stored, together; the same again for a retry."""

    version: int
    position: int
    command_id: UUID
    events: list[EventDocument]


class Events(Named):
    """What happened to a stream, in the order of deciding."""

    version: int
    events: list[EventDocument]
    next: int | None


class Obligation(Answer):
    """What somebody owes."""

    kind: str
    ref: str
    holder: str
    since: date
    due: date
    working_days_left: int
    provisional: bool
    missed: bool
    suspended: bool
    assigned_to: UUID | None
    deputy: UUID | None
    clause: str


class Waiting(Answer):
    """An act that waits for its second person."""

    proposal: int
    type: str
    by: str
    digest: Digest
    proposed_on: date
    lapses_on: date


class Term(Answer):
    """Where a unit stands with a title."""

    standing: Standing
    term_from: date | None
    term_until: date | None


class CurrentStep(Answer):
    """The step that a unit's case is in, and for which title."""

    title: str | None
    step: Step


class View(Answer):
    """The view of the past that was asked for."""

    version: int | None
    on: date | None
    known: datetime | None


class State(Open):
    """A stream as it is, or was: what every kind has, and under `state` what this one has."""

    stream: UUID
    stream_kind: str
    version: int
    label: str
    place: str | None
    open: bool
    pack: str
    voided: list[int]
    waiting: list[Waiting]
    obligations: list[Obligation]
    as_of: View | None = None


class UnitState(State):
    """A unit as it is, or was; `regions` are the chapters of its life."""

    unit: UUID
    name: str
    kind: str | None
    code: str
    provisional: bool
    closed: bool
    standings: dict[str, Term]
    step: CurrentStep
    watch: Watch
    open_signals: list[str]
    regions: dict[str, Any]


class Second(Answer):
    """An act that was proposed and waits to be seconded."""

    proposal: int
    type: str
    zh: str
    en: str
    by: str
    digest: Digest
    proposed_on: date
    lapses_on: date


class Possibility(Open):
    """A decision: may the caller take it now; if not, by which rules."""

    decision: str
    type: str
    subject: dict[str, Any]
    title: str | None
    zh: str
    en: str
    allowed: bool
    if_match: bool
    takes_two: bool | None
    refusals: list[RefusalDocument]
    waits: Second | None = None
    fields: list[dict[str, Any]] | None = None
    example: dict[str, Any] | None = None


class Possibilities(Named):
    """What the caller may decide on a stream now."""

    version: int
    pack: str
    decisions: list[Possibility]


# --- lists ------------------------------------------------------------------------------------------------------------


class Listed(Answer):
    """A list of a projection: the filters in force, and the position up to which it holds everything."""

    filter: dict[str, Any]
    position: int
    as_of: datetime | None


class Paged(Listed):
    """A page of a list; `next` is the next page's `after`."""

    next: str | None


def list_of(name: str, field: str, row: type[Any], base: type[BaseModel] = Paged) -> type[BaseModel]:
    """The model of a list of such rows."""
    items: Any = list[row_of(name, row)]  # type: ignore[misc]
    fields: dict[str, Any] = {field: (items, ...)}
    made: type[BaseModel] = create_model(f"{name}List", __base__=base, **fields)
    return made


Units = list_of("UnitRow", "units", BoardRow)
Acts = list_of("ActRow", "acts", Line)
Deadlines = list_of("DeadlineRow", "deadlines", DeadlineRow)
HeldBackRow = row_of("HeldBack", HeldBack)


class Signals(list_of("SignalRow", "signals", SignalRow)):  # type: ignore[misc]
    """A page of signals; `held_back` is of a sender's signal what is on no unit."""

    held_back: list[HeldBackRow]  # type: ignore[valid-type]


Found = list_of("FoundRow", "units", SearchRow, Listed)


class Counts(Listed):
    """How many units stand where."""

    units: int
    standing: dict[str, int]
    step: dict[str, int]
    watch: dict[str, int]
    kind: dict[str, int]
    place: dict[str, int]
    prefecture: dict[str, int]


class Feed(Answer):
    """A page of the log; everything up to `position`, of these types, has been told with it."""

    events: list[EventDocument]
    next: int | None
    position: int
    filter: dict[str, Any]


# --- terms, papers, signals, operations -------------------------------------------------------------------------------


class Place(Answer):
    """A place by its code (GB/T 2260)."""

    value: str
    zh: str
    en: str
    level: str
    parent: str | None


class Places(Answer):
    """A page of the places."""

    places: list[Place]
    next: str | None
    filter: dict[str, Any]


class Content(Answer):
    """The bytes of a paper, as they are kept."""

    sha256: Digest
    size: int
    media_type: str


class Outcome(Answer):
    """What became of a signal."""

    outcome: Literal["taken", "repeated", "parked", "waiting", "dead"]
    id: str | None
    unit: UUID | None
    version: int | None
    position: int | None
    masked: bool
    dead_letter: int | None
    reason: str | None


class Outcomes(Answer):
    """What became of each signal of a batch, in its order."""

    taken: list[Outcome]


class DeadLetter(Open):
    """A message that could not be taken, with the reason."""

    id: int
    channel: str
    source: str | None
    external_id: str | None
    reason: str
    status: Literal["waiting", "parked", "replayed"]
    attempts: int
    received_at: datetime
    resolved_at: datetime | None


class DeadLetters(Answer):
    """Dead letters, oldest first."""

    dead_letters: list[DeadLetter]
    next: int | None
    filter: dict[str, Any]


class Parked(Answer):
    """A dead letter that was put aside."""

    dead_letter: int
    status: Literal["parked"]


ProcessRow = row_of("Process", Running)


class Alive(Answer):
    """The process answers."""

    alive: Literal[True]


class Ready(Open):
    """Whether the process is ready, and what was looked at."""

    ready: bool


class Processes(Answer):
    """What runs where, and the position of the log."""

    position: int
    processes: list[ProcessRow]  # type: ignore[valid-type]


class Now(Answer):
    """The moment and the day by which the register judges."""

    moment: datetime
    day: date


# --- the nation -------------------------------------------------------------------------------------------------------


FindingRow = row_of("Finding", Finding)


class Findings(Answer):
    """What the nation should look at; `as_of` by province up to which position of its log."""

    findings: list[FindingRow]  # type: ignore[valid-type]
    next: str | None
    as_of: Any
    filter: dict[str, Any]


class Provinces(Answer):
    """Every province that belongs, side by side."""

    provinces: list[dict[str, Any]]
    now: datetime


class Comparison(Answer):
    """The provinces over their different packs, and the words in which they are compared."""

    provinces: list[dict[str, Any]]
    scales: dict[str, list[dict[str, str]]]
    on: date


class ComparedPapers(Answer):
    """The nation's papers in the provinces: same, altered, unlisted, unused."""

    papers: list[dict[str, Any]]


class Inspections(Answer):
    """Cross-inspections, the latest first."""

    inspections: list[dict[str, Any]]
    next: str | None


ProblemDocument.model_rebuild()
