"""A draw redone from what was published alone, and whatever was tampered with found (T-19)."""

from __future__ import annotations

import ast
import sys
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from events.envelope import Actor
from events.governance.crosscheck import CrosscheckPlanned
from events.governance.province import ProvinceJoined
from events.words import ActorKind, Level, Role
from services import draw_verifier
from services.casework.check.draw import population_list
from services.casework.crosscheck.draw import lists_text
from services.casework.crosscheck.state import CrossInspection
from services.casework.pack import load_pack
from services.casework.province.state import province_stream
from services.draw_verifier.verify import problems
from services.entry_documents import told
from tests.casework import crosschecks
from tests.casework.drawing import Drawing
from tests.casework.world import World

DAY = date(2024, 3, 4)


@pytest.fixture(scope="module")
def published() -> tuple[dict[str, Any], bytes]:
    """The history of a drawn plan as it is answered, and its list."""
    world = World(load_pack("hunan-2023-15", "1"))
    world.begin()
    drawing = Drawing(world, DAY)
    strata = drawing.units(6, 5)
    drawing.act(drawing.planned())
    drawing.act(drawing.listed(strata))
    drawing.shared()
    drawing.act(drawing.drawn(strata))
    events = [told(e, position=n) for n, e in enumerate(world.log, 1) if e.stream == drawing.stream]
    answer = {"stream": str(drawing.stream), "version": len(events), "events": events, "next": None}
    return orjson.loads(orjson.dumps(answer)), population_list(strata)


def _of(history: dict[str, Any], what: str, family: str = "check") -> dict[str, Any]:
    event: dict[str, Any] = next(one for one in history["events"] if one["type"] == f"{family}.{what}.v1")
    return event


def _found(history: dict[str, Any], listed: bytes) -> str:
    return "; ".join(problems(orjson.dumps(history), listed))


