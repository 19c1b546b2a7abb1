"""Who of the offices looked at a file stands beside it, for whoever may read it; nobody changes that."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from browsing import Browser
from world import World


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise whose file is looked at."""
    return served.register(37)


def test_an_officer_who_looks_is_written_down_once_and_the_unit_reads_it(served: World, unit: UUID) -> None:
    agent = Browser.of(served, "applicant-37")
    assert "还没有人看过" in agent.open(f"/units/{unit}/readers").text
    agent.open(f"/units/{unit}")
    assert "还没有人看过" in agent.open(f"/units/{unit}/readers").text, "the unit itself is not written down"
    officer = Browser.of(served, "county-hr-officer")
    for _ in range(3):
        officer.open(f"/units/{unit}")
    Browser.of(served, "auditor").open(f"/units/{unit}?version=1")
    with psycopg.connect(served.conninfo) as conn:
        posts = [
            post for (post,) in conn.execute("SELECT post FROM security.reads WHERE stream = %s ORDER BY id", (unit,))
        ]
    assert len(posts) == 2
    page = agent.open(f"/units/{unit}/readers").text
    assert all(post in page for post in posts)
    assert "Who looked" in agent.open(f"/units/{unit}/readers?lang=en").text


def test_others_read_neither_the_file_nor_who_looked(served: World, unit: UUID) -> None:
    for who in ("applicant-36", "430200-hr-officer"):
        page = Browser.of(served, who).open(f"/units/{unit}/readers").page
        assert page is not None
        assert page.status_code == 403


@pytest.mark.parametrize("statement", ["DELETE FROM security.reads", "UPDATE security.reads SET post = 'x'"])
def test_nobody_changes_who_looked(served: World, unit: UUID, statement: str) -> None:
    with psycopg.connect(served.conninfo) as conn, pytest.raises(psycopg.Error):
        conn.execute(statement.encode())
