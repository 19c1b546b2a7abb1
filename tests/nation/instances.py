"""A nation and a province of it for tests: lives in the province, officers at the nation, and the replica between."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx2
import psycopg
import uvicorn
from psycopg import sql
from psycopg.conninfo import make_conninfo

from events.envelope import Entry, Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.governance.policy import PolicyAdopted
from events.registry import ENTRY_OF, encode
from events.unit.revocation import UnitConsentRequested
from events.words import ActorKind, Category, House, Level, Role
from services.access import accounts
from services.access.accounts import Account
from services.casework.pack import Pack
from services.casework.policy.state import policy_stream
from services.casework.province.state import province_stream
from services.follower import step
from services.nation.projector import Projector
from services.nation.rebuild import rebuild
from services.server import create_app
from services.settings import Settings
from tests.casework.given import NATIONAL, PACK, SYSTEM, Life, desk, signal, source
from tests.casework.stages import life_at
from tests.projections.histories import store

HUNAN, HUBEI, GUANGDONG = "430000", "420000", "440000"
LOG = uuid5(NAMESPACE_URL, "concord:test-log-430000")
PEOPLE = {
    "administrator": Role.ADMINISTRATOR,
    "officer": Role.OFFICER,
    "approver": Role.APPROVER,
    "union": Role.OFFICER,
}

_NUMBERS = itertools.count(1)
_COPIED = "SELECT position, stream, version, type, recorded_at, state FROM register.events ORDER BY position"
KEPT = """
    INSERT INTO nation.replica (place, position, stream, version, type, recorded_at, state)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


