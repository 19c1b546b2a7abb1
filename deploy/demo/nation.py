"""The nation of the demonstration: its instance, three provinces' instances and 28 simulated ones, over one broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.demo.accounts import officer, tokens
from deploy.demo.generator import PACKS, SEED, log_of, signer
from deploy.demo.instance import Instance, free_ports, serve, write_private
from deploy.demo.load import FORM, store
from deploy.demo.other_provinces import REAL, SIMULATED, elsewhere, script
from deploy.demo.people import PROVINCE, Person, founders, houses
from deploy.demo.prepared import expiry
from deploy.demo.province_pack import province_pack
from deploy.demo.script import Act
from deploy.demo.setting import Days, opening
from deploy.demo.world import World
from deploy.supervise import Supervisor
from events.envelope import CHINA
from events.places import NATION, PLACES
from events.words import Level, Role
from services.errors import Unavailable
from services.projector.rebuild import rebuild
from services.publisher.signature import signer_of
from services.publisher.topics import ensure, topic_of
from services.register.migrate import migrate
from services.register.read import last_position, log_id
from services.vault import KeyFile

SIMULATED_UNITS = 8
"""Units of a simulated province, beside its parts in story 8."""

OF_A_PROVINCE = (("projector",), ("publisher",), ("intake", "--from-nation"))
OF_HUNAN = (*OF_A_PROVINCE, ("timekeeper",), ("intake",))
OF_THE_NATION = (("projector",), ("projector", "--national"), ("publisher",), ("replicator",))

STORY = {"8": {"unit": "", "path": "/national", "zh": "三十一省互检", "en": "31 provinces check one another"}}


class Identity(NamedTuple):
    """What others pin of a register."""

    log: str
    key: str


@dataclass(frozen=True, slots=True)
class Nation:
    """The nation's instance, the provinces' own ones with Hunan first, and how the others are simulated."""

    national: Instance
    provinces: tuple[Instance, ...]
    day: date
    told: Path

    @property
    def hunan(self) -> Instance:
        """The province whose pages the demonstration shows."""
        return self.provinces[0]

    def identities(self) -> dict[str, Identity]:
        """By its code, of every province which log it is, and which key signs it."""
        logs = {place: log_of(place, self.day, SIMULATED_UNITS) for place in SIMULATED}
        found = {place: Identity(str(log), signer(log).key) for place, log in logs.items()}
        return dict(sorted((found | {one.place: identity(one) for one in self.provinces}).items()))

    def simulated(self) -> dict[str, dict[str, Any]]:
        """Log, position and digest of every simulated province; nothing before the generator has said it."""
        return orjson.loads(self.told.read_bytes()) if self.told.exists() else {}


def identity(instance: Instance) -> Identity:
    """Which log a register is, and which key signs it."""
    keys = KeyFile.at(instance.directory / "key")
    with psycopg.connect(instance.database, autocommit=True) as conn:
        return Identity(str(log_id(conn)), signer_of(conn, keys).key)


def officers() -> tuple[Person, ...]:
    """Everybody at the nation, its founders first: they appoint the others, and take provinces in."""
    auditor = Person("nation-auditor", Level.NATION, NATION, Role.AUDITOR)
    return (*founders(Level.NATION, NATION), *houses(Level.NATION, NATION), auditor)


def prepared(hunan: Instance) -> Nation:
    """All registers with what they begin with, now or at an earlier start.

    Raises Unavailable where Hunan's was loaded before it knew its part of the story, and what psycopg raises.
    """
    if "8" not in hunan.accounts()["stories"]:
        raise Unavailable("story 8 in this demonstration (an earlier version loaded it; --reset begins anew)")
    home = hunan.directory / "nation"
    home.mkdir(mode=0o700, exist_ok=True)
    day, packs = _day(home / "nation.json"), home / PACKS
    for place in SIMULATED:
        province_pack(packs, place)
    shared = replace(hunan, topic=topic_of(PROVINCE), packs=packs)
    pack = province_pack(packs, NATION)
    days = Days(day, pack)
    world, first = World(f"{FORM}:{NATION}:{day}", pack, NATION), opening(days, NATION, officers())
    national = _register(shared, home, officers(), first, world, days.until, STORY)
    others = [_province(shared, home, place, units, day) for place, units in REAL.items()]
    return Nation(national, (shared, *others), day, home / "simulated.json")


def _day(note: Path) -> date:
    """The day up to which all histories are told: that of the first start. Raises Unavailable."""
    if not note.exists():
        write_private(note, {"form": FORM, "day": datetime.now(CHINA).date()})
    known = orjson.loads(note.read_bytes())
    if known.get("form") != FORM:
        raise Unavailable("the nation's demonstration (of another edition: --reset begins anew)")
    return date.fromisoformat(known["day"])


def _province(hunan: Instance, home: Path, place: str, units: int, day: date) -> Instance:
    province = elsewhere(place, units, day, province_pack(home / PACKS, place))
    acts = script(province, SEED)
    return _register(hunan, home, province.officers, acts, province.world(), province.days.until, {})


def _register(
    hunan: Instance,
    home: Path,
    people: Sequence[Person],
    acts: Sequence[Act],
    world: World,
    until: datetime,
    stories: dict[str, Any],
) -> Instance:
    """A register in a database of its own beside Hunan's; loaded once, whole or not at all."""
    place = world.place
    instance = replace(
        hunan, place=place, pack=world.pack.id, directory=home / place,
        database=_database(hunan.database, f"concord_{place}"),
        level="national" if place == NATION else "provincial", topic=topic_of(place),
    )  # fmt: skip
    instance.directory.mkdir(mode=0o700, exist_ok=True)
    migrate(instance.database)
    if instance.accounts_file.exists():
        return instance
    commands = world.commands(acts, until)
    store(instance.database, KeyFile.at(instance.directory / "key"), commands, lambda _done: None)
    rebuild(instance.database, None, world.pack, place)
    expires = expiry()
    with psycopg.connect(instance.database, autocommit=True) as conn:
        known = tokens(conn, [officer(person) for person in people], expires)
    document = {"base": "", "expires_at": expires.isoformat(), "accounts": known, "stories": stories}
    write_private(instance.accounts_file, document)
    return instance


