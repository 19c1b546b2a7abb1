"""What a benchmark finds, as JSON and as a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Result:
    """One case: our figure beside its peer's and its limit's, in one unit; None where one is not at hand.

    `goal` and `note` are for people; `met` says whether the figures reach the goal.
    """

    case: str
    ours: float
    unit: str
    peer: float | None = None
    limit: float | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio_to_peer(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def ratio_to_limit(self) -> float | None:
        """Ours by the limit's."""
        return self.ours / self.limit if self.limit else None

    def document(self) -> dict[str, Any]:
        """As it is published in JSON."""
        return {
            "case": self.case,
            "ours": _rounded(self.ours),
            "unit": self.unit,
            "peer": _rounded(self.peer),
            "ratio_to_peer": _rounded(self.ratio_to_peer),
            "limit": _rounded(self.limit),
            "ratio_to_limit": _rounded(self.ratio_to_limit),
        }


@dataclass(frozen=True, slots=True)
class Course:
    """How far the benchmarks are, shown on the error stream; a step takes a known share of the whole."""

    progress: Progress
    task: TaskID

    def step(self, doing: str, share: float = 1.0) -> None:
        """A step of a case is over, and the next is begun."""
        self.progress.update(self.task, description=doing, advance=share, refresh=True)


@contextmanager
def course(steps: float) -> Iterator[Course]:
    """A progress bar with the time that is left, gone when the work is done."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("还需 left"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        auto_refresh=False,  # its thread would make a rebuild start its processes in the slow way
    ) as progress:
        yield Course(progress, progress.add_task("基准 benchmarks", total=steps))


_CAPTION = "同一次运行内与对照并列测得；倍数可比，绝对值因机器而异 · Ratios of one run"
_FIGURES = ("本系统 ours", "对照 peer", "倍 ×peer", "极限 limit", "比 /limit")


def table(results: Sequence[Result]) -> Table:
    """The results for people."""
    shown = Table(title="基准测试 Benchmarks", caption=_CAPTION)
    shown.add_column("项目 case", no_wrap=True)
    for name in _FIGURES:
        shown.add_column(name, justify="right")
    for name in ("单位 unit", "目标 goal", "说明 note"):
        shown.add_column(name, overflow="fold")
    for one in results:
        shown.add_row(
            one.case, _figure(one.ours), _figure(one.peer), _figure(one.ratio_to_peer), _figure(one.limit),
            _figure(one.ratio_to_limit), one.unit, _goal(one), one.note,
        )  # fmt: skip
    return shown


def _goal(one: Result) -> str:
    if one.met is None:
        return one.goal
    return f"[green]✓[/] {one.goal}" if one.met else f"[red]✗[/] {one.goal}"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
