"""A small store that speaks S3, in the test's own process: it computes the signature of every request itself, from the
documentation of AWS, and takes none that does not carry it.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

BUCKET, REGION, KEY, SECRET = "papers", "cn-example-1", "EXAMPLEKEY", "example/secret+of=the-test"


@dataclass
class S3:
    """What lies in the bucket, by its key; whether the store is away; what it refused, and why."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    away: bool = False
    page: int = 2
    refused: list[str] = field(default_factory=list)


@contextmanager
def s3() -> Iterator[S3]:
    """The store, on a port of its own."""
    kept = S3()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"kept": kept}))
    server.daemon_threads = True
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    kept: S3
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.kept.away:
            self._say(503, _error("SlowDown"))
        elif why := self._wrong(body):
            self.kept.refused.append(why)
            self._say(403, _error(why))
        else:
            self._do(body)

    def _do(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path)[1:].partition("/")
        if bucket != BUCKET:
            self._say(404, _error("NoSuchBucket"))
        elif self.command == "PUT":
            self.kept.objects[key] = body
            self._say(200)
        elif self.command == "DELETE":
            self.kept.objects.pop(key, None)
            self._say(204)
        elif not key:
            self._say(200, self._list(dict(parse_qsl(parts.query, keep_blank_values=True))))
        elif key in self.kept.objects:
            self._say(200, self.kept.objects[key])
        else:
            self._say(404, _error("NoSuchKey"))

    def _list(self, asked: dict[str, str]) -> bytes:
        assert asked["list-type"] == "2"
        after = b64decode(asked["continuation-token"]).decode() if "continuation-token" in asked else ""
        keys = sorted(key for key in self.kept.objects if key.startswith(asked["prefix"]) and key > after)
        page, more = keys[: self.kept.page], len(keys) > self.kept.page
        token = (
            f"<NextContinuationToken>{b64encode(page[-1].encode()).decode()}</NextContinuationToken>" if more else ""
        )
        rows = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>"
            for key in page
        )
        of_s3 = "http://s3.amazonaws.com/doc/2006-03-01/"
        return f'<?xml version="1.0"?><ListBucketResult xmlns="{of_s3}">{rows}{token}</ListBucketResult>'.encode()

    def _wrong(self, body: bytes) -> str:
        """Why the request is not signed as it has to be; empty where it is."""
        algorithm, _, rest = self.headers.get("Authorization", "").partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if algorithm != "AWS4-HMAC-SHA256" or given.keys() != {"Credential", "SignedHeaders", "Signature"}:
            return "AuthorizationHeaderMalformed"
        who, day, region, service, end = given["Credential"].split("/")
        if (who, region, service, end) != (KEY, REGION, "s3", "aws4_request"):
            return "InvalidAccessKeyId"
        at = self.headers["x-amz-date"]
        late = abs(datetime.now(UTC) - datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
        if not at.startswith(day) or late > timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        if self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        names = given["SignedHeaders"].split(";")
        if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names) or names != sorted(names):
            return "AccessDenied"
        parts = urlsplit(self.path)
        pairs = sorted((_uri(k), _uri(v)) for k, v in parse_qsl(parts.query, keep_blank_values=True))
        canonical = [self.command, "/".join(map(_uri, unquote(parts.path).split("/"))), "&".join(map("=".join, pairs))]
        canonical += [f"{name}:{self.headers[name].strip()}" for name in names]
        canonical += ["", given["SignedHeaders"], self.headers["x-amz-content-sha256"]]
        digest = hashlib.sha256("\n".join(canonical).encode("utf-8")).hexdigest()
        key = ("AWS4" + SECRET).encode("utf-8")
        for part in (day, REGION, "s3", "aws4_request"):
            key = hmac.new(key, part.encode("utf-8"), hashlib.sha256).digest()
        to_sign = f"AWS4-HMAC-SHA256\n{at}\n{day}/{REGION}/s3/aws4_request\n{digest}"
        signature = hmac.new(key, to_sign.encode("utf-8"), hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(signature, given["Signature"]) else "SignatureDoesNotMatch"

    def _say(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _uri(text: str) -> str:
    return quote(text, safe="-._~")


def _error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code></Error>'.encode()
