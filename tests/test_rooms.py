"""The house as the import contracts draw it: every room stands in it, and each table has one room that reads it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
REGISTER_TABLES = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE)\s+register\.(?:events|commands|streams|identity)\b", re.IGNORECASE
)


def _rooms() -> set[str]:
    services = ROOT / "services"
    files = {path.stem for path in services.glob("*.py") if path.stem != "__init__"}
    return {f"services.{name}" for name in files | {path.parent.name for path in services.glob("*/__init__.py")}}


def test_every_room_of_services_stands_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    placed = [room.strip() for layer in layers for room in layer.split("|")]
    assert len(placed) == len(set(placed))
    assert _rooms() == {room for room in placed if room.startswith("services.")}


def test_only_the_register_reads_its_tables_and_the_verifier_that_trusts_nobody() -> None:
    readers = {
        path.relative_to(ROOT).parts[:2]
        for room in ("services", "projections", "events")
        for path in (ROOT / room).rglob("*.py")
        if REGISTER_TABLES.search(path.read_text())
    }
    assert readers == {("services", "register"), ("services", "verifier")}
