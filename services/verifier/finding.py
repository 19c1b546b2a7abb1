"""What does not agree: which check, which row, and why, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is not as the register writes it. `check` is stable, machines branch on it."""

    check: str
    row: str
    zh: str
    en: str
