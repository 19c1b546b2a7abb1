"""The views for reports: of the places that a login may see, and nothing beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from world import COUNTY, PREFECTURE, World

VIEWS = ("units", "titles", "duties", "acts")
PASSWORD = "fictional"


@pytest.fixture(scope="module")
def told(served: World) -> World:
    """A unit in publicity and one that is only registered."""
    served.to_publicity(1)
    served.register(2, industry="制造业")
    last = served.get("events?after=0&limit=2000").json()["position"]
    for name in ("units", "acts", "deadlines"):
        assert served.get(f"{name}?min_position={last}").status_code == 200
    return served


@contextmanager
def login(told: World, name: str, *places: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of a login that is a member of concord_bi and sees these places."""
    with psycopg.connect(told.conninfo, autocommit=True) as admin:
        who = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE concord_bi").format(who, sql.Literal(PASSWORD)))
        try:
            for place in places:
                admin.execute("INSERT INTO bi.rights VALUES (%s, %s)", [name, place])
            conninfo = make_conninfo(told.conninfo, user=name, password=PASSWORD)
            with psycopg.connect(conninfo, autocommit=True) as conn:
                yield conn
        finally:
            admin.execute(sql.SQL("DROP ROLE {}").format(who))


def _count(conn: psycopg.Connection[Any], view: str) -> int:
    found = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("bi", view))).fetchone()
    assert found is not None
    return int(found[0])


def test_a_login_reads_the_rows_of_its_places_and_no_others(told: World) -> None:
    with login(told, "concord_bi_county", COUNTY) as conn:
        rows = conn.execute("SELECT name, industry FROM bi.units ORDER BY name").fetchall()
        assert [name for name, _ in rows] == ["示例企业1号", "示例企业2号"]
        assert rows[1][1] == "制造业"
        ledger = told.get(f"ledgers/duties?place={COUNTY}&limit=500").json()["rows"]
        assert _count(conn, "duties") == len(ledger) > 0
        assert _count(conn, "acts") > 0
    for name, places, units in (
        ("concord_bi_prefecture", (PREFECTURE,), 2), ("concord_bi_all", ("430000",), 2),
        ("concord_bi_elsewhere", ("430200",), 0), ("concord_bi_none", (), 0),
    ):  # fmt: skip
        with login(told, name, *places) as conn:
            assert _count(conn, "units") == units, name
            assert (_count(conn, "acts") > 0) is (units > 0)


def test_a_login_reads_the_views_alone_and_writes_nothing(told: World) -> None:
    with login(told, "concord_bi_only", "430000") as conn:
        for statement in (
            "SELECT * FROM projections.board",
            "SELECT * FROM projections.deadlines",
            "SELECT * FROM register.events",
            "SELECT * FROM bi.rights",
            "INSERT INTO bi.rights VALUES (session_user, '000000')",
            "UPDATE bi.units SET name = 'x'",
            "SET ROLE concord_owner",
        ):
            with pytest.raises(psycopg.errors.Error):
                conn.execute(statement.encode())


def test_every_column_of_every_view_is_explained(told: World) -> None:
    query = """
        SELECT c.table_name, c.column_name FROM information_schema.columns AS c
        WHERE c.table_schema = 'bi' AND c.table_name = ANY (%s)
          AND col_description(format('bi.%%I', c.table_name)::regclass, c.ordinal_position) IS NULL"""
    with psycopg.connect(told.conninfo) as conn:
        assert conn.execute(query, [list(VIEWS)]).fetchall() == []


def test_the_views_hold_while_a_table_is_put_in_anothers_place(told: World) -> None:
    with login(told, "concord_bi_switch", COUNTY) as conn, psycopg.connect(told.conninfo) as admin:
        admin.execute("ALTER TABLE projections.board RENAME TO board_old")
        admin.execute("CREATE TABLE projections.board (LIKE projections.board_old)")
        admin.execute("GRANT SELECT ON projections.board TO concord_owner")
        admin.execute("DROP TABLE projections.board_old")
        admin.rollback()
        assert _count(conn, "units") == 2
