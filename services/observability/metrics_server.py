"""A process without an API of its own, watched over HTTP: `/metrics` and `/readyz` on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson

from services.observability import metrics

Checks = Mapping[str, object]


def watched(port: int, ready: Callable[[], tuple[bool, Checks]]) -> ThreadingHTTPServer:
    """Serve both in a thread; `ready` is asked again each time, and says what is away. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, *metrics.exposition(self.headers.get("Accept", "")))
            elif self.path == "/readyz":
                well, checks = ready()
                self._answer(200 if well else 503, orjson.dumps({"ready": well, **checks}), "application/json")
            else:
                self._answer(404, b"", "text/plain")

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged of who looks."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="watched", daemon=True).start()
    return server
