"""What the checker says: a rule, the entry at which it was broken, and why, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule, at the entry with which it could be known."""

    rule: str
    stream: str
    version: int
    zh: str
    en: str

    def as_json(self) -> dict[str, object]:
        """As it stands on a line of `--json`."""
        return {"rule": self.rule, "stream": self.stream, "version": self.version, "zh": self.zh, "en": self.en}
