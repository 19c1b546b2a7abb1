"""What the commands share: the settings of this checkout, the database, JSON or words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import psycopg
import typer

from deploy import clock, embedded, terminal
from deploy.deciding import deciding as into
from deploy.logins import as_process
from services.casework.kinds import KINDS
from services.casework.pack import DEFAULT_PACK, NoSuchPack, Pack, load_pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.register.state import Register, register_stream
from services.casework.stream import State, fold
from services.casework.unit.registration import is_credit_code, unit_id
from services.decisions import Decisions
from services.errors import ConcordError, Unavailable
from services.register import read
from services.register.migrate import migrate
from services.settings import Settings, in_production, load
from services.vault import KeyFile

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where `.concord` lies unless CONCORD_DATA_DIR says otherwise."""

Json = Annotated[bool, typer.Option("--json", help="print JSON for scripts")]
printed = terminal.Plain()


def settings() -> Settings:
    """The settings, with the data directory absolute."""
    given = load()
    return given.model_copy(update={"data_dir": (ROOT / given.data_dir).resolve()})


def database(given: Settings) -> str:
    """The database's address: the one that is set, or the embedded server of the data directory, started if need be."""
    if given.database_url is not None:
        return given.database_url.get_secret_value()
    return embedded.start(given.data_dir).url


def process_database(given: Settings, process: str) -> str:
    """The address that a process of `concord serve` connects to: that which is set, else as its own login of the
    embedded server, brought up to this program's schema.
    """
    conninfo = database(given)
    if given.database_url is not None:
        return conninfo
    migrate(conninfo)
    return as_process(conninfo, process)


def existing_database(given: Settings) -> str:
    """As `database`, but a register has to be there already. Raises Unavailable."""
    if given.database_url is None and not (given.data_dir / "cluster").exists():
        raise Unavailable(f"a register under {given.data_dir} (./concord demo makes one)")
    return database(given)


def pack(given: Settings) -> Pack:
    """The pack that judges until the register adopts one. Raises Unavailable where it is not here."""
    try:
        return load_pack(given.pack or DEFAULT_PACK)
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack of CONCORD_PACK ({error})") from error


def packs(conn: psycopg.Connection[Any], given: Settings) -> Packs:
    """The pack in force on each day in the register, as adopted so far."""
    policy = state(conn, "policy", policy_stream(given.place))
    return Packs.of(policy if isinstance(policy, Policy) else None, pack(given))


def state(conn: psycopg.Connection[Any], kind: str, stream: UUID) -> State:
    """A stream as it is now; of version 0 where there is none."""
    found: State = fold(KINDS[kind], stream, [one.entry for one in read.read_stream(conn, stream)])
    return found


class SimulatedError(ConcordError):
    """A register whose clock was made up is not served in production (T-15)."""

    code = "simulated"

    def __str__(self) -> str:
        return "this register is not served: its clock was simulated, it is a demonstration for ever"


def refuse_simulated(given: Settings, conninfo: str) -> None:
    """A register whose clock was made up is not served in production (T-15). Raises SimulatedError."""
    if not in_production(given):
        return
    with psycopg.connect(conninfo, autocommit=True) as conn:
        register = state(conn, "register", register_stream(given.place))
    if isinstance(register, Register) and register.simulated:
        raise SimulatedError


class ClockError(ConcordError):
    """A clock of its own beside a register that was not made with one, or under production settings."""

    code = "clock"

    def __str__(self) -> str:
        return "a clock that is moved by hand is for the demonstration that was made with it, and for nothing else"


def refuse_clock(given: Settings, conninfo: str) -> None:
    """A clock of its own has the demonstration that was made with it, and no other register. Raises ClockError."""
    if not (given.data_dir / clock.FILE).exists():
        return
    with psycopg.connect(conninfo, autocommit=True) as conn:
        if in_production(given) or not read.is_simulated(conn):
            raise ClockError


def streams_of(conn: psycopg.Connection[Any], kind: str) -> Iterator[UUID]:
    """Every stream of a kind, in the order of ids."""
    after = read.FIRST_STREAM
    while page := read.stream_ids(conn, kind, after):
        yield from page
        after = page[-1]


def deciding(given: Settings, conninfo: str) -> AbstractAsyncContextManager[Decisions]:
    """The way into the register for a command of its own, closed at the end."""
    keys = KeyFile.at(given.key_file or given.data_dir / "key")
    return into(conninfo, keys, pack(given), given.place, clock.clock_of(given.data_dir))


def key_file(given: Settings) -> KeyFile | None:
    """The key file where there is one; unlike `KeyFile.at`, none is made."""
    path = given.key_file or given.data_dir / "key"
    return KeyFile.at(path) if path.exists() else None


def out(document: Any) -> None:
    """Print a JSON document on one line of standard output."""
    terminal.line(orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode())
    sys.stdout.flush()


def identifier(text: str) -> UUID:
    """An id (UUID). Raises typer.BadParameter."""
    try:
        return UUID(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no id (UUID)") from error


def unit_argument(text: str) -> UUID:
    """A unit by its id, or an enterprise by its credit code. Raises typer.BadParameter."""
    try:
        return UUID(text)
    except ValueError:
        if is_credit_code(text):
            return unit_id(text, "")
    raise typer.BadParameter("a unit is named by its id (UUID) or an enterprise's credit code")
