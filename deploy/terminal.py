"""What is shown to the person at the terminal: progress bars, and steps with the time they took; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from events.characters import escaped


class Plain(Console):
    """A console on which a text acts on nothing: no markup, and controls and turns of direction are escaped."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """As rich does, of the escaped text."""
        return super().render_str(escaped(text), **options)


console = Plain(stderr=True)


def line(text: str) -> None:
    """Print a text on standard output, escaped."""
    sys.stdout.write(escaped(text) + "\n")


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """The rate, or nothing before there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Any]:
    """A progress bar with count, rate and time left; yields `advance(done, total)`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=False) as bar:
        task = bar.add_task(what, total=total)

        def advance(done: float, of: float | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield advance


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what was done and how long it took."""
    began = time.monotonic()
    yield
    console.print(f"  ✓ {what}  {time.monotonic() - began:.1f} s")
