"""One POST to somebody else's server: a deadline for each piece of an answer, and a way to end it from outside."""

from __future__ import annotations

import hmac
import socket
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from services.observability.logs import error_text

TIMEOUT_SECONDS: Final = 10.0
"""For connecting, and for each piece of an answer."""


def signature(secret: bytes, body: bytes, at: int) -> str:
    """The value of `Concord-Signature`."""
    return f"t={at},v1={hmac.new(secret, b'%d.' % at + body, sha256).hexdigest()}"


@dataclass(slots=True)
class Post:
    """A body on its way to an address. Redirects are not followed."""

    url: str
    body: bytes
    headers: dict[str, str]
    status: int | None = None
    connection: HTTPConnection | None = None

    def send(self) -> str | None:
        """Why it was not taken; None where it was answered with 2xx."""
        try:
            parts = urlsplit(self.url)
            connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            self.connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)
            self.connection.request("POST", path, self.body, self.headers)
            self.status = self.connection.getresponse().status
        except Exception as error:  # noqa: BLE001 (whatever an address or a receiver brings about is that receiver's)
            return error_text(error)
        finally:
            if self.connection is not None:
                self.connection.close()
        return None if 200 <= self.status < 300 else f"answered {self.status}"

    def cut_off(self) -> None:
        """End it: the thread that waits for an answer gets none."""
        if self.connection is not None and self.connection.sock is not None:
            with suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)
