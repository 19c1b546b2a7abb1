"""A connection that calls one prepared statement, driven by the running event loop.

psycopg's cursor costs about 0.15 ms a call on an event loop, half of what an append may take; this
keeps psycopg's connection and libpq, and leaves out what lies between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult

_STATEMENT = b"concord"


class LostError(Exception):
    """The connection broke; what was under way may or may not have happened."""


def raised(result: PGresult) -> None:
    """Raise the error that a result stands for, as psycopg would; nothing where it is none."""
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    message = (result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"no answer").decode("utf-8", "replace")
    if not state or state.startswith(("08", "57P", "25006")):
        raise LostError(message)
    raise psycopg.errors.lookup(state)(message)


class Link:
    """One prepared statement on one connection; one call at a time."""

    def __init__(self, conn: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        self._conn = conn
        self._pgconn = conn.pgconn
        self._socket = conn.fileno()
        self._loop = asyncio.get_running_loop()
        self._results: list[PGresult] = []
        self._answer: asyncio.Future[PGresult] | None = None
        self._loop.add_reader(self._socket, self._readable)

    @classmethod
    async def open(cls, conninfo: str, options: str, statement: bytes, types: Sequence[int]) -> Self:
        """Connect and prepare. Raises LostError where that fails."""
        try:
            conn = await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True, options=options, connect_timeout=5, application_name="concord append"
            )
        except psycopg.OperationalError as error:
            raise LostError(str(error)) from error
        link = cls(conn)
        try:
            link._pgconn.send_prepare(_STATEMENT, statement, types)
            raised(await link._finished())
        except BaseException:
            await link.close()
            raise
        return link

    async def call(self, parameters: Sequence[bytes], formats: Sequence[int]) -> PGresult:
        """The result of the statement. Raises LostError, and psycopg's errors as the server names them."""
        try:
            self._pgconn.send_query_prepared(_STATEMENT, parameters, formats, Format.BINARY)
        except psycopg.OperationalError as error:
            raise LostError(str(error)) from error
        result = await self._finished()
        raised(result)
        return result

    async def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        await self._conn.close()

    async def _finished(self) -> PGresult:
        self._answer = self._loop.create_future()
        self._writable()
        return await self._answer

    def _writable(self) -> None:
        try:
            unsent = self._pgconn.flush()
        except psycopg.OperationalError as error:
            self._lost(error)
            return
        if unsent:
            self._loop.add_writer(self._socket, self._writable)
        else:
            self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        try:
            self._pgconn.consume_input()
            while self._answer is not None and not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is None:
                    self._done()
                    return
                self._results.append(result)
        except psycopg.OperationalError as error:
            self._lost(error)

    def _done(self) -> None:
        answer, results = self._answer, self._results
        self._answer, self._results = None, []
        if answer is not None and not answer.done():
            if results:
                answer.set_result(results[0])
            else:
                answer.set_exception(LostError("the connection ended without an answer"))

    def _lost(self, error: psycopg.OperationalError) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LostError(str(error)))
