"""Drafts of forms: saved, gone on with from the desk, theirs alone, sealed, and gone when they are sent."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from browsing import Browser
from world import World

SUMMARY = "示例：走访记了一半"


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise to follow up."""
    return served.register(38)


def kept(served: World) -> list[tuple[str, bytes]]:
    with psycopg.connect(served.conninfo) as conn:
        rows = conn.execute("SELECT address, sealed FROM accounts.drafts ORDER BY address").fetchall()
    return [(address, bytes(sealed)) for address, sealed in rows]


def test_a_draft_is_gone_on_with_from_the_desk_and_goes_when_it_is_sent(served: World, unit: UUID) -> None:
    path = f"/units/{unit}/decide/follow-up"
    officer = Browser.of(served, "county-hr-officer").open(path)
    officer.send("save", {"summary": SUMMARY})
    assert "草稿已存" in officer.text
    ((address, sealed),) = kept(served)
    assert address == path
    assert "走访".encode() not in sealed
    later = Browser.of(served, "county-hr-officer").open("/")
    assert "没填完的" in later.text
    assert path in later.text
    later.open(path)
    assert "这是你存的草稿" in later.text
    assert SUMMARY in later.text
    assert SUMMARY not in Browser.of(served, "province-hr-officer").open(path).text, "others read nothing of it"
    later.decide({"kind": "visit", "on": served.today.isoformat()})
    assert kept(served) == []
    assert SUMMARY in Browser.of(served, "county-hr-officer").open(f"/units/{unit}").text


def test_a_draft_that_is_not_wanted_is_forgotten(served: World, unit: UUID) -> None:
    path = f"/units/{unit}/decide/follow-up"
    officer = Browser.of(served, "county-hr-officer").open(path).send("save", {"summary": "示例：不要了"})
    discard = {"csrf": officer.sheet().values["csrf"], ".step": ["discard"]}
    assert officer.client.post(path, data=discard).headers["location"] == path
    assert kept(served) == []
    assert "不要了" not in officer.open(path).text


def test_a_draft_that_is_too_old_or_of_another_key_is_none(served: World, unit: UUID) -> None:
    path = f"/units/{unit}/decide/follow-up"
    officer = Browser.of(served, "county-hr-officer").open(path).send("save", {"summary": "示例：很久以前"})
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute("UPDATE accounts.drafts SET sealed = substr(sealed, 1, 60) || sealed")
        assert "很久以前" not in officer.open(path).text
        conn.execute("UPDATE accounts.drafts SET saved_at = saved_at - interval '31 days'")
    assert "没填完的" not in officer.open("/").text
    officer.open(path).send("save", {"summary": "示例：新的"})
    assert len(kept(served)) == 1
