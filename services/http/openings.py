"""That sealed fields are opened is written down, and committed, before anything is in clear text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from fastapi import Request

from events.envelope import Entry, Event
from services.errors import Unavailable
from services.http.readers import Reader
from services.http.refusals import address_of

_NOTE: LiteralString = "SELECT security.note_opening(%s, %s, %s, %s, %s, %s, %s)"


async def note_opening(
    conn: psycopg.AsyncConnection[Any],
    request: Request,
    who: Reader,
    entry: Entry[Event],
    paths: Sequence[str],
    reason: str,
) -> None:
    """Who opens which fields of an entry, in which posts and for which reason. Raises Unavailable."""
    posts = "、".join(one.post for one in who.posts) or who.kind.zh
    noted = (who.holder, posts, address_of(request), entry.stream, entry.version, list(paths), reason)
    try:
        await conn.execute(_NOTE, noted)
    except psycopg.Error as error:
        raise Unavailable("the record of what is opened") from error
