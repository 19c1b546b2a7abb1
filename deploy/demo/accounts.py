"""Tokens for the people of the demonstration, and the document in which a client finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg import Connection

from deploy.demo.people import PROVINCE, PUBLIC, SYSTEMS, Person, officers
from deploy.demo.script import Profile
from deploy.demo.stories import NEW, STORIES, TOWNSHIP
from events.places import NATION, PLACES
from events.words import ActorKind, Role, UnitKind
from services.access.accounts import Account, issue_many

if TYPE_CHECKING:
    from deploy.demo.load import Loaded

SHOWN_PREFECTURES, SHOWN_COUNTIES = ("430100", "430300"), ("430102", "430302", "430304")
"""The prefectures and counties whose officers get tokens; every told story lies in them, or right beside."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An account before it has its token: what the document says of it, and for whom the token speaks."""

    key: str
    holder: UUID
    kind: ActorKind
    zh: str
    en: str
    place: str
    roles: tuple[Role, ...] = ()
    house: str | None = None
    level: str | None = None
    unit: UUID | None = None


def accounts(conn: Connection[Any], loaded: Loaded, expires_at: datetime, *, base: str = "") -> dict[str, Any]:
    """Issue a token to everybody shown; the document for a client, whose `base` is the server's URL.

    Every call issues new tokens; those of earlier calls hold until they expire.
    """
    return {
        "base": base,
        "expires_at": expires_at.isoformat(),
        "accounts": tokens(conn, tuple(everybody()), expires_at),
        "stories": {
            str(number): {"unit": str(line.unit), "zh": line.zh, "en": line.en}
            for number, line in loaded.stories.items()
        },
        "new_unit": {
            "unit": str(NEW.id), "kind": NEW.kind.value, "name": NEW.name, "code": NEW.code, "place": NEW.place,
            "ownership": NEW.ownership, "industry": NEW.industry, "headcount": NEW.headcount,
        },
    }  # fmt: skip


def tokens(conn: Connection[Any], shown: Sequence[Shown], expires_at: datetime) -> dict[str, Any]:
    """Issue a token to each; what the document says of them, by key."""
    issued = issue_many(conn, [Account(one.holder, one.kind, one.unit, one.zh) for one in shown], expires_at)
    return {one.key: _document(one, token) for one, token in zip(shown, issued, strict=True)}


def everybody() -> Iterator[Shown]:
    """All who get a token: officers, sources, the public, the units of the stories and a new one."""
    yield from (officer(person) for person in officers() if _is_shown(person))
    for system in SYSTEMS:
        key = "source-" + system.system.value.replace("_", "-")
        yield Shown(key, system.id, ActorKind.SOURCE, system.name, f"{system.system.en} (example)", PROVINCE)
    yield Shown("public", PUBLIC.id, ActorKind.PUBLIC, ActorKind.PUBLIC.zh, ActorKind.PUBLIC.en, NATION)
    for story in STORIES:
        yield from _agents(f"story-{story.number}-{{}}", story.unit)
    yield from _agents("story-3-township-{}", TOWNSHIP)
    yield from _agents("{}-new", NEW)


def _is_shown(person: Person) -> bool:
    return person.place in (NATION, PROVINCE, *SHOWN_PREFECTURES, *SHOWN_COUNTIES)


def officer(person: Person) -> Shown:
    """The account of an officer."""
    return Shown(
        person.key, person.id, ActorKind.OFFICER, person.post, person.post_en, person.place, person.roles,
        person.house, person.level,
    )  # fmt: skip


def _agents(pattern: str, unit: Profile) -> Iterator[Shown]:
    wanted = [("applicant", unit.agent, Role.APPLICANT, "经办人", "agent")]
    if unit.kind is UnitKind.ENTERPRISE:
        wanted.append(("union", unit.union, Role.UNIT_UNION, "工会", "union"))
    for name, holder, role, zh, en in wanted:
        yield Shown(
            pattern.format(name), holder, ActorKind.APPLICANT, f"{unit.name}{zh}",
            f"{en} of the unit {unit.code}, {PLACES[unit.place].en}", unit.place, (role,), unit=unit.id,
        )  # fmt: skip


def _document(one: Shown, token: str) -> dict[str, Any]:
    document = {
        "token": token, "holder": str(one.holder), "kind": one.kind.value, "post": one.zh, "place": one.place,
        "house": one.house, "level": one.level, "roles": [role.value for role in one.roles],
        "label_zh": one.zh, "label_en": one.en,
    }  # fmt: skip
    return document if one.unit is None else document | {"unit": str(one.unit)}
