"""The outbox: what the log and the days give rise to is queued, and each channel hands over what is due.

A letter is rebuilt from its entry at each try, so that what was voided meanwhile is not told. Between a server's
answer and its keeping a crash may send a letter twice: it has the same number and Message-ID both times.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, LiteralString
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
import structlog
from eventsourcing.persistence import Tracking
from psycopg.errors import UndefinedTable

from events.envelope import CHINA, Entry, Event
from events.sealed import Sealed
from events.sentences import sentence
from services import vault
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.stream import fold
from services.casework.unit.state import Unit
from services.decisions import Clock
from services.errors import ConcordError
from services.follower import AWAY, Control, Follower, Lane, Process, StandbyError
from services.letters.letter import LETTERS, Letter, letter_of, reminder_of
from services.letters.rendering import as_pdf
from services.observability.logs import error_text
from services.outbox import messages
from services.outbox.channels import Handing, Mail, NotTaken, Parcel, Platform, Print, handed
from services.outbox.messages import Channel, Message
from services.publisher.positions import LOCKS
from services.register import read
from services.register.read import Recorded
from services.register.recorder import track, tracked
from services.settings import Settings
from services.vault import KeyFile

NAME: Final = "outbox"
BATCH: Final = 500
"""Most entries taken at once."""

MOST_AT_ONCE: Final = 20
STEP_SECONDS: Final = 15.0
"""Letters that a channel hands over in one round, and the time after which it begins no further one."""

REMINDER_SECONDS: Final = 60.0
"""Between two looks at what units owe soon."""

OUTBOX: Final = uuid5(NAMESPACE_URL, "concord:outbox")
_POST: Final = "寄送程序"
"""Who opens an address, and as what, in the record of what was opened."""

_NOTE: LiteralString = "SELECT security.note_opening(%s, %s, %s, %s, %s, %s, %s)"
_CAUSE: Final = re.compile(r"entry/([1-9][0-9]*)|duty/(.+)/([0-9]{4}-[0-9]{2}-[0-9]{2})")

log = structlog.get_logger(NAME)


@dataclass(frozen=True, slots=True)
class Ways:
    """The channels that are set, and what each needs; `pages` is where the register's pages are from outside."""

    pages: str
    mail: tuple[str, str] | None = None
    platform: tuple[str, bytes] | None = None
    folder: Path | None = None
    reminder_days: int = 3

    @property
    def channels(self) -> list[str]:
        """Their names."""
        given = {Channel.MAIL: self.mail, Channel.PLATFORM: self.platform, Channel.PRINT: self.folder}
        return [channel.value for channel, way in given.items() if way is not None]


def ways_of(settings: Settings) -> Ways:
    """The channels that are set."""
    mail, url, secret = settings.mail, settings.platform_url, settings.platform_secret
    return Ways(
        pages=settings.pages_url,
        mail=(mail.get_secret_value(), settings.mail_from) if mail is not None else None,
        platform=(url, secret.get_secret_value().encode()) if url is not None and secret is not None else None,
        folder=settings.print_folder,
        reminder_days=settings.reminder_days,
    )


class NoLetterLeft(ConcordError):
    """What the letter is about is over or was voided."""


