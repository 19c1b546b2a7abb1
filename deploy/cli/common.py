"""What the commands share: the settings of this checkout, the database, JSON or words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.console import Console

from deploy import embedded
from events.words import UnitKind
from services.casework.unit.registration import unit_id
from services.errors import Unavailable
from services.intake.message import is_credit_code
from services.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where `.concord` lies unless CONCORD_DATA_DIR says otherwise."""

Json = Annotated[bool, typer.Option("--json", help="print JSON for scripts")]
printed = Console(highlight=False)


def settings() -> Settings:
    """The settings, with the data directory absolute."""
    given = load()
    return given.model_copy(update={"data_dir": (ROOT / given.data_dir).resolve()})


def database(given: Settings) -> str:
    """The database's address: the one that is set, or the embedded server of the data directory, started if need be."""
    if given.database_url is not None:
        return given.database_url.get_secret_value()
    return embedded.start(given.data_dir).url


def existing_database(given: Settings) -> str:
    """As `database`, but a register has to be there already. Raises Unavailable."""
    if given.database_url is None and not (given.data_dir / "cluster").exists():
        raise Unavailable(f"a register under {given.data_dir} (./concord demo makes one)")
    return database(given)


def out(document: Any) -> None:
    """Print a JSON document on one line of standard output."""
    sys.stdout.write(orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")
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
            return unit_id(UnitKind.ENTERPRISE, text)
    raise typer.BadParameter("a unit is named by its id (UUID) or an enterprise's credit code")
