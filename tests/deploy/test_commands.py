"""Every command that comes to an end can say what came of it as JSON, takes its own defaults, and says mistakes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from deploy.cli import COMMANDS, app, main

LONG_RUNNING = {"serve", "test"}
"""Processes, whose lines are JSON anyway, and the tests, whose options are pytest's."""


def commands(command: Any, path: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for name in command.list_commands(None):
            yield from commands(command.get_command(None, name), (*path, name))
    elif not command.hidden:
        yield " ".join(path), command


def test_every_command_that_ends_has_json() -> None:
    every = dict(commands(get_command(app)))
    assert len(every) > 30
    without = [
        name
        for name, command in every.items()
        if name.split()[0] not in LONG_RUNNING and not any("--json" in option.opts for option in command.params)
    ]
    assert without == []


def test_the_file_that_is_named_has_the_command() -> None:
    group = get_command(app)
    assert [name for name in COMMANDS if group.get_command(None, name) is None] == []  # type: ignore[attr-defined]


def test_acts_are_asked_by_recording_or_by_holding() -> None:
    every = dict(commands(get_command(app)))
    assert any("--by" in option.opts for option in every["acts"].params)


def test_a_default_is_within_the_bounds_of_its_option() -> None:
    """A command without options is no mistake."""
    bounded = [
        (name, option.name, option.min, option.default, option.max)
        for name, command in commands(get_command(app)) for option in command.params
        if isinstance(option.default, int | float) and not isinstance(option.default, bool)
    ]  # fmt: skip
    assert len(bounded) > 10
    outside = [
        (name, option)
        for name, option, least, default, most in bounded
        if (least is not None and default < least) or (most is not None and default > most)
    ]
    assert outside == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("publish-signal", "{tmp}/none"), "No such file"),
        (("publish-signal", "{tmp}"), "Is a directory"),
        (("policy", "show", "R-99"), "row R-99 (there are R-01 to R-49) does not exist"),
        (("policy", "check", "nonsense"), "policy pack nonsense (here: "),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["concord", *(one.format(tmp=tmp_path) for one in arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert says in str(ended.value.code)
