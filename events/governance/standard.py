"""Standards of an industry: drafted, talked over, piloted, published, and taken into a policy pack (policy 五(四))."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Document, Documents, KnownUnitRef, Line, Prose, StandardSetRef, UnitRef
from events.places import PlaceCode
from events.words import House, StandardTopic


class StandardDrafted(Event):
    """A standard of an industry is drafted; a leading enterprise sets the example where one is named."""

    about = About(
        "standard.drafted.v1", "起草标准", "Standard drafted", "standards",
        "{place}起草{industry}{topic}：{name}", "{topic} of {industry} drafted in {place}: {name}",
        decision="draft",
    )  # fmt: skip
    name: Line
    place: PlaceCode
    industry: Line
    topic: StandardTopic
    leader: UnitRef | None = None
    document: Document


class StandardConsulted(Event):
    """Houses, experts, unions and chambers were asked about the draft."""

    about = About(
        "standard.consulted.v1", "征求意见", "Standard consulted on", "standards",
        "{on}征求{houses}意见：{summary}", "Consulted on {on} with {houses}: {summary}",
        decision="record-consultation",
    )  # fmt: skip
    on: Day
    houses: Annotated[tuple[House, ...], Field(min_length=1)]
    summary: Prose
    documents: Documents = ()


class StandardPiloted(Event):
    """The standard is tried in a place, by units of the industry, from a day on."""

    about = About(
        "standard.piloted.v1", "开展试点", "Standard piloted", "standards",
        "自{from_}起在{place}试点，{units#}户参加：{summary}", "Piloted in {place} from {from_}, {units#} units: {summary}",
        decision="pilot",
    )  # fmt: skip
    place: PlaceCode
    from_: Day = Field(alias="from")
    units: Annotated[tuple[KnownUnitRef, ...], Field(max_length=1_000)] = ()
    summary: Prose


class StandardPublished(Event):
    """The standard is published under its number."""

    about = About(
        "standard.published.v1", "发布标准", "Standard published", "standards",
        "发布标准{number}", "Published as {number}",
        decision="publish",
    )  # fmt: skip
    number: Line
    document: Document


class StandardTakenUp(Event):
    """A checklist of the policy pack in force is this standard."""

    about = About(
        "standard.taken-up.v1", "纳入政策包", "Standard taken up", "standards",
        "纳入政策包的{standard_set}", "Taken up by the pack as {standard_set}",
        decision="take-up",
    )  # fmt: skip
    standard_set: StandardSetRef
