"""Findings as they come, as sentences or as JSON, with the rate on standard error."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from services.checker.checking import Checker
from services.checker.entries import NoEntryError
from services.checker.finding import Finding

EVERY = 20_000
"""After so many events the progress is told."""


def tell(
    lines: Iterable[str | bytes],
    pack_dir: Path | None,
    *,
    as_json: bool = False,
    whole: bool | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Check the lines and print what is found; how much that was. A line that is no event is said aside, and counts,
    and so is one that is not UTF-8.

    What the checker keeps has no cycles, so the collector of cycles rests meanwhile: it would take a third of the time.
    """
    resting = gc.isenabled()
    gc.disable()
    try:
        return _told(lines, Checker(pack_dir, whole=whole), as_json, out or sys.stdout, err or sys.stderr)
    finally:
        if resting:
            gc.enable()


def _told(lines: Iterable[str | bytes], checker: Checker, as_json: bool, to: TextIO, aside: TextIO) -> int:
    findings, began = 0, time.monotonic()
    for number, given in enumerate(lines, 1):
        line = given if isinstance(given, str) else given.decode(errors="backslashreplace")
        if not line.strip():
            continue
        try:
            found = checker.feed(line)
        except NoEntryError as error:
            aside.write(f"第{number}行不是可读的事件 / line {number} is no event that can be read: {error}\n")
            findings += 1
            continue
        for one in found:
            _print(to, one, as_json)
        findings += len(found)
        if checker.events % EVERY == 0:
            _progress(aside, checker.events, findings, began)
    for one in checker.ends():
        _print(to, one, as_json)
        findings += 1
    _progress(aside, checker.events, findings, began)
    if as_json:
        to.write(json.dumps({"events": checker.events, "findings": findings}) + "\n")
    to.flush()
    return findings


def _print(out: TextIO, one: Finding, as_json: bool) -> None:
    if as_json:
        out.write(json.dumps(one.as_json(), ensure_ascii=False) + "\n")
    else:
        out.write(f"{one.rule} {one.stream}/{one.version}：{one.zh} / {one.en}\n")


def _progress(err: TextIO, events: int, findings: int, began: float) -> None:
    rate = events / max(time.monotonic() - began, 0.001)
    err.write(f"已核查 checked {events:,} ({rate:,.0f}/s)，发现 findings {findings:,}\n")
    err.flush()
