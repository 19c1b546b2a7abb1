"""Waking up for new events, also when the notice or the whole connection is lost."""

from __future__ import annotations

import asyncio
import threading
import time

import psycopg

from services.register.append import append_sync
from services.register.listen import POLL, Listener, arrivals, wait_for_events
from tests.register.given import command
from tests.register.test_append_faults import kill_others


def append_later(database: str, seconds: float, *, kill: bool = False) -> threading.Thread:
    def act() -> None:
        time.sleep(seconds)
        with psycopg.connect(database, autocommit=True) as conn:
            if kill:
                kill_others(conn)
            append_sync(conn, [command()])

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_what_is_there_is_answered_at_once(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [command(count=2)])
        assert wait_for_events(conn, 0, 5) == 2
        assert wait_for_events(conn, 1, 5) == 2


def test_a_new_event_wakes_at_once(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        started = time.monotonic()
        thread = append_later(database, 0.1)
        assert wait_for_events(conn, 0, 5) == 1
        assert time.monotonic() - started < POLL / 2
        thread.join()


def test_nothing_new_ends_with_the_timeout(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        started = time.monotonic()
        assert wait_for_events(conn, 0, 0.2) == 0
        assert 0.2 <= time.monotonic() - started < POLL


def test_a_listener_whose_connection_is_killed_goes_on(database: str) -> None:
    with Listener(database) as listener:
        thread = append_later(database, 0.2, kill=True)
        assert listener.wait(0, 5) == 1
        thread.join()
        assert listener.wait(1, 0.1) == 1


def test_a_notice_that_never_comes_is_made_good_by_the_poll(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        row = conn.execute("SELECT pg_get_functiondef('register.append'::regproc)").fetchone()
        assert row
        conn.execute(row[0].replace("PERFORM pg_notify('register_events', '');", ""))
        started = time.monotonic()
        thread = append_later(database, 0.1)
        assert wait_for_events(conn, 0, 5) == 1
        assert time.monotonic() - started < 2 * POLL
        thread.join()


def test_arrivals_go_on_over_a_killed_connection(database: str) -> None:
    async def act() -> list[int]:
        heard = []
        append_later(database, 0.1)
        async for position in arrivals(database, 0):
            heard.append(position)
            if position == 1:
                append_later(database, 0.1, kill=True)
            if position >= 2:
                return heard
        raise AssertionError

    assert asyncio.run(asyncio.wait_for(act(), 10)) == [1, 2]
