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

from services import draw_verifier
from services.casework.check.draw import population_list
from services.casework.pack import load_pack
from services.draw_verifier.verify import problems
from services.entry_documents import told
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


def _of(history: dict[str, Any], what: str) -> dict[str, Any]:
    event: dict[str, Any] = next(one for one in history["events"] if one["type"] == f"check.{what}.v1")
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


def test_it_imports_the_standard_library_alone() -> None:
    folder = Path(draw_verifier.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name.startswith("services.draw_verifier")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{path.name}: {name}"
