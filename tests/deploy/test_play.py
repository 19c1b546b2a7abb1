"""The random client on a small register made for it: kept words are no news, and every planted breach is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import pytest

from deploy.play.bodies import Bodies, wrong
from deploy.play.exchange import Answer
from deploy.play.game import Player, Tally, Token
from deploy.play.interface import interface
from deploy.play.words import Positions, problem_is_told
from services.api.openapi import openapi_document
from services.server import create_app
from services.settings import Settings
from tests.checker.told import PACK

COMMANDS = 120
THING = "3f0e9a1c-7d55-4c1e-8b1f-0d2a6f5b9c11"
EVENT = {
    "position": 1, "type": "thing.noted.v1", "stream": THING, "version": 1, "recorded_at": "2026-11-26T00:00:00Z",
    "event": {"text": "示例"}, "actor": {"id": THING, "kind": "officer"},
}  # fmt: skip
PLANTED = (
    "fails", "refuses what it offers", "takes what it refuses", "replays otherwise", "tells no rule",
    "answers in plain text", "steps back", "takes two at one version", "forgets keys",
)  # fmt: skip
OPENAPI = {
    "paths": {
        "/api/v1/things/{stream}/decisions/note": {
            "post": {
                "tags": ["thing"],
                "parameters": [{"name": "If-Match", "in": "header", "required": True}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Noted"}}}},
            }
        },
        "/api/v1/things/{stream}/decisions/end": {
            "post": {
                "tags": ["thing"],
                "parameters": [{"name": "If-Match", "in": "header", "required": True}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Noted"}}}},
            }
        },
        "/api/v1/things": {"get": {"parameters": []}},
        "/api/v1/things/{stream}": {"get": {"parameters": []}},
        "/api/v1/things/{stream}/decisions": {"get": {"tags": ["thing"], "parameters": []}},
        "/api/v1/others": {"post": {}},
    },
    "components": {
        "schemas": {"Noted": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}}
    },
}


@dataclass
class Small:
    """A register of one thing that can be noted on by who bears a token; `planted` is what it does wrong."""

    planted: str | None = None
    version: int = 0
    keys: dict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def decide(self, decision: str, body: bytes, match: str, key: str) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, document and headers of a command."""
        known = self.keys.get(key)
        if known is not None and self.planted != "forgets keys":
            if known[0] != body:
                return 422, {"code": "idempotency-key-reused"}, {}
            told = {} if self.planted == "replays otherwise" else known[1]
            return 201, told, {"Idempotency-Replayed": "true"}
        fits = match == f'"{self.version}"' or (known is not None and self.planted == "forgets keys")
        if not fits and self.planted != "takes two at one version":
            return 412, {"code": "stale", "expected": 0, "current": self.version, "since": []}, {}
        text = _text(body)
        if text is None:
            return 422, {"code": "malformed", "errors": [{"pointer": "/text", "zh": "应为文本", "en": "a text"}]}, {}
        barred = decision == "end" and self.planted != "takes what it refuses"
        if barred or self.planted == "refuses what it offers":
            refusals = (
                [] if self.planted == "tells no rule" else [{"rule": "X-01", "zh": "否", "en": "no", "needs": {}}]
            )
            refusals = [one | {"needs": {"zh": "是", "en": "yes"}} for one in refusals]
            return 409, {"code": "refused", "rule": "X-01", "refusals": refusals}, {}
        self.version += 1
        stored = {"stream": THING, "version": self.version, "events": []}
        self.keys[key] = body, stored
        position = 1 if self.planted == "steps back" else self.version
        return 201, stored, {"X-Position": str(position)}


def _text(body: bytes) -> str | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    fits = isinstance(document, dict) and document.keys() == {"text"} and isinstance(document["text"], str)
    return document["text"] if fits else None


class Handler(BaseHTTPRequestHandler):
    """Speaks for the small register of its server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        small = self.server.small
        document = reading(small).get(self.path.partition("?")[0])
        if document is not None:
            self.answer(200, document, {"X-Position": str(small.version)})
        elif small.planted == "fails":
            self.answer(500, {"code": "error"}, {})
        else:
            self.answer(404, {"code": "not-found"}, {})

    def do_POST(self) -> None:
        small, body = self.server.small, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key, match = self.headers.get("Idempotency-Key", ""), self.headers.get("If-Match", "")
        *_, stream, _, decision = self.path.partition("?")[0].split("/")
        if self.headers.get("Authorization") != "Bearer secret":
            self.answer(401, {"code": "unauthorised"}, {})
        elif stream != THING or decision not in ("note", "end"):
            self.answer(404, {"code": "not-found"}, {})
        elif not 1 <= len(key) <= 200:
            self.answer(400, {"code": "idempotency-key-required"}, {})
        elif not match.strip('"').isdigit() or len(match) > 20:
            self.answer(422, {"code": "malformed", "errors": [{"pointer": "", "zh": "版本", "en": "version"}]}, {})
        else:
            with small.lock:
                told = small.decide(decision, body, match, key)
            self.answer(*told)

    def answer(self, status: int, document: Any, headers: dict[str, str]) -> None:
        """Send a document; as a problem where it is one."""
        kind = "application/json"
        if status >= 400 and self.server.small.planted != "answers in plain text":
            kind = "application/problem+json"
            document = {"type": "urn:x", "title": "否", "title_en": "no", "status": status, "detail": "否", **document}
        sent = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(sent)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Serves a small register."""

    def __init__(self, small: Small) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.small = small


