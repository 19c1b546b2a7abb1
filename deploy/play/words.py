"""What the register promises of its answers, asked of one answer at a time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.play.exchange import Answer

PROBLEM = "application/problem+json"


def problem_is_told(answer: Answer) -> str | None:
    """A refusal says what refuses: a problem document (RFC 9457) with its rule, its pointers or its versions."""
    if not 400 <= answer.status < 500:
        return None
    if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
        return f"{answer.status} without {PROBLEM}"
    document = answer.document
    if not isinstance(document, dict):
        return f"{answer.status} with no document"
    missing = [name for name in ("type", "title", "title_en", "status", "code", "detail") if name not in document]
    if missing or document["status"] != answer.status:
        return f"{answer.status} without {', '.join(missing) or 'its own status'}"
    return _cause_is_told(document)


def _cause_is_told(document: Mapping[str, Any]) -> str | None:
    match document["code"]:
        case "refused":
            refusals = document.get("refusals") or ()
            told = all(one.get("rule") and one.get("zh") and one.get("en") and one.get("needs") for one in refusals)
            return None if document.get("rule") and refusals and told else "refused without a rule and what it needs"
        case "malformed" | "not-json" | "too-large":
            errors = document.get("errors") or ()
            told = all("pointer" in one and one.get("zh") and one.get("en") for one in errors)
            return None if errors and told else f"{document['code']} without pointers"
        case "stale":
            return None if {"expected", "current", "since"} <= document.keys() else "stale without the versions"
        case "error":
            return "a refusal that has no code of its own"
    return None


def answers_alike(first: Answer, again: Answer) -> str | None:
    """The same request with the same key is answered the same, and says that it is a replay."""
    if (first.status, first.document) != (again.status, again.document):
        return f"a replay is answered {again.status}, and not what was answered before"
    if again.headers.get("idempotency-replayed") != "true":
        return "a replay does not say that it is one"
    return None


def one_is_taken(answers: tuple[Answer, Answer]) -> str | None:
    """Of two commands at one version of a stream one is taken at most; the other is told so."""
    statuses = sorted(answer.status for answer in answers)
    if statuses == [201, 201]:
        return "two commands were taken at one version"
    if not set(statuses) <= {201, 409, 412}:
        return f"two commands at one version are answered {statuses}"
    return None


@dataclass(slots=True)
class Positions:
    """The positions seen: that of the log, and that of each list that is read."""

    seen: dict[str, int] = field(default_factory=dict)

    def went_back(self, where: str, answer: Answer, *, stored: bool = False) -> str | None:
        """A position is never less than one seen before there; what was just stored is beyond all of the log."""
        now = answer.position
        if now is None:
            return None
        before = self.seen.get(where, 0)
        self.seen[where] = max(before, now)
        if now < before or (stored and now == before):
            return f"X-Position of {where} is {now} after {before}"
        return None
