"""`python -m deploy.journeys`: the way of an act through the modules, from where it comes in to the board.

A stay is a module of ours that the act enters: a function of it is called with the act in its hands, by any of the
names that it has on its way (request, event, entry, command, stored, row). Calls one after the other in one module
are one stay; coming back to a module from another is a new one. `services/casework`, the law, is pure and counts as
one module however many rules are asked; `events`, the vocabulary, is what the act is made of, and is not counted.
What is called by each journey is really done, on a register of the demonstration's one unit.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import TopicPartition
from psycopg_pool import AsyncConnectionPool
from starlette.types import ASGIApp, Message, Scope

from deploy.bench import units
from deploy.bench.databases import database, server
from deploy.demo.application import NATIONAL
from deploy.demo.load import store, whole
from deploy.demo.nationwide import CONSENT, awaits_consent
from deploy.demo.people import PROVINCE, system_for
from deploy.demo.script import Act, Telling
from deploy.demo.setting import Days, setting
from deploy.demo.world import Issued, World
from events.envelope import CHINA, Actor, Event
from events.governance.national import NationalDecided
from events.places import NATION
from events.registry import ENTRY_OF, encode
from events.unit.naming import UnitNamed
from events.unit.revocation import UnitConsentGiven
from events.words import ActorKind, Category, House, Level, NationalDecision, Role
from services.access.accounts import Account, issue
from services.casework.national.state import file_stream
from services.casework.pack import load_pack
from services.casework.record import canonical
from services.follower import step
from services.intake.carry import Province
from services.intake.message import REPORTED
from services.intake.nation import Intake, StoredMessage
from services.projector import run as projector
from services.projector.policy import Following
from services.publisher.signature import Signer
from services.publisher.wire import headers_of
from services.register.appender import Appender
from services.register.migrate import mark_simulated
from services.register.read import Raw, read_stream
from services.server import create_app
from services.settings import Settings
from services.vault import KeyFile

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parent.parent
_LAW, _COUNTED = "services/casework", ("services/", "projections/")
_AROUND = ("services/observability/",)
"""What looks on: logs, metrics and traces carry nothing further."""

_CARRIERS = frozenset(
    {
        "Request", "Incoming", "DecisionRequest", "Act", "Intent", "Command", "Job", "Packed", "Piece", "Answer",
        "Moved", "Repeated", "Stored", "Recorded", "Raw", "Happening", "History", "Batch", "Situation", "Decision",
        "Judgement",
    }
)  # fmt: skip
"""Classes of which an argument is the act, under one of its names; beside the event and its entry themselves."""


@dataclass(slots=True)
class Way:
    """The modules that an act enters while something is called under `followed`, in their order."""

    event: str
    """The class of the event that the act is."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    _code: dict[CodeType, str | None] = field(default_factory=dict)
    _frames: dict[int, FrameType] = field(default_factory=dict)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Look on, in this thread and those that it starts."""
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
            self._frames.clear()

    @property
    def stays(self) -> list[tuple[str, list[str]]]:
        """Each stay: the module, and its functions in the order in which they were called."""
        return [
            (module, list(dict.fromkeys(name for _, name in calls)))
            for module, calls in groupby(self.calls, key=lambda call: call[0])
        ]

    def _called(self, frame: FrameType, what: str, _argument: object) -> None:
        if what != "call" or id(frame) in self._frames:
            return
        code = frame.f_code
        module = self._code[code] if code in self._code else self._code.setdefault(code, _module(code))
        if module is None:
            return
        if code.co_flags & _RESUMED:  # each time that it goes on looks like a call: the frame is kept, and known
            self._frames[id(frame)] = frame
        given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if any(self._carries(frame.f_locals.get(name)) for name in given):
            self.calls.append((module, code.co_qualname))

    def _carries(self, value: object) -> bool:
        return self._is_act(value) or (isinstance(value, list | tuple) and bool(value) and self._is_act(value[0]))

    def _is_act(self, value: object) -> bool:
        name = type(value).__name__
        return name in (self.event, f"Entry[{self.event}]") or name in _CARRIERS


_RESUMED = 0x20 | 0x80 | 0x200
"""Flags of code that stops and goes on: generators, coroutines, both."""


def _module(code: CodeType) -> str | None:
    """The module of the code as stays count it; None where it is not counted."""
    try:
        path = Path(code.co_filename).relative_to(ROOT).as_posix()
    except ValueError:
        return None
    if not path.startswith(_COUNTED) or path.startswith(_AROUND) or code.co_name.startswith("<"):
        return None
    return f"{_LAW} (the law)" if path.startswith(_LAW) else path


@dataclass(frozen=True, slots=True)
class Journey:
    """What was followed, and the modules on its way."""

    name: str
    stays: Sequence[tuple[str, Sequence[str]]]

    @property
    def modules(self) -> int:
        """How many modules are on the way, each counted once."""
        return len({module for module, _ in self.stays})

    @property
    def returns(self) -> int:
        """How often the way comes back to a module that it had left."""
        return len(self.stays) - self.modules


@dataclass(frozen=True, slots=True)
class Place:
    """The register in which the journeys are made."""

    conninfo: str
    directory: Path
    days: Days

    @property
    def keys(self) -> KeyFile:
        """The register's own."""
        return KeyFile.at(self.directory / "key")

    def store(self, commands: Iterable[Issued]) -> None:
        """Store commands, and bring the projections up to them."""
        store(self.conninfo, self.keys, iter(commands), lambda _done: None)
        self.project()

    def project(self, *only: str) -> None:
        """Bring these projections up to the log, or all."""
        with projector.connected(self.conninfo) as conn:
            follower = projector.Projector(conn, self.conninfo, Following(PROVINCE, self.days.pack)).follower()

            def source() -> Iterator[tuple[Sequence[str], Sequence[Raw]]]:
                for names, raws in follower.source():
                    wanted = [name for name in names if name in only or not only]
                    if wanted:
                        yield wanted, raws

            while step(replace(follower, source=source)):
                pass

    async def posted(self, event: str, moment: datetime, who: Account, request: Request) -> Way:
        """The way of a request through the API and the projector."""
        with psycopg.connect(self.conninfo, autocommit=True) as conn:
            token = issue(conn, who, datetime.now(UTC) + timedelta(days=1))
        settings = Settings(data_dir=self.directory, key_file=self.directory / "key")
        app, way = create_app(settings, self.conninfo, lambda: moment), Way(event)
        async with app.router.lifespan_context(app):
            with way.followed():
                await _sent(app, replace(request, headers={**request.headers, "authorization": f"Bearer {token}"}))
        with way.followed():
            self.project("board")
        self.project()
        return way


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted to the API."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    status: int = 201
    """What it is answered with."""