@dataclass(slots=True)
class Outbox:
    """Owns the connection on which messages are queued and settled."""

    conn: psycopg.Connection[Any]
    keys: KeyFile
    ways: Ways
    pack: Pack
    place: str
    clock: Clock
    _reminded: float | None = None
    _standing: Mapping[str, str | None] = field(default_factory=dict)

    def follower(self) -> Follower[str, Any]:
        """The log and the days into the queue; the queue out by each channel."""
        return Follower(self._source, self._sink, self._lanes)

    @property
    def today(self) -> date:
        """The day that it is in China."""
        return self.clock().astimezone(CHINA).date()

    # --- into the queue

    def _source(self) -> Iterator[tuple[str, Sequence[Any]]]:
        after, head = tracked(self.conn, NAME), read.last_position(self.conn)
        found = read.tail(self.conn, after, BATCH, list(LETTERS))
        if found:
            yield NAME, found
        elif head > after:
            track(self.conn, Tracking(NAME, head))
        if self._reminded is None or time.monotonic() - self._reminded > REMINDER_SECONDS:
            last = self.today + timedelta(days=self.ways.reminder_days)
            messages.remind(self.conn, self.today, last, self.ways.channels)
            self._reminded = time.monotonic()
        for channel in self.ways.channels:
            if waiting := messages.due(self.conn, channel, MOST_AT_ONCE):
                yield channel, waiting

    def _sink(self, lane: str, items: Sequence[Any]) -> int:
        return self._queue(items) if lane == NAME else self._hand_over(items)

    def _queue(self, found: Sequence[Recorded]) -> int:
        with self.conn.transaction():
            track(self.conn, Tracking(NAME, found[-1].position))
            causes = [(one.entry.stream, f"entry/{one.entry.version}") for one in found]
            messages.queue(self.conn, causes, self.ways.channels)
        return len(found)

    # --- and out

    def _hand_over(self, waiting: Sequence[Message]) -> int:
        """Hand over what is due on a channel, as far as the time of a round goes; a server that is away is left."""
        done, until = 0, time.monotonic() + STEP_SECONDS
        for message in waiting:
            try:
                proof = handed(self._handing(message))
            except NoLetterLeft as error:
                messages.ended(self.conn, message.number, "settled", str(error))
            except NoAddress as error:
                messages.ended(self.conn, message.number, "unaddressed", str(error))
            except NotTaken as error:
                self._not_taken(message, error)
                if error.away:
                    break
            except AWAY:
                raise
            except Exception as error:  # noqa: BLE001 (one letter that cannot be made keeps no other back)
                self._not_taken(message, NotTaken(error_text(error)))
            else:
                messages.sent(self.conn, message.number, proof)
                done += 1
            if time.monotonic() >= until:
                break
        return done

    def _not_taken(self, message: Message, error: NotTaken) -> None:
        log.warning("not taken", number=message.number, channel=message.channel, why=error.why)
        if error.final:
            messages.ended(self.conn, message.number, "given_up", error.why)
        else:
            messages.failed(self.conn, message.number, error.why)

    def _handing(self, message: Message) -> Handing:
        """The letter, rebuilt, and the way it takes. Raises NothingToTell, NoAddress."""
        unit, packs = self._unit(message.unit), self._packs()
        letter = self._letter(unit, message.cause, packs)
        link = f"{self.ways.pages}/units/{unit.id}"
        parcel = Parcel(message.number, unit.id, message.cause, letter, as_pdf(letter), link, self.clock())
        if message.channel == Channel.MAIL and self.ways.mail is not None:
            server, sender = self.ways.mail
            return Mail(server, sender, self._address(unit, letter), parcel)
        if message.channel == Channel.PLATFORM and self.ways.platform is not None:
            return Platform(*self.ways.platform, parcel)
        if self.ways.folder is None:
            raise NoAddress("this channel is not set any more")
        return Print(self.ways.folder, parcel)

    def _letter(self, unit: Unit, cause: str, packs: Packs) -> Letter:
        found = _CAUSE.fullmatch(cause)
        if found is None:
            raise NoLetterLeft(f"no such cause: {cause[:80]}")
        if found[1] is None:
            owed = (one for one in obligations(unit, packs) if one.key == found[2] and one.due.isoformat() == found[3])
            duty = next(owed, None)
            if duty is None:
                raise NoLetterLeft("it is owed no more, or by another day")
            return reminder_of(unit, duty, packs.on(self.today), self.today)
        version = int(found[1])
        if version > unit.version or version in unit.voided:
            raise NoLetterLeft("the entry was voided")
        entry = unit.entries[version - 1]
        pack = packs.on(entry.day)
        letter = letter_of(unit, entry, sentence(entry.event, "zh", pack.label), pack, self.ways.pages)
        if letter is None:
            raise NoLetterLeft("no letter is on such entries")
        return letter

    def _address(self, unit: Unit, letter: Letter) -> str:
        """Where the unit's mail goes, opened for this one letter, which is written down first. Raises NoAddress."""
        entry = next((one for one in reversed(unit.entries) if _has_mail(one, unit)), None)
        if entry is None:
            raise NoAddress("the unit gave no mail address")
        reason = f"寄送{letter.heading}"
        self.conn.execute(_NOTE, (OUTBOX, _POST, None, unit.id, entry.version, ["mail"], reason))
        keys = vault.fetch(self.conn, self.keys, vault.needed(entry))
        clear = vault.clear_of(vault.open_entry(entry, keys)).get("mail")
        if clear is None:
            raise NoAddress("the mail address was erased")
        return clear

    def _unit(self, stream: UUID) -> Unit:
        unit: Unit = fold(KINDS["unit"], stream, [one.entry for one in read.read_stream(self.conn, stream)])
        return unit

    def _packs(self) -> Packs:
        stream = policy_stream(self.place)
        policy = fold(KINDS["policy"], stream, [one.entry for one in read.read_stream(self.conn, stream)])
        return Packs.of(policy if isinstance(policy, Policy) and policy.version else None, self.pack)

    # --- how it stands

    def _lanes(self) -> list[Lane]:
        said = {one.channel: one for one in messages.standing(self.conn, self.ways.channels)}
        lanes = [Lane("log", tracked(self.conn, NAME))]
        for channel in self.ways.channels:
            one, error = said.get(channel), None
            if one is not None and (one.given_up or one.failing):
                error = f"{one.given_up} given up, {one.failing} tried again: {one.error}"
            lanes.append(Lane(channel, None, error=error))
        return lanes


class NoAddress(ConcordError):
    """The unit cannot be reached this way."""


def _has_mail(entry: Entry[Event], unit: Unit) -> bool:
    return isinstance(getattr(entry.event, "mail", None), Sealed) and entry.version not in unit.voided


def process(
    conninfo: str, keys: KeyFile, ways: Ways, pack: Pack, place: str, clock: Clock, *, poll_seconds: float = 1.0
) -> Process:
    """Brings letters to units from its first start on; while another process does, it stands by."""

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, Any]]:
        with psycopg.connect(conninfo, autocommit=True, application_name="concord outbox") as conn:
            held = conn.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCKS, NAME]).fetchone()
            if held != (True,):
                raise StandbyError("delivering (another process is at work)")
            yield Outbox(conn, keys, ways, pack, place, clock).follower()

    def prepared() -> None:
        """What happened before the first start is told to nobody."""
        with psycopg.connect(conninfo, autocommit=True) as conn:
            head = read.last_position(conn)
            if not tracked(conn, NAME) and head:
                track(conn, Tracking(NAME, head))

    # before a projector has made the deadlines there is nothing to remind of
    return Process(
        NAME, conninfo, opened, prepare=prepared, channels=("register_events",), poll_seconds=poll_seconds,
        away=(*AWAY, UndefinedTable), long_steps=60.0,
    )  # fmt: skip
