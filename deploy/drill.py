"""Drills: a register is lost and brought back, and what that cost is measured.

A drill destroys only what it made itself. It follows docs/how-to/backup-and-restore.md step by step, with the functions
that the commands call.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import psycopg

from deploy import branching
from deploy.backup import Manifest, backup, restore
from deploy.bench import units
from deploy.bench.databases import database
from deploy.deciding import deciding
from deploy.demo.province_pack import province_pack
from events.governance.register import RegisterBranched
from events.person import identity_number
from services import genesis
from services.casework.pack import Pack, load_pack
from services.errors import Unavailable
from services.follower import follow
from services.publisher import positions
from services.publisher import run as publisher
from services.publisher.positions import NotThisLogError
from services.publisher.signature import signer_of
from services.publisher.topics import topic_of
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import branches, last_position
from services.vault import KeyFile

WRITES: Final = 200
"""Commands acknowledged after the backup: what the loss costs."""

PATIENCE: Final = 600.0
"""Seconds for a publisher to carry out all there is."""

TRIES: Final = 6
"""Times that the genesis is gone on with where the register did not answer in time."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a loss and its mending cost. Times are seconds.

    `rpo` is the age of the oldest acknowledged work that the backup did not hold when the register was lost, `lost` how
    many entries that were; `rto` is the time from the loss to the first command that the restored register took, with
    all of it verified, its branch begun and told. `resent` counts the lost commands that clients sent again, each
    stored once. `branch_after` is the last position that the two logs share; None where nobody else held the lost one.
    """

    place: str
    entries: int
    backup: float
    rpo: float
    lost: int
    restore: float
    branch: float
    branch_after: int | None
    rto: float
    resent: int
    findings: int

    @property
    def well(self) -> bool:
        """Whether all that was promised held."""
        return self.findings == 0 and self.resent == self.lost and self.branch_after in (None, self.entries)


def drill(
    server: str, places: Sequence[str], entries: int, bootstrap: str | None, say: Say = lambda _doing: None
) -> list[Drilled]:
    """Lose new registers of these places, with about so many entries each, at one moment, and restore them beside each
    other, on databases of the server that are gone afterwards; with a broker, registers whose events others hold.

    Raises Unavailable, psycopg's and Kafka's errors, and RuntimeError where a step does not come to its end.
    """
    all_of_them = threading.Barrier(len(places))

    def one(place: str) -> Drilled:
        try:
            return _drilled(server, place, entries, bootstrap, lambda doing: say(f"{place}: {doing}"), all_of_them)
        except BaseException:
            all_of_them.abort()  # nobody waits for what does not come
            raise

    with ThreadPoolExecutor(len(places)) as threads:
        begun = [threads.submit(one, place) for place in places]
    failures = [failure for found in begun if (failure := found.exception()) is not None]
    for failure in failures:
        if not isinstance(failure, threading.BrokenBarrierError):
            raise failure
    return [found.result() for found in begun]


def _drilled(
    server: str, place: str, entries: int, bootstrap: str | None, say: Say, all_of_them: threading.Barrier
) -> Drilled:
    """The drill of one register, which is lost when all of them are."""
    with tempfile.TemporaryDirectory(prefix="concord-drill-") as folder:
        home = Path(folder)
        keys, pack = KeyFile.at(home / "key"), _pack(place, home)
        topic = f"drill.{uuid4().hex[:12]}.{topic_of(place)}" if bootstrap else ""
        with database(server, purpose="drill") as lost:
            say("filling")
            streams = units.load(lost, entries // units.LENGTH)
            asyncio.run(_opened(lost, keys, pack, place))
            if bootstrap:
                say("publishing")
                with _publishing(lost, bootstrap, place, topic, keys):
                    _until_published(lost, topic)
            say("backing up")
            began = time.monotonic()
            made = backup(lost, home / "backup", place)
            backed_up = time.monotonic()
            say("going on")
            commands = [_visit(stream) for stream in streams[:WRITES]]
            _append(lost, commands)
            if bootstrap:
                with _publishing(lost, bootstrap, place, topic, keys):
                    _until_published(lost, topic)
            all_of_them.wait()
        gone = time.monotonic()
        with database(server, migrated=False, purpose="drill") as found:
            say("restoring")
            _, verified = restore(found, home / "backup", keys)
            restored = time.monotonic()
            say("branching")
            after = _branched(found, bootstrap, place, pack, topic, keys, made) if bootstrap else None
            branched = time.monotonic()
            _append(found, commands[:1])
            first = time.monotonic()
            say("sending again")
            resent = 1 + _append(found, commands[1:])
        return Drilled(
            place=place, entries=made.position, backup=backed_up - began, rpo=gone - began, lost=len(commands),
            restore=restored - gone, branch=branched - restored, branch_after=after, rto=first - gone, resent=resent,
            findings=len(verified.findings),
        )  # fmt: skip


def _pack(place: str, home: Path) -> Pack:
    """A pack of that place."""
    shipped = load_pack()
    return shipped if shipped.place == place else province_pack(home / "packs", place)


async def _opened(conninfo: str, keys: KeyFile, pack: Pack, place: str) -> None:
    """The genesis of a register whose clock is made up, by persons who do not exist."""
    persons = [genesis.Founder(_number(serial)) for serial in range(1, 6)]
    founders = genesis.Founders(tuple(persons[:3]), tuple(persons[3:]))
    async with deciding(conninfo, keys, pack, place) as decisions:
        for last in (*[False] * (TRIES - 1), True):
            try:
                await genesis.begin(decisions, founders, simulated=True)
                return
            except Unavailable:  # the disk is busy with the other registers; what is stored is found
                if last:
                    raise


def _number(serial: int) -> str:
    """The identity number of nobody, born in 1900."""
    for digit in "0123456789X":
        try:
            return identity_number(f"11010119000101{serial:03d}{digit}")
        except ValueError:
            continue
    raise AssertionError(serial)


def _visit(stream: UUID) -> Command:
    """An ordinary command: one entry after those that its unit has."""
    command = uuid4()
    return Command(
        command, command.bytes * 2, {stream: units.LENGTH},
        (units.entry(stream, units.LENGTH + 1, units.followed_up(), command, datetime.now(UTC)),),
    )  # fmt: skip


def _append(conninfo: str, commands: Sequence[Command]) -> int:
    """Append one after the other, each acknowledged before the next; how many were new."""
    new = 0
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for command in commands:
            (stored,) = append_sync(conn, [command])
            if isinstance(stored, Exception):
                raise stored
            new += not stored.repeated
    return new


@contextmanager
def _publishing(conninfo: str, bootstrap: str, place: str, topic: str, keys: KeyFile) -> Iterator[None]:
    """A publisher beside, which comes to its end before this goes on."""
    stop, failed = threading.Event(), list[Exception]()

    def work() -> None:
        try:
            follow(publisher.process(conninfo, bootstrap, place, topic, keys, poll_seconds=0.1), stop.is_set)
        except Exception as error:  # noqa: BLE001 - told where it is waited for
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    if failed:
        raise failed[0]


def _until_published(conninfo: str, topic: str) -> None:
    until = time.monotonic() + PATIENCE
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while positions.published(conn, topic) != last_position(conn):
            if time.monotonic() > until:
                raise RuntimeError(f"not everything was published within {PATIENCE:.0f} s")
            time.sleep(0.05)


def _branched(conninfo: str, bootstrap: str, place: str, pack: Pack, topic: str, keys: KeyFile, made: Manifest) -> int:
    """The restored register's publisher refuses, its operator begins a branch, and it goes on; after which position."""
    try:
        follow(publisher.process(conninfo, bootstrap, place, topic, keys), lambda: False)
    except NotThisLogError:
        pass
    else:
        raise RuntimeError(f"a register restored to {made.position} went on as if it had published nothing more")
    with psycopg.connect(conninfo, autocommit=True) as conn:
        of = branches(conn)[-1][1]
        event = branching.branch_of(conn, bootstrap, topic, signer_of(conn, keys).verifier, of, "演练：由备份恢复")
    asyncio.run(_recorded(conninfo, keys, pack, place, event))
    with _publishing(conninfo, bootstrap, place, topic, keys):
        _until_published(conninfo, topic)
    return event.after


async def _recorded(conninfo: str, keys: KeyFile, pack: Pack, place: str, event: RegisterBranched) -> None:
    async with deciding(conninfo, keys, pack, place) as decisions:
        await branching.record(decisions, event)