@contextmanager
def cloned(server: str, template: str) -> Iterator[str]:
    """A migrated, empty database beside the test's own."""
    name = f"concord_nation_{os.getpid()}_{next(_NUMBERS)}"
    with closing(psycopg.connect(server, autocommit=True)) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        yield make_conninfo(server, dbname=name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def recorded(stream: UUID, version: int, event: Event) -> Entry[Event]:
    """An entry by the system itself, recorded now."""
    command = uuid4()
    return ENTRY_OF[type(event)](
        stream=stream, version=version, event=event, recorded_at=datetime.now(UTC), effective_on=date(2020, 1, 1),
        actor=SYSTEM, command_id=command, correlation_id=command,
    )  # fmt: skip


def officers(conninfo: str) -> dict[str, str]:
    """Officers at the nation, and a provincial approver; their tokens."""
    holders: list[Account] = []
    entries: list[Entry[Event]] = []
    for name, role in PEOPLE.items():
        holders.append(_officer(entries, name, role, Level.NATION, "000000"))
    holders.append(_officer(entries, "provincial", Role.APPROVER, Level.PROVINCE, HUNAN))
    store(conninfo, entries)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        tokens = accounts.issue_many(conn, holders, datetime.now(UTC) + timedelta(days=2))
    return dict(zip([*PEOPLE, "provincial"], tokens, strict=True))


def _officer(entries: list[Entry[Event]], name: str, role: Role, level: Level, place: str) -> Account:
    holder = uuid5(NAMESPACE_URL, f"concord:test-nation:{name}")
    held = OfficerAppointed(
        post=f"{level.zh}{role.zh}（示例）",
        house=None if role is Role.ADMINISTRATOR else House.UNION if name == "union" else House.HR,
        level=level,
        place=place,
        roles=(role,),
        from_=date(2020, 1, 1),
    )
    entries += [recorded(holder, 1, OfficerRegistered()), recorded(holder, 2, held)]
    return Account(holder, ActorKind.OFFICER, None, name)


@dataclass
class Nation:
    """A served register of the nation, and the tokens of its officers."""

    client: httpx2.Client
    tokens: dict[str, str]
    conninfo: str

    def post(self, who: str, path: str, body: Any, *, at: int | None = None, key: str | None = None) -> httpx2.Response:
        """Ask for something; `at` is the version that it is decided at."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": key or str(uuid4())}
        if at is not None:
            headers["If-Match"] = f'"{at}"'
        return self.client.post(f"/api/v1/national/{path}", json=body, headers=headers)

    def sign_in(self, who: str) -> None:
        """Let the client sign in on a page as somebody."""
        answer = self.client.post(
            "/sign-in", data={"token": self.tokens[who]}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code == 303, answer.text

    def joined(self, place: str = HUNAN, log: UUID = LOG, key: str = "a" * 64) -> None:
        """Take a province in."""
        body = {"log": str(log), "key": key, "name": "省登记册（示例）"}
        answer = self.post("administrator", f"provinces/{place}/decisions/join", body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["stream"] == str(province_stream(place))

    def decide(self, life: Life, decision: str, body: Any, **more: Any) -> httpx2.Response:
        """Decide on a unit of Hunan as it is told, as the nation's approver unless said otherwise."""
        who, at = more.pop("who", "approver"), more.pop("at", life.unit.version)
        return self.post(who, f"provinces/{HUNAN}/units/{life.unit.id}/decisions/{decision}", body, at=at, **more)


@contextmanager
def served(conninfo: str, directory: Path, level: Literal["provincial", "national"] = "national") -> Iterator[Nation]:
    """The API over a register, as the nation's or as a province's."""
    tokens = officers(conninfo)
    settings = Settings(data_dir=directory, level=level)
    config = uvicorn.Config(create_app(settings, conninfo), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the API did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield Nation(client, tokens, conninfo)
    server.should_exit = True
    thread.join(20)


def adopted(place: str, pack: Pack, from_: date, version: int = 1) -> Entry[Event]:
    """A place adopts a pack from a day on."""
    event = PolicyAdopted(pack=pack.id, pack_version=pack.version, digest=pack.digest, from_=from_)
    return recorded(policy_stream(place), version, event)


def replicate(province: str, nation: str, place: str = HUNAN) -> None:
    """Bring the nation's replica of a province up to its log."""
    with psycopg.connect(province) as theirs, psycopg.connect(nation, autocommit=True) as ours:
        rows = theirs.execute(_COPIED).fetchall()
        with ours.cursor() as cursor:
            cursor.executemany(KEPT, [(place, *row) for row in rows])


def projected(nation: str, place: str, log: UUID, lives: list[Life]) -> None:
    """Put lives into the replica as a province's whole log, with its feed; then make the national board anew."""
    entries = [entry for life in lives for entry in life.unit.entries]
    with psycopg.connect(nation) as conn:
        for position, one in enumerate(entries, 1):
            row = (one.stream, one.version, one.event.about.type, one.recorded_at, encode(one))
            conn.execute(KEPT, [place, position, *row])
        conn.execute("INSERT INTO nation.feeds (place, log, position) VALUES (%s, %s, %s)", [place, log, len(entries)])
    rebuild(nation, PACK, processes=1)


def nominated(n: int = 1) -> Life:
    """A unit that waits for the nation to name it."""
    return life_at("nominated", NATIONAL, n=n)


def consent_awaited(n: int = 2) -> Life:
    """A national model unit whose province has asked for consent to revoke its title."""
    life = life_at("heard", NATIONAL, n=n)
    asked = UnitConsentRequested(title=NATIONAL, document_number="示例请示〔2025〕3号")
    life.act(date(2025, 6, 25), desk(Level.PROVINCE), asked)
    return life


def named(n: int) -> Life:
    """A national model unit with a petition that nobody has assessed."""
    life = life_at("enjoying", NATIONAL, n=n)
    petition(life, date(2025, 7, n))
    return life


def all_folded(conninfo: str) -> None:
    """Let the nation's projector take in what the replicas hold."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        projector = Projector(conn, PACK)
        while step(projector.follower()):
            pass


def petition(life: Life, day: date) -> None:
    """A mass petition, which stops whatever is under way."""
    sender = source()
    life.act(day, sender, signal(sender, day, Category.MASS_PETITION, people=60, number="示例-群体访"))
