"""The closed family of things that can go wrong; each maps to one HTTP status and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from events.envelope import Entry, Event
    from services.casework.law import Refusal


class ConcordError(Exception):
    """Base of the family; `code` is stable, machines branch on it."""

    code = "error"
    status = 500

    @property
    def zh(self) -> str:
        """What is wrong, in Chinese; empty where the title of the code says all."""
        return ""


@dataclass(eq=False)
class Refused(ConcordError):
    """The rules refuse the act: which rule, which clause, what would have to be true (409)."""

    refusals: Sequence[Refusal]
    code = "refused"
    status = 409

    def __str__(self) -> str:
        return "; ".join(f"{refusal.rule}: {refusal.en}" for refusal in self.refusals)


@dataclass(eq=False)
class Stale(ConcordError):
    """What the act rests on has moved since it was read (412); `since` is what came."""

    stream: str
    expected: int
    current: int
    since: Sequence[Entry[Event]] = ()
    code = "stale"
    status = 412

    def __str__(self) -> str:
        return f"stream {self.stream} is at version {self.current}, not {self.expected}"


@dataclass(eq=False)
class Unreadable(ConcordError):
    """A stream holds an entry of a newer program: it can be listed, and neither folded nor decided on here (503)."""

    stream: str
    type: str
    code = "unreadable"
    status = 503

    @property
    def zh(self) -> str:
        return f"{self.stream} 含有较新版本程序的记录（{self.type}），请先升级本程序"

    def __str__(self) -> str:
        return f"{self.stream} holds an entry of a newer program ({self.type}); upgrade this one first"


@dataclass(eq=False)
class KeyReused(ConcordError):
    """The idempotency key was used before with another body (422)."""

    command_id: str
    code = "idempotency-key-reused"
    status = 422
    zh = "该幂等键此前用于内容不同的请求"

    def __str__(self) -> str:
        return f"command {self.command_id} was given before with another body"


@dataclass(eq=False)
class OtherKind(ConcordError):
    """A stream is of one kind for ever, and what was to be stored in it is of another (409)."""

    stream: str
    kind: str
    given: str
    code = "other-kind"
    status = 409

    @property
    def zh(self) -> str:
        return f"{self.stream} 属于“{self.kind}”，不能记入“{self.given}”的内容"

    def __str__(self) -> str:
        return f"stream {self.stream} is of the kind {self.kind!r}, and takes nothing of the kind {self.given!r}"


@dataclass(eq=False)
class ClockAhead(ConcordError):
    """What was to be stored, or the log itself, is more than five seconds ahead of the database's clock (503)."""

    moment: datetime
    clock: datetime
    retry_after: int = 2
    code = "clock-ahead"
    status = 503

    @property
    def zh(self) -> str:
        return (
            f"记录时间 {self.moment.isoformat()} 比数据库时钟 {self.clock.isoformat()} 快五秒以上，未予保存，请校准时钟"
        )

    def __str__(self) -> str:
        return (
            f"it would be recorded at {self.moment.isoformat()}, more than five seconds ahead of the database's"
            f" clock at {self.clock.isoformat()}: nothing was stored, and the clocks have to be set right"
        )


@dataclass(eq=False)
class TimeMoved(ConcordError):
    """The log has come to another day in China than the act was judged on: judge it again at `moment` (503)."""

    moment: datetime
    retry_after: int = 2
    code = "judge-again"
    status = 503

    @property
    def zh(self) -> str:
        return f"登记簿的时间已到 {self.moment.isoformat()}，与作出决定之日不同，未予保存，须按该时刻重新判断"

    def __str__(self) -> str:
        return f"the log has come to {self.moment.isoformat()}, another day than this was judged on: nothing was stored"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where (JSON pointer) and what, in both languages."""

    pointer: str
    zh: str
    en: str


@dataclass(eq=False)
class Malformed(ConcordError):
    """What was sent cannot be read (400 where it is no JSON at all, else 422)."""

    problems: Sequence[Problem]
    code = "malformed"
    status = 422

    def __str__(self) -> str:
        return "; ".join(f"{problem.pointer or '/'}: {problem.en}" for problem in self.problems)


@dataclass(eq=False)
class NotFound(ConcordError):
    """There is no such thing (404)."""

    what: str
    code = "not-found"
    status = 404

    @property
    def zh(self) -> str:
        return f"不存在：{self.what}"

    def __str__(self) -> str:
        return f"{self.what} does not exist"


@dataclass(eq=False)
class Destroyed(ConcordError):
    """It was here and was destroyed: `stream`, `version` and `day` are those of the certificate, `line` names the time
    for which such things are kept (410).
    """

    what: str
    stream: str
    version: int
    day: date
    line: str
    code = "destroyed"
    status = 410

    @property
    def zh(self) -> str:
        return f"已依保管期限“{self.line}”于{self.day}销毁：{self.what}"

    def __str__(self) -> str:
        return (
            f"{self.what} was destroyed on {self.day} under the line {self.line}, entry {self.version} of {self.stream}"
        )


@dataclass(eq=False)
class Forbidden(ConcordError):
    """Who asks may not (401 without a valid token, 403 with one)."""

    why: str
    zh: str = "无权访问"
    status: int = 403
    code = "forbidden"

    def __str__(self) -> str:
        return self.why


@dataclass(eq=False)
class TooManyRequests(ConcordError):
    """Too much was asked in too short a time; again after `seconds` (429)."""

    seconds: float
    code = "too-many-requests"
    status = 429

    def __str__(self) -> str:
        return f"too many requests; again after {self.seconds:.0f} s"


@dataclass(eq=False)
class Unavailable(ConcordError):
    """Something that the register needs is away; try again after `retry_after` seconds (503)."""

    what: str
    retry_after: int = 2
    facts: dict[str, Any] = field(default_factory=dict)
    code = "unavailable"
    status = 503

    def __str__(self) -> str:
        return f"{self.what} is not available now"
