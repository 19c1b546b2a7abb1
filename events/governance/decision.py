"""What a province could not record of the nation's decisions (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.envelope import About, Event
from events.fields import FutureUnitRef, Line, Part, Prose
from events.references import Scalar
from events.words import NationalDecision


class DeclinedBy(Part):
    """A rule by which the law refused the decision, and what was so."""

    rule: Line
    zh: Prose
    en: Prose

    def caption(self, language: str) -> str:  # noqa: ARG002 (a rule has one name)
        """The rule alone."""
        return self.rule


class DecisionDeclined(Event):
    """The law refuses a national decision on the unit as it is now; the nation learns it by the same wire.

    `log` and `position` say where the decision stands in the nation's register; there may be no such
    unit here. By the system.
    """

    about = About(
        "decision.declined.v1", "未能入册", "Decision declined", "consent",
        "国家决定（第{position}号，{decision}）未能记入{unit}，依据规则{refusals}",
        "National decision {position} ({decision}) not recorded for {unit}, by rule {refusals}",
    )  # fmt: skip
    log: UUID
    position: Annotated[int, Field(ge=1), Scalar("position")]
    decision: NationalDecision
    unit: FutureUnitRef
    refusals: Annotated[tuple[DeclinedBy, ...], Field(min_length=1, max_length=100)]
