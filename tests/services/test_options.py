"""Fields, their values and examples, asked of told lives (pure), and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from events.envelope import Event
from events.registry import KINDS as VOCABULARY
from events.unit.cultivation import UnitFollowedUp
from events.words import FollowUpKind, House, Level
from services.api.forms import Forms
from services.casework.field_shapes import Field, fields_of
from services.casework.judgement import may
from services.casework.kinds import KINDS
from services.casework.law import Context
from services.casework.options import Choices, Options, options
from services.casework.policy.state import Packs
from tests.casework.given import PROVINCIAL, Life, approver, desk
from tests.casework.stages import ON, life_at

ENTRIES = 60


@pytest.fixture(scope="module")
def life() -> Life:
    """A named unit, followed up until it has sixty entries."""
    told = life_at("named", PROVINCIAL)
    day, office = ON["named"] + timedelta(days=1), desk(Level.PREFECTURE)
    while told.unit.version < ENTRIES:
        told.act(day, office, UnitFollowedUp(kind=FollowUpKind.VISIT, on=day, summary="示例走访"))
        day += timedelta(days=1)
    return told


def every_field() -> Iterator[tuple[type[Event], Field]]:
    """Every field of every decision of every kind."""
    for kind in KINDS.values():
        for law in kind.decisions.values():
            event_type: type[Event] = law.event
            yield from ((event_type, one) for one in fields_of(event_type))


def test_every_field_has_a_type_a_label_and_a_meaning() -> None:
    for event_type, one in every_field():
        where = f"{event_type.__name__}.{one.name}"
        assert one.label.zh, where
        assert one.label.help_en, where
        assert one.shape.kind, where
        if one.shape.kind == "reference":
            assert one.shape.of[0] in VOCABULARY, where
        if one.shape.kind == "part":
            assert one.shape.part is not None
            assert fields_of(one.shape.part), where


def test_fields_that_follow_from_the_state_are_not_asked_for() -> None:
    for event_type, one in every_field():
        extra = event_type.model_fields[one.attribute].json_schema_extra
        assert not (isinstance(extra, dict) and extra.get("readOnly")), f"{event_type.__name__}.{one.name}"


def test_a_title_is_one_that_the_act_can_be_about(life: Life) -> None:
    law = KINDS["unit"].decisions["extend-term"]
    title = next(one for one in fields_of(law.event) if one.name == "title")
    offered = options(life.unit, law, title, life.pack)
    assert offered is not None
    assert [choice.value for choice in offered.offered] == list(life.unit.naming.held)
    assert offered.offered[0].zh == life.pack.titles[PROVINCIAL].zh


def test_entries_are_offered_with_their_sentences_the_newest_first_and_more_can_be_asked_for(life: Life) -> None:
    law = KINDS["unit"].decisions["void-entry"]
    version = next(one for one in fields_of(law.event) if one.name == "version")
    offered = options(life.unit, law, version, life.pack)
    assert offered is not None
    assert [choice.value for choice in offered.offered] == list(range(ENTRIES, ENTRIES - 50, -1))
    assert all(choice.zh and choice.en for choice in offered.offered)
    assert offered.ask is not None


def test_parts_are_described_to_their_last_field(life: Life) -> None:
    law = KINDS["unit"].decisions["conduct-check"]
    items = next(one for one in fields_of(law.event) if one.name == "items")
    assert items.shape.part is not None
    standard = next(one for one in fields_of(items.shape.part) if one.name == "standard")
    offered = Options(life.unit, life.pack).values(standard.shape)
    assert isinstance(offered, Choices)
    wanted = {
        name for one in life.pack.standard_sets.values() if life.unit.life.kind in one.kinds for name in one.standards
    }
    assert {choice.value for choice in offered.offered} == wanted


def documents(life: Life, *, filled: bool) -> list[dict[str, Any]]:
    """What an approver and an officer of the province may decide on that unit."""
    day = life.unit.entries[-1].day
    who = desk(Level.PREFECTURE)
    context = Context({who.id: who, life.unit.id: life.unit}, packs=Packs.fixed(life.pack))
    forms = Forms(life.unit, life.pack, day, context, filled)
    posts = (*who.actors(day), *approver(Level.PROVINCE).actors(day))
    return [forms.document(one) for one in may(life.unit, posts, day, life.pack, context)]


def test_examples_are_found_for_what_is_simple(life: Life) -> None:
    found = {one["decision"]: one.get("example") for one in documents(life, filled=True) if one["allowed"]}
    assert found["follow-up"]
    assert found["order-check"]
    assert sum(example is not None for example in found.values()) >= len(found) / 2, found


def test_an_example_of_a_visit_names_two_people_of_two_houses() -> None:
    told = life_at("at_evaluation", PROVINCIAL)
    day = told.unit.entries[-1].day
    who, other = desk(Level.PREFECTURE), desk(Level.PREFECTURE, House.UNION)
    context = Context({one.id: one for one in (who, other, told.unit)}, packs=Packs.fixed(told.pack))
    forms = Forms(told.unit, told.pack, day, context, True)
    visit = next(
        forms.document(one)
        for one in may(told.unit, who.actors(day), day, told.pack, context)
        if one.decision == "visit-site"
    )
    assert visit["allowed"], visit["refusals"]
    named = [(one["officer"], one["house"]) for one in visit["example"]["visitors"]]
    assert named == [(str(who.id), "hr"), (str(other.id), "union")]


@pytest.mark.parametrize(
    ("stage", "decision"),
    [
        ("registered", "self-evaluate"), ("sealed", "adopt-report"), ("sealed", "apply"),
        ("reviewed", "start-publicity"), ("found_serious", "propose-revocation"),
    ],
)  # fmt: skip
def test_an_example_has_what_the_law_asks_of_several_fields_together(stage: str, decision: str) -> None:
    told = life_at(stage, PROVINCIAL)
    day = told.unit.entries[-1].day
    office = {"start-publicity": desk(Level.PROVINCE), "propose-revocation": desk(Level.PREFECTURE)}
    who = office.get(decision, told.agent)
    context = Context({who.id: who, told.unit.id: told.unit}, packs=Packs.fixed(told.pack))
    forms = Forms(told.unit, told.pack, day, context, True)
    found = [
        forms.document(one)
        for one in may(told.unit, who.actors(day), day, told.pack, context)
        if one.decision == decision
    ]
    allowed = [one for one in found if one["allowed"]]
    assert allowed
    assert all("example" in one for one in allowed)