def reading(small: Small) -> dict[str, Any]:
    """What can be read of a small register, by path."""
    offered: dict[str, Any] = {"subject": {}, "type": "thing.noted.v1", "fields": []}
    note = {**offered, "decision": "note", "allowed": True, "example": {"text": "示例"}}
    end = {**offered, "decision": "end", "allowed": False, "refusals": [{"rule": "X-01"}]}
    return {
        "/openapi.json": OPENAPI,
        "/api/v1/now": {"day": "2026-11-26"},
        "/api/v1/things": {"streams": [{"stream": THING}]},
        "/api/v1/events": {"events": [EVENT], "next": None},
        f"/api/v1/things/{THING}": {"version": small.version},
        f"/api/v1/things/{THING}/decisions": {"version": small.version, "decisions": [note, end]},
    }


@contextmanager
def served(small: Small) -> Iterator[str]:
    """The address of a small register."""
    with Server(small) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def played(planted: str | None) -> Tally:
    """What a play comes to on a register with that fault."""
    with served(Small(planted)) as url:
        player = Player(url, {"somebody": Token("secret")}, 7)
        player.play(COMMANDS)
        tally = player.checked(PACK)
        player.close()
    return tally


def test_a_register_that_keeps_its_words_is_clean() -> None:
    tally = played(None)
    assert tally.is_clean, (tally.server_errors, tally.broken_words)
    assert tally.accepted > 20
    assert tally.refused > 20
    assert tally.races
    assert tally.kept


@pytest.mark.parametrize("planted", PLANTED)
def test_a_word_that_is_not_kept_is_told(planted: str) -> None:
    tally = played(planted)
    assert not tally.is_clean
    assert bool(tally.server_errors) == (planted == "fails")
    for one in (*tally.server_errors, *tally.broken_words):
        assert one["asked"]
        assert "secret" not in json.dumps(one)


def test_a_server_error_is_told_with_the_request() -> None:
    (first, *_) = played("fails").server_errors
    assert first["status"] == 500
    assert first["who"] == "somebody"


def test_the_own_document_of_the_register_is_read() -> None:
    found = interface(openapi_document(create_app(Settings(), "")))
    assert found.kinds["unit"] == "/api/v1/units"
    assert found.commands["unit", "name"].versioned
    assert not found.commands["unit", "follow-up"].versioned
    assert found.beginning["unit"].fields.keys() == found.commands["unit", "register"].fields.keys()
    assert ("POST", "/api/v1/signals") in found.others
    with pytest.raises(ValueError, match="no streams"):
        interface({"paths": {}})


def test_a_body_that_is_filled_in_fits_its_schema() -> None:
    import jsonschema

    document = openapi_document(create_app(Settings(), ""))
    found = interface(document)
    bodies = Bodies(Random(1), found.schemas, date(2026, 11, 26), {})  # noqa: S311 (nothing secret)
    fits = 0
    for command in found.commands.values():
        whole = {**command.schema, "components": document["components"]}
        fits += jsonschema.Draft202012Validator(whole).is_valid(bodies.filled(command.schema))
    assert fits > 0.8 * len(found.commands)


def test_one_thing_is_wrong_with_a_mutated_body() -> None:
    body = {"text": "示例", "on": "2026-11-26", "items": [{"count": 3, "met": True}]}
    made = [wrong(Random(seed), body) for seed in range(200)]  # noqa: S311 (nothing secret)
    assert all(json.dumps(one) != json.dumps(body) and what for one, what in made)
    assert len({json.dumps(one, default=str) for one, _ in made}) > 40
    assert body == {"text": "示例", "on": "2026-11-26", "items": [{"count": 3, "met": True}]}


def test_a_position_that_stands_still_is_told_only_of_what_was_stored() -> None:
    positions, answer = Positions(), Answer(200, {"x-position": "7"})
    assert positions.went_back("log", answer) is None
    assert positions.went_back("log", answer) is None
    assert positions.went_back("log", answer, stored=True) is not None
    assert positions.went_back("list", Answer(200, {"x-position": "3"})) is None
    assert positions.went_back("log", Answer(200, {"x-position": "6"})) is not None


def test_a_success_is_no_problem() -> None:
    assert problem_is_told(Answer(201, {"content-type": "application/json"}, b"{}")) is None
    assert problem_is_told(Answer(404, {"content-type": "application/problem+json"}, b"[]")) is not None
