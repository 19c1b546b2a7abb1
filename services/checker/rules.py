"""How a topic says what it asks: by type of event, what is asked before the entry counts, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.checker.entries import Entry
from services.checker.state import Register

Rule = Callable[[Register, Any, Entry], None]
Rules = Mapping[str, tuple[Rule, ...]]