def _database(beside: str, name: str) -> str:
    """The address of a database of that name in the same cluster, made where it is missing."""
    with psycopg.connect(beside, autocommit=True) as conn:
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return make_conninfo(beside, dbname=name)


def started(nation: Nation, supervisor: Supervisor, port: int, rate: float) -> Nation:
    """Start every process: Hunan from that port on, the nation after it, then the others and the generator."""
    if nation.national.kafka is not None:
        ensure(nation.national.kafka, nation.national.topic)  # before a province's intake looks for it
    ports = iter(free_ports(nation.hunan.host, port, 1 + len(nation.provinces)))
    hunan = serve(nation.hunan, supervisor, next(ports), OF_HUNAN)
    national = serve(nation.national, supervisor, next(ports), OF_THE_NATION)
    others = [serve(one, supervisor, next(ports), OF_A_PROVINCE) for one in nation.provinces[1:]]
    words = ("--day", nation.day.isoformat(), "--rate", str(rate), "--told", str(nation.told))
    nation.told.unlink(missing_ok=True)
    supervisor.start("provinces", "demo-provinces", *words, environment=national.environment)
    return replace(nation, national=national, provinces=(hunan, *others))


def named(place: str) -> str:
    """How a province calls its register when it joins."""
    return f"{PLACES[place].zh}和谐劳动关系登记簿（示例）"


def events_of(instance: Instance) -> int:
    """How many events the register holds."""
    with psycopg.connect(instance.database, autocommit=True) as conn:
        return last_position(conn)
