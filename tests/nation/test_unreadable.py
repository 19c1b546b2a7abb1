"""An event of a province that nobody can read: its province stops, its unit is away, its content stays inside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from services.follower import step
from services.nation.projector import Projector, prepare
from tests.casework.given import PACK
from tests.nation.instances import HUNAN, LOG, served

PERSON = "430104199001011234"
_ADD = """
    INSERT INTO nation.replica (place, position, stream, version, type, recorded_at, state)
    VALUES (%s, 1, %s, 1, %s, %s, %s)"""
_FEED = "INSERT INTO nation.feeds (place, log, position) VALUES (%s, %s, 1)"

EVENTS = {
    "of another shape": ("unit.registered.v1", f'{{"stream":"{PERSON}","event":{{"kind":"{PERSON}","{PERSON}":1}}}}'),
    "no JSON": ("unit.registered.v1", PERSON + "\x00{"),
    "of a newer program": ("unit.unheard-of.v9", f'{{"name":"{PERSON}"}}'),
}


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("event", EVENTS)
def test_nothing_of_it_is_shown_and_nothing_is_decided(event: str, anew: bool, database: str, tmp_path: Path) -> None:
    stream, (kind, state) = uuid4(), EVENTS[event]
    if not anew:
        prepare(database, PACK)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(_ADD, [HUNAN, stream, kind, datetime.now(UTC), state.encode()])
        conn.execute(_FEED, [HUNAN, LOG])
    if anew:
        prepare(database, PACK)
    with psycopg.connect(database, autocommit=True) as conn:
        step(Projector(conn, PACK).follower())
    with served(database, tmp_path) as nation:
        nation.sign_in("officer")
        nation.joined()
        page, board = nation.client.get(f"/national/{HUNAN}/units/{stream}"), nation.client.get("/national")
        asked = {"document_number": "示例命名〔2025〕1号"}
        decided = nation.post("approver", f"provinces/{HUNAN}/units/{stream}/decisions/name", asked, at=1)
        told = nation.client.get(
            "/api/v1/national/provinces", headers={"Authorization": f"Bearer {nation.tokens['officer']}"}
        )
    assert (page.status_code, decided.status_code, decided.json()["code"]) == (503, 503, "unavailable")
    assert [one["status"] for one in told.json()["provinces"]] == ["unfolded"]
    assert kind in board.text
    assert all(PERSON not in answer.text for answer in (page, board, decided, told))
