"""What sentences have in common that differ in ids, digests, numbers and quoted names alone."""

from __future__ import annotations

import re

from services.casework.law import Refusal

_PARTICULAR = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d+|'[^']*'")
"""What of a sentence differs from case to case."""


def pattern(sentence: str) -> str:
    """A sentence without what differs from case to case."""
    return _PARTICULAR.sub("…", sentence)


def condition(refusal: Refusal) -> tuple[str, str]:
    """What a refusal is about, whatever days, numbers and ids it names."""
    return refusal.rule, pattern(refusal.en)