async def _sent(app: ASGIApp, request: Request) -> None:
    """Post a request to the application in this process. Raises RuntimeError where the answer is another."""
    sent: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
    answered: list[Message] = []

    async def receive() -> Message:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answered.append(message)

    headers = {"content-type": "application/json", "idempotency-key": str(uuid4()), **request.headers}
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": request.path, "raw_path": request.path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    if answered[0]["status"] != request.status:
        raise RuntimeError(f"{request.path} was answered with {answered[0]['status']}: {answered[1]['body']!r}")


def journeys() -> list[Journey]:
    """A naming and a signal over HTTP to the board, a message that is none to its dead letter, and the nation's
    consent into the register of a province.
    """
    days = Days(TODAY, load_pack(units.PACK))
    telling = Telling(CONSENT, days.after(0, 4), days.until, Random(1), days.pack, punctual=True)  # noqa: S311 (repeats)
    awaits_consent(telling)
    script = sorted([*setting(days), *whole(telling)], key=lambda act: act.moment)
    at = next(n for n, act in enumerate(script) if act.stream == CONSENT.id and isinstance(act.event, UnitNamed))
    world = World("journeys", days.pack)
    before = list(world.commands(script[:at], script[at].moment))
    unit = world.states[CONSENT.id]
    # the unit's own life goes on after the naming, which is stored by the journey
    list(world.commands(script[at : at + 1], script[at].moment))
    after = list(world.commands(script[at + 1 :], days.until))
    with server() as own, database(own, purpose="journeys") as conninfo, TemporaryDirectory() as directory:
        mark_simulated(conninfo)
        place = Place(conninfo, Path(directory), days)
        projector.prepare(conninfo, days.pack, PROVINCE)
        place.store(before)
        return asyncio.run(_all(place, script[at], unit.version, after))


async def _all(place: Place, naming: Act, version: int, after: Sequence[Issued]) -> list[Journey]:
    named = await _named(place, naming, version)
    place.store(after)
    return [named, *await _reported(place), await _consented(place)]


