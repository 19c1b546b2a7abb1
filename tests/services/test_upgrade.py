"""A client that offers another protocol (RFC 9110, 7.8), as java.net.http offers HTTP/2, is served as any other."""

from __future__ import annotations

import json
import re
import socket
from uuid import uuid4

import pytest
from world import PETITIONS, World, cloud_event, report

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"


def posted(served: World, number: int) -> bytes:
    """The bytes of a signal that is reported, with the offer among its headers."""
    event = cloud_event(PETITIONS, number, report(served.today), id=str(uuid4()))
    body = json.dumps(event).encode()
    return (
        b"POST /api/v1/signals HTTP/1.1\r\nHost: x\r\n" + OFFER
        + f"Authorization: Bearer {served.tokens['petitions']}\r\nContent-Length: {len(body)}\r\n".encode()
        + b"Content-Type: application/cloudevents+json\r\n\r\n" + body
    )  # fmt: skip


def answers(served: World, *parts: bytes, count: int) -> list[int]:
    """The statuses of so many answers on one connection, to which these parts are sent one after the other."""
    address, got = served.client.base_url, b""
    with socket.create_connection((address.host, address.port), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        while len(found := re.findall(rb"HTTP/1\.1 (\d{3})", got)) < count:
            read = connection.recv(65_536)
            assert read, got
            got += read
    return [int(status) for status in found]


LIVE = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("cut", ["whole", "before the body", "in the headers", "in the body"])
def test_E_07_the_body_of_a_request_that_offers_http2_is_read(served: World, cut: str) -> None:
    whole = posted(served, 1)
    end = whole.index(b"\r\n\r\n") + 4
    at = {"whole": len(whole), "before the body": end, "in the headers": 90, "in the body": end + 20}[cut]
    assert answers(served, whole[:at], whole[at:], count=1) in ([201], [202])


def test_E_07_what_follows_such_a_request_is_answered_in_turn(served: World) -> None:
    offered = LIVE.replace(b"Host: x\r\n", b"Host: x\r\n" + OFFER)
    assert answers(served, offered + LIVE + offered, count=3) == [200, 200, 200]
    first, *rest = answers(served, posted(served, 2) + LIVE, LIVE, count=3)
    assert first in (201, 202)
    assert rest == [200, 200]
