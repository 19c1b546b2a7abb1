"""A unit that moved, as the nation sees it over both registers: one unit, and every way in which the two disagree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.envelope import Entry, Event
from events.words import ComparableTitle
from projections.crosscheck.questions import Kind
from services.nation.projector import prepare
from tests.casework.given import PACK
from tests.casework.moving import HUNAN as PACK_OF_HUNAN
from tests.casework.moving import NATIONAL_ALONG, STREAM, Register, handing, receiving, settled
from tests.nation.test_crosscheck import ask, project

OLD, NEW = "430000", "420000"
WHILE_IT_RUNS = datetime(2024, 6, 1, 4, tzinfo=UTC)


def entries(register: Register) -> list[Entry[Event]]:
    return [entry for entry in register.world.log if entry.stream == STREAM]


@pytest.fixture(scope="module")
def handed() -> Register:
    """The register of before, from which the unit is gone."""
    register = settled()
    register.two(handing(register.paper(), NEW))
    return register


def received(*changes: object, number: int = 1) -> list[Entry[Event]]:
    """What another register says of its coming."""
    register = Register.of(PACK_OF_HUNAN)
    register.two(receiving(register.paper(number=number), *changes))  # type: ignore[arg-type]
    return entries(register)


PROVINCIAL_ALONG = NATIONAL_ALONG.model_copy(update={"worth": ComparableTitle.PROVINCIAL})


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (None, ["not received"]),
        (((NATIONAL_ALONG, PROVINCIAL_ALONG), 1), []),
        (((NATIONAL_ALONG,), 1), ["not what was received"]),
        (((NATIONAL_ALONG, PROVINCIAL_ALONG), 2), ["handed over nothing", "not received"]),
    ],
    ids=["nobody received it", "the two agree", "with another title", "on another paper"],
)
def test_both_sides_of_a_move_are_held_against_each_other(
    database: str, handed: Register, came: tuple[tuple[object, ...], int] | None, said: list[str]
) -> None:
    prepare(database, PACK)
    logs = {OLD: entries(handed)}
    if came is not None:
        logs[NEW] = received(*came[0], number=came[1])
    project(database, logs)  # type: ignore[arg-type]
    found = ask(database, Kind.TRANSFER)
    assert len(found) == len(said)
    assert all(words in " ".join(one.en for one in found) for words in said)
    assert all(one.unit == STREAM and one.zh and one.evidence for one in found)
    assert ask(database, Kind.DUPLICATE) == [], "the nation sees one unit"
    assert [one for one in ask(database, Kind.TERM, WHILE_IT_RUNS) if one.province == NEW] == []