async def _named(place: Place, naming: Act, version: int) -> Journey:
    if not isinstance(naming.event, Event):
        raise TypeError("the naming of the script follows from the state")
    body = naming.event.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    path = f"/api/v1/units/{CONSENT.id}/decisions/{naming.event.about.decision}"
    request = Request(path, orjson.dumps(body), {"if-match": f'"{version}"'})
    officer = Account(naming.who, ActorKind.OFFICER, None, "journeys")
    way = await place.posted("UnitNamed", naming.moment, officer, request)
    return Journey("a naming over HTTP → board", way.stays)


async def _reported(place: Place) -> list[Journey]:
    source = system_for(Category.WAGE_ARREARS, CONSENT.place)
    day = (place.days.today - timedelta(days=1)).isoformat()
    data = {
        "external_id": "LD-1", "category": "wage_arrears", "severity": 2, "occurred_on": day, "reported_on": day,
        "people": 5, "unit": {"code": CONSENT.code}, "summary": "反映迟发工资（示例）",
    }  # fmt: skip
    envelope = {"specversion": "1.0", "id": "1", "source": source.uri, "type": REPORTED, "data": data}
    structured = {"content-type": "application/cloudevents+json"}
    who = Account(source.id, ActorKind.SOURCE, None, "journeys")
    journeys = []
    for name, document, status in (
        ("a signal over HTTP → board", envelope, 201),
        ("a message that is no signal → dead letter", {**envelope, "id": "2", "data": {}}, 422),
    ):
        request = Request("/api/v1/signals", orjson.dumps(document), structured, status)
        way = await place.posted("UnitSignalRecorded", place.days.until, who, request)
        journeys.append(Journey(name, way.stays))
    return journeys


async def _consented(place: Place) -> Journey:
    """From the message of the nation's register, signed by it, to the board of the province."""
    nation, moment = uuid4(), place.days.until
    day = moment.astimezone(CHINA).date()
    consent = UnitConsentGiven(title=NATIONAL, document_number="示例国三方函〔2026〕3号")
    unit_version = _version(place.conninfo, CONSENT.id)
    decided = NationalDecided(
        province=PROVINCE, unit=CONSENT.id, seen_version=unit_version, decision=NationalDecision.GIVE_CONSENT,
        type=consent.about.type, event=canonical(consent), title=NATIONAL,
    )  # fmt: skip
    actor = Actor(
        id=uuid4(), kind=ActorKind.OFFICER, post="国家三方办公室（示例）", house=House.HR, level=Level.NATION,
        roles=(Role.APPROVER,), place=NATION,
    )  # fmt: skip
    command = uuid4()
    entry = ENTRY_OF[NationalDecided](
        stream=file_stream(PROVINCE, CONSENT.id), version=1, event=decided, recorded_at=moment, effective_on=day,
        actor=actor, command_id=command, correlation_id=command,
    )  # fmt: skip
    raw = Raw(1, entry.stream, 1, decided.about.type, moment, command, encode(entry))
    signer, headers = Signer.of(Ed25519PrivateKey.generate()), headers_of(nation, NATION, raw)
    signer.sign([raw], [headers])
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        place.conninfo, min_size=1, max_size=3, kwargs={"autocommit": True}, open=False
    )
    way = Way("UnitConsentGiven")
    async with pool, Appender(place.conninfo) as appender:
        province = Province(pool, appender, place.keys, place.days.pack, PROVINCE, lambda: moment)
        intake = Intake(province, None, "journeys", nation, signer.verifier)
        message = StoredMessage(raw.state, [*headers], str(raw.stream).encode(), 0)
        with way.followed():
            await intake.take(TopicPartition("journeys", 0), [message])
    if _version(place.conninfo, CONSENT.id) != unit_version + 1:
        raise RuntimeError("the consent was declined, not recorded")
    with way.followed():
        place.project("board")
    return Journey("the nation's consent → board of the province", way.stays)


def _version(conninfo: str, stream: UUID) -> int:
    with psycopg.connect(conninfo) as conn:
        return len(read_stream(conn, stream))


def table(found: Sequence[Journey]) -> str:
    """The journeys as a table of Markdown."""
    rows = [f"| {one.name} | {len(one.stays)} | {one.modules} | {one.returns} |" for one in found]
    return "\n".join(["| journey | stays | modules | returns |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m deploy.journeys", description=__doc__)
    parser.add_argument("--stays", action="store_true", help="every stay with its functions")
    shown = parser.parse_args().stays
    found = journeys()
    sys.stdout.write(table(found) + "\n")
    for journey in found if shown else ():
        sys.stdout.write(f"\n{journey.name}\n")
        for number, (module, functions) in enumerate(journey.stays, 1):
            sys.stdout.write(f"{number:4}. {module}: {', '.join(functions)}\n")
