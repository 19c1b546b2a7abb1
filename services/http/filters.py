"""What of a projection is asked for: one model each for routes, pages, commands and the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.registry import EVENT_TYPES
from events.words import Ground, House, Level, Standing, Step, UnitKind, Watch
from projections.acts import queries as acts
from projections.board import queries as board
from projections.crosscheck.queries import Filter
from projections.crosscheck.questions import Kind
from services.http.queries import Act, Day, Digits, Id, Place, Province, Query, RuleId, Text, Title

MOST_DAYS = 36_500


class BoardFilter(Query):
    """Which units stand on the board; `standing` with a `title` is the standing with that title."""

    kind: UnitKind | None = None
    place: Place | None = None
    standing: Standing | None = None
    step: Step | None = None
    watch: Watch | None = None
    title: Title | None = None
    term_end_before: Day | None = None
    contact: Id | None = None
    q: Text | None = None

    @property
    def wanted(self) -> board.Filter:
        """As the projection is asked."""
        return board.Filter(
            kind=self.kind, place=self.place, standing=self.standing, step=self.step, watch=self.watch,
            title=self.title, term_end_before=self.term_end_before, contact=self.contact, q=self.q,
        )  # fmt: skip


class ActsFilter(Query):
    """Which acts: by whom, what, about what; `from` and `to` are days, both included, as `by` says: when it was
    recorded, or from when it holds.
    """

    officer: Id | None = None
    house: House | None = None
    level: Level | None = None
    act: Act | None = None
    unit: Id | None = None
    place: Place | None = None
    ground: Ground | None = None
    title: Title | None = None
    rule: RuleId | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    by: Literal["recorded", "effective"] = "recorded"

    @property
    def wanted(self) -> acts.Filter:
        """As the projection is asked."""
        of_a_type = self.act in EVENT_TYPES
        return acts.Filter(
            officer=self.officer, house=self.house, level=self.level, unit=self.unit, place=self.place,
            decision=None if of_a_type else self.act, type=self.act if of_a_type else None,
            ground=self.ground, title=self.title, rule=self.rule, since=self.from_, until=self.to, by=self.by,
        )  # fmt: skip


class CrosscheckFilter(Query):
    """Which findings; `older_than` counts days, of silence hours."""

    kind: Kind | None = None
    province: Province | None = None
    older_than: Annotated[int, Digits, Field(ge=0, le=MOST_DAYS)] | None = None

    @property
    def wanted(self) -> Filter:
        """As the projection is asked."""
        return Filter(self.kind, self.province, self.older_than)
