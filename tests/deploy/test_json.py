"""Every command that comes to an end can say what came of it as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typer.main import get_command

from deploy.cli import COMMANDS, app

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