def test_a_draw_is_redone_from_what_was_published(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = published
    assert _found(history, listed) == ""


def test_a_tampered_share_is_found(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = deepcopy(published)
    _of(history, "share-revealed")["event"]["share"] = "0" * 64
    found = _found(history, listed)
    assert "is not the one that it committed to" in found
    assert "the seed is not that of the shares" in found


def test_a_tampered_list_is_found(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = published
    lines = listed.split(b"\n")
    assert "not the one that was frozen" in _found(history, b"\n".join(lines[1:]))
    assert "not the one that was frozen" in _found(history, b"\n".join([*lines, f"{UUID(int=1)} park".encode()]))
    assert "a unit is on the list twice" in _found(history, b"\n".join([*lines, lines[0]]))


def test_a_tampered_unit_is_found(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = deepcopy(published)
    units = _of(history, "drawn")["event"]["units"]
    friend = units[0]
    other = next(line[:36].decode() for line in listed.split(b"\n") if line[:36].decode() not in units)
    units[0] = other
    found = _found(history, listed)
    assert f"unit {friend} should have been drawn" in found
    assert f"unit {other} was not drawn by this seed" in found


@pytest.mark.parametrize(
    ("what", "field", "value", "says"),
    [
        ("drawn", "seed", "0" * 64, "the seed is not"),
        ("drawn", "head", 1, "the head is not"),
        ("drawn", "head_digest", "0" * 64, "the digest of the head"),
        ("drawn", "population", 3, "units, not as many"),
        ("list-frozen", "shares", 3, "not every house"),
        ("list-frozen", "strata", [], "the strata of the list"),
        ("planned", "share", 90, "should have been drawn"),
    ],
)
def test_whatever_else_is_changed_is_found(
    published: tuple[dict[str, Any], bytes], what: str, field: str, value: Any, says: str
) -> None:
    history, listed = deepcopy(published)
    _of(history, what)["event"][field] = value
    assert says in _found(history, listed)


def test_another_moment_of_the_last_commitment_is_found(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = deepcopy(published)
    last = [one for one in history["events"] if one["type"] == "check.share-committed.v1"][-1]
    last["recorded_at"] = "2024-03-04T01:02:03.000004Z"
    assert "the digest of the head" in _found(history, listed)


def test_steps_out_of_their_order_are_found(published: tuple[dict[str, Any], bytes]) -> None:
    history, listed = deepcopy(published)
    events = history["events"]
    events[3], events[4] = events[4], events[3]
    for version, event in enumerate(events, 1):
        event["version"] = version
    assert "before all had committed" in _found(history, listed)
    assert "the plan is not drawn yet" in _found({**history, "events": history["events"][:3]}, listed)
    assert "not whole" in _found({**history, "events": history["events"][1:]}, listed)
    assert "cannot be read" in _found({}, listed)


PROVINCES = ("420000", "430000", "440000")


@pytest.fixture(scope="module")
def crossed() -> tuple[dict[str, Any], bytes]:
    """The history of a cross-inspection that was drawn, and its lists; one enterprise lies in two provinces."""
    both = UUID(int=1)
    populations = {place: [both, *(UUID(int=int(place) + n) for n in range(4))] for place in PROVINCES[:2]}
    populations["440000"] = [UUID(int=440000 + n) for n in range(4)]
    world = World(load_pack("hunan-2023-15", "1"))
    desk, stream = (
        Actor(
            id=UUID(int=9),
            kind=ActorKind.OFFICER,
            post="示例",
            level=Level.NATION,
            place="000000",
            roles=(Role.OFFICER,),
        ),
        world.new(),
    )
    administrator = desk.model_copy(update={"roles": (Role.ADMINISTRATOR,)})
    for place in PROVINCES:
        joined = ProvinceJoined(place=place, log=UUID(int=int(place)), key="a" * 64, name="示例")
        world.act(DAY, administrator, province_stream(place), joined)
    world.act(DAY, desk, stream, CrosscheckPlanned(round="示例", provinces=PROVINCES, per_province=2))
    world.act(DAY, desk, stream, crosschecks.listed(populations, {"420000": "430000"}))
    for house, event in crosschecks.shared(stream):
        world.act(DAY, desk.model_copy(update={"house": house}), stream, event)
    inspection = world.state(CrossInspection, stream)
    assert inspection.shares.last is not None
    position = [n for n, e in enumerate(world.log, 1) if e.stream == stream][inspection.shares.last.version - 1]
    world.act(DAY, desk, stream, crosschecks.drawn(inspection, populations, position))
    events = [told(e, position=n) for n, e in enumerate(world.log, 1) if e.stream == stream]
    answer = {"stream": str(stream), "version": len(events), "events": events, "next": None}
    return orjson.loads(orjson.dumps(answer)), lists_text(populations)


def test_a_cross_inspection_is_redone_from_what_was_published(crossed: tuple[dict[str, Any], bytes]) -> None:
    assert _found(*crossed) == ""


@pytest.mark.parametrize(
    ("what", "field", "value", "says"),
    [
        ("planned", "per_province", 3, "should have been drawn"),
        ("planned", "provinces", list(PROVINCES[:2]), "not of the provinces that were planned"),
        ("share-revealed", "share", "0" * 64, "is not the one that it committed to"),
        ("assigned", "head", 1, "the head is not"),
        ("assigned", "head_digest", "0" * 64, "the digest of the head"),
        ("assigned", "seed", "0" * 64, "the seed is not"),
    ],
)
def test_whatever_is_changed_of_a_cross_inspection_is_found(
    crossed: tuple[dict[str, Any], bytes], what: str, field: str, value: Any, says: str
) -> None:
    history, listed = deepcopy(crossed)
    _of(history, what, "crosscheck")["event"][field] = value
    assert says in _found(history, listed)


def test_units_and_pairs_of_a_cross_inspection_that_were_exchanged_are_found(
    crossed: tuple[dict[str, Any], bytes],
) -> None:
    history, listed = deepcopy(crossed)
    pairs = _of(history, "assigned", "crosscheck")["event"]["assignments"]
    pairs[0]["inspecting"], pairs[1]["inspecting"] = pairs[1]["inspecting"], pairs[0]["inspecting"]
    assert "who inspects whom is not what the seed says" in _found(history, listed)
    pairs[2]["units"][0] = str(UUID(int=7))
    assert f"unit {UUID(int=7)} of {pairs[2]['inspected']} was not drawn by this seed" in _found(history, listed)
    assert "not the one that was frozen" in _found(history, b"\n".join(listed.split(b"\n")[1:]))


def test_it_imports_the_standard_library_alone() -> None:
    folder = Path(draw_verifier.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name.startswith("services.draw_verifier")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{path.name}: {name}"
