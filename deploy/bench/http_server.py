"""The API process of the benchmark: the application as it is served, and beside it one route that decides nothing."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn
from fastapi import Request, Response

from services.http.context import account
from services.observability import logs
from services.server import create_app
from services.settings import Settings

CONSTANT = "/bench/constant"
_ANSWER = b'{"answer":"' + b"0" * 1_000 + b'"}'
"""About as long as the answer to a command."""


def serve(conninfo: str, directory: Path, listening: socket.socket) -> None:
    """Serve HTTP on a listening socket until told to stop (SIGTERM), as `concord serve api` does."""
    settings = Settings(
        data_dir=directory, log_level="warning", token_rate=0, address_rate=0, failure_rate=0, streams_of_one=500,
        header_seconds=60,
    )  # fmt: skip
    logs.configure(settings)
    app = create_app(settings, conninfo)
    app.add_api_route(CONSTANT, _constant, methods=["POST"])
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_config=None, access_log=False)
    uvicorn.Server(config).run([listening])


async def _constant(request: Request) -> Response:
    await account(request)
    return Response(_ANSWER, 200, media_type="application/json")
