"""One request and its answer, over a connection that is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 60.0
"""Seconds for an answer: longer than the register itself waits for anything."""

TRIES = 3
"""How often a request is sent over a new connection where the kept one broke; every command has its key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is sent; `who` is the name of the token that it carries."""

    method: str
    path: str
    who: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def key(self) -> str | None:
        """Its idempotency key."""
        return self.headers.get("Idempotency-Key")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def document(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def position(self) -> int | None:
        """`X-Position`, where the answer has one."""
        given = self.headers.get("x-position", "")
        return int(given) if given.isdigit() else None


class Line:
    """A connection to the register that is opened again where it broke; not for two threads at once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{url} is no address of a register (http://host:port)")
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._where, self._base = parts.netloc, parts.path.rstrip("/")
        self._open: HTTPConnection | None = None

    def send(self, asked: Asked) -> Answer:
        """The answer. Raises OSError or HTTPException where none comes."""
        for left in reversed(range(TRIES)):
            try:
                return self._once(asked)
            except (OSError, HTTPException):
                self.close()
                if not left:
                    raise
        raise AssertionError

    def _once(self, asked: Asked) -> Answer:
        if self._open is None:
            self._open = self._connect(self._where, timeout=TIMEOUT)
        self._open.request(asked.method, self._base + asked.path, asked.body, dict(asked.headers))
        answer = self._open.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read())

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None
