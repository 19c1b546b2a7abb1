"""A proxy before the database that can lose an answer, as a network does."""

from __future__ import annotations

import asyncio
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK = 65_536


class Proxy:
    """Passes bytes both ways until `lose` is set: then the next answer is dropped and its connection cut."""

    def __init__(self, conninfo: str) -> None:
        self._target = conninfo_to_dict(conninfo)
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        self.lose = False
        self.lost = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, *(one.wait_closed() for one in self._writers), return_exceptions=True)

    @property
    def conninfo(self) -> str:
        if self._server is None:
            raise RuntimeError("not started")
        port = self._server.sockets[0].getsockname()[1]
        return make_conninfo(**{**self._target, "host": "127.0.0.1", "port": port, "sslmode": "disable"})

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = str(self._target.get("host", "localhost")), int(self._target.get("port") or 5432)
        if host.startswith("/"):
            answers, questions = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            answers, questions = await asyncio.open_connection(host, port)
        self._writers += [writer, questions]
        self._tasks += [
            asyncio.create_task(self._pass(reader, questions)),
            asyncio.create_task(self._answer(answers, writer, questions)),
        ]

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
        target.close()

    async def _answer(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(CHUNK):
            if self.lose:
                self.lose = False
                self.lost += 1
                back.close()
                break
            target.write(data)
            await target.drain()
        target.close()
