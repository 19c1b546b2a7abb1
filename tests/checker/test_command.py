"""`concord audit check`: JSON with a last line, the rate aside, exit 1 where something was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.checker.test_telling import stored
from tests.checker.told import life

check = pytest.importorskip("deploy.cli.check", reason="the commands follow the law's form", exc_type=ImportError).check

APP = typer.Typer()
APP.command()(check)


def test_a_lawfulstored(tmp_path: Path) -> None:
    found = CliRunner().invoke(APP, [stored(tmp_path, life("named")), "--json"])
    assert found.exit_code == 0
    assert found.stdout == f'{{"events": {len(life("named").lines)}, "findings": 0}}\n'
    assert f"{len(life('named').lines)}" in found.stderr


def test_an_unlawfulstored(tmp_path: Path) -> None:
    told = life("applied", leave=("unit.report-adopted",))
    found = CliRunner().invoke(APP, [stored(tmp_path, told), "--json"])
    assert found.exit_code == 1
    first, last = map(json.loads, found.stdout.splitlines())
    assert (first["rule"], first["version"], last) == ("I-01", 5, {"events": 5, "findings": 1})
    assert set(first) == {"rule", "stream", "version", "zh", "en"}


def test_standard_input() -> None:
    lines = "\n".join(json.dumps(line) for line in life("named").lines)
    assert CliRunner().invoke(APP, ["-"], input=lines).exit_code == 0


def test_no_such_file() -> None:
    assert CliRunner().invoke(APP, ["nowhere.jsonl"]).exit_code == 2


def test_what_is_no_text_is_no_event(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(b"\xf0\x28\x8c\n" + Path(stored(tmp_path, life("named"))).read_bytes())
    found = CliRunner().invoke(APP, [str(given), "--json"])
    assert (found.exit_code, json.loads(found.stdout.splitlines()[-1])["findings"]) == (1, 1)
    assert "line 1 is no event" in found.stderr
