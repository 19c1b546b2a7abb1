"""One pass over the events in the order of positions: columns against stored bytes, order, versions, references.

It also makes the digest of the log up to any position, so that a log that agrees with itself is still compared
with what was noted of it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import orjson
import psycopg

from events.registry import EVENT_TYPES, UPCASTERS
from services.verifier.finding import Finding

PAGE: Final = 5_000
"""Events read in one round trip."""

_EVENTS: LiteralString = """
    SELECT e.position, e.stream::text, e.version, e.type, e.command_id::text, e.state,
           to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), c.digest
    FROM register.events AS e LEFT JOIN register.commands AS c ON c.id = e.command_id ORDER BY e.position"""


_NOTHING: Final[Mapping[str, int]] = {}
_OF_TWO: Final = (".act-proposed.v1", ".act-seconded.v1")
_TELLING: Final = frozenset(
    {"document.recorded.v1", "register.content-destroyed.v1", "register.opened.v1", "unit.personal-data-erased.v1"}
)
"""Types whose entries tell what other tables have to hold."""

Row = tuple[int, str, int, str, str, bytes, str, bytes | None]
"""Position, stream, version, type, command, stored bytes, moment of recording, and the command's digest."""

Seals = Callable[[Sequence[tuple[str, bytes]]], Iterable[Finding]]


class Fields(NamedTuple):
    """The names that an event of a type can have, and those that it must have."""

    known: frozenset[str]
    needed: frozenset[str]


@cache
def fields_of(type_name: str) -> Fields | None:
    """The fields of a type as they are stored; None for an old type, whose upcaster judges it."""
    model = EVENT_TYPES.get(type_name)
    if model is None:
        return None
    fields = {field.alias or name: field.is_required() for name, field in model.model_fields.items()}
    return Fields(frozenset(fields), frozenset(name for name, needed in fields.items() if needed))


@dataclass(slots=True)
class Log:
    """What one pass has seen; `noted` are positions whose digest is wanted."""

    noted: Sequence[int] = ()
    position: int = 0
    recorded_at: str = ""
    versions: dict[str, int] = field(default_factory=dict)
    proposals: dict[tuple[str, int], str] = field(default_factory=dict)
    sealed: list[tuple[str, bytes]] = field(default_factory=list)
    """Type and bytes of the entries with sealed fields that were read since the last look at their seals."""

    erased: set[UUID] = field(default_factory=set)
    papers: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """The digest of every recorded paper: its entry, media type and size."""

    certified: dict[str, set[str]] = field(default_factory=dict)
    """The digest of all bytes whose destruction is certified: the commands that stored the certificates."""

    simulated: bool = False
    """Whether the register runs on a simulated clock: its entries were not stored at the moments that they state.
    """

    digests: dict[int, str] = field(default_factory=dict)
    """The digest of the log at each noted position that it reaches, and at its end."""

    _hash: Any = field(default_factory=sha256)
    _shapes: set[tuple[str, ...]] = field(default_factory=set)
    """Types with the names of fields that were found right."""

    _plain: set[tuple[str, ...]] = field(default_factory=set)
    """Those of them whose entries say nothing that other rows have to agree with."""

    def read(self, conn: psycopg.Connection[Any], progress: Callable[[int], None], seals: Seals) -> Iterator[Finding]:
        """Everything that is wrong with the events, a page after the other; `seals` looks at those of each page."""
        with conn.cursor("verify", binary=True) as cursor:
            cursor.itersize = PAGE
            cursor.execute(_EVENTS)
            while rows := cursor.fetchmany(PAGE):
                self._digest(rows)
                for position, stream, version, type_name, command, state, recorded_at, _ in rows:
                    if self._is_plain(position, stream, version, type_name, command, state, recorded_at):
                        continue
                    for check, zh, en in self._row(position, stream, version, type_name, command, state, recorded_at):
                        at = f"register.events position {position} ({stream}/{version}, {type_name})"
                        yield Finding(check, at, zh, en)
                yield from seals(self.sealed)
                self.sealed.clear()
                progress(self.position)
        self.digests[self.position] = self._hash.hexdigest()

    def _digest(self, rows: Sequence[Row]) -> None:
        """Take a page into the digest of the log; note the digests at positions where they are wanted."""
        wanted = {position for position in self.noted if rows[0][0] <= position <= rows[-1][0]}
        parts: list[bytes] = []
        for position, stream, version, type_name, command, state, recorded_at, digest in rows:
            head = f"{position} {stream} {version} {type_name} {command} {recorded_at} {len(state)}\n"
            parts += (head.encode(), digest or b"", state)
            if position in wanted:
                self._hash.update(b"".join(parts))
                parts.clear()
                self.digests[position] = self._hash.hexdigest()
        self._hash.update(b"".join(parts))

    def _is_plain(
        self, position: int, stream: str, version: int, type_name: str, command: str, state: bytes, recorded_at: str
    ) -> bool:
        """Take in an event that is right and says nothing of others, as nearly all are; False leaves it to `_row`.

        The order of these questions is that of their cost: a register has millions of entries.
        """
        versions = self.versions
        if position != self.position + 1 or recorded_at <= self.recorded_at or version != versions.get(stream, 0) + 1:
            return False
        try:
            document = orjson.loads(state)
            if (type_name, *document["event"]) not in self._plain or b'"kc":"' in state:
                return False
            for other, seen in document.get("relied_on", _NOTHING).items():
                if seen > versions.get(other, 0):
                    return False
            if (
                document["stream"] != stream
                or document["version"] != version
                or document["recorded_at"] != recorded_at
                or document["command_id"] != command
                or orjson.dumps(document) != state
            ):
                return False
        except (KeyError, TypeError, AttributeError, ValueError):
            return False
        self.position, versions[stream], self.recorded_at = position, version, recorded_at
        return True

    def _row(
        self,
        position: int,
        stream: str,
        version: int,
        type_name: str,
        command: str,
        state: bytes,
        recorded_at: str,
    ) -> list[tuple[str, str, str]]:
        """What is wrong with one event: the check, and the sentence in both languages."""
        wrong = []
        if position != self.position + 1:
            zh, en = (
                f"前一位置为{self.position}，其间缺失",
                f"follows position {self.position}: what stood between is gone",
            )
            wrong.append(("position", zh, en))
        before = self.versions.get(stream, version - 1 if version in (0, 1) else 0)
        if version != before + 1:
            zh, en = f"前一版本为{before}，应为{before + 1}", f"follows version {before}, and should be {before + 1}"
            wrong.append(("version", zh, en))
        if recorded_at <= self.recorded_at:
            zh = f"记录时间不晚于前一条（{self.recorded_at}）"
            en = f"is not recorded later than the one before ({self.recorded_at})"
            wrong.append(("recorded-at", zh, en))
        self.position, self.versions[stream], self.recorded_at = position, version, recorded_at
        try:
            document = orjson.loads(state)
            if orjson.dumps(document) != state:
                wrong.append(("state", "所存字节不是本系统的写法", "its bytes are not as the register writes them"))
            found = document["stream"], document["version"], document["recorded_at"], document["command_id"]
            if found != (stream, version, recorded_at, command):
                wrong += _different(found, (stream, version, recorded_at, command))
            wrong += self._contents(stream, version, type_name, document, state)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            wrong.append(
                ("state", "所存内容不是一条记录", f"its bytes are no entry ({type(error).__name__}: {error})"[:200])
            )
        return wrong

    def _contents(
        self, stream: str, version: int, type_name: str, document: Mapping[str, Any], state: bytes
    ) -> Iterator[tuple[str, str, str]]:
        event = document["event"]
        shape = (type_name, *event)
        if shape not in self._shapes:
            wrong = _misshapen(type_name, event)
            if wrong is None:
                self._shapes.add(shape)
                if not type_name.endswith(_OF_TWO) and type_name not in _TELLING:
                    self._plain.add(shape)
            else:
                yield wrong
        for other, seen in document.get("relied_on", _NOTHING).items():
            if seen > self.versions.get(other, 0):
                yield "relied-on", f"所依据的{other}第{seen}版不存在", f"relies on {other} at version {seen}, not there"
        if type_name.endswith(_OF_TWO):
            yield from self._of_two(stream, version, document)
        elif type_name in _TELLING:
            self._told(stream, version, type_name, document)
        if b'"kc":"' in state:
            self.sealed.append((type_name, state))

    def _told(self, stream: str, version: int, type_name: str, document: Mapping[str, Any]) -> None:
        """What an entry says of other tables."""
        event = document["event"]
        if type_name == "document.recorded.v1":
            self.papers[event["sha256"]] = (f"{stream}/{version}", event["media_type"], event["size"])
        elif type_name == "register.opened.v1":
            self.simulated = self.simulated or bool(event.get("simulated"))
        elif type_name == "unit.personal-data-erased.v1":
            self.erased.add(UUID(event["subject"]))
        elif type_name == "register.content-destroyed.v1":
            for item in event["items"]:
                if "subject" in item:
                    self.erased.add(UUID(item["subject"]))
                if "digest" in item:
                    self.certified.setdefault(item["digest"], set()).add(document["command_id"])

    def _of_two(self, stream: str, version: int, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Acts of two persons: the digest is of what was proposed, and what is seconded is that."""
        event = document["event"]
        if "payload" in event:
            self.proposals[stream, version] = event["digest"]
            if event["digest"] != _digest_of_proposal(document, event):
                yield "digest", "提请的摘要不符", "the digest is not of what was proposed"
        elif self.proposals.get((stream, event["proposal"])) != event["digest"]:
            yield "digest", "附议的摘要与所提不符", "the digest is not of the proposal that it seconds"


def _different(found: tuple[Any, ...], columns: tuple[Any, ...]) -> Iterator[tuple[str, str, str]]:
    names = ("stream", "version", "recorded-at", "command-id")
    for name, stated, column in zip(names, found, columns, strict=True):
        if stated != column:
            yield name, f"列为{column}，所存内容为{stated}", f"the column says {column}, the bytes {stated}"


def _misshapen(type_name: str, event: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Why an event cannot be of its type, by the names of its fields."""
    fields = fields_of(type_name)
    if fields is None:
        return (
            None if type_name in UPCASTERS else ("type", "本程序不识别该类型", "is of no type that this program knows")
        )
    odd = sorted((event.keys() - fields.known) | (fields.needed - event.keys()))
    if not odd:
        return None
    return "type", f"内容与类型不符（{'、'.join(odd)}）", f"its fields are not those of its type ({', '.join(odd)})"


def _digest_of_proposal(document: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """As `casework.record.proposal_digest` makes it, from what is stored alone."""
    whole = {
        "actor": document["actor"],
        "at_version": event["at_version"],
        "effective_on": document["effective_on"],
        "payload": event["payload"],
        "stream": document["stream"],
        "type": event["type"],
    }
    return sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()
