"""Letters on their way: by mail, platform and folder, with proof, retries and an end that is seen; never in clear."""

from __future__ import annotations

import base64
import email
import email.policy
import hmac
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from world import COUNTY, DIGEST, World, officer_id

from services.casework.pack import load_pack
from services.follower import step
from services.outbox import channels, messages
from services.outbox.channels import NotTaken, handed
from services.outbox.run import Outbox, Ways, process
from services.vault import KeyFile

ADDRESS = "letters@unit.example.invalid"
SENDER = "register@province.example.invalid"
SECRET = b"a secret of the platform"


@dataclass
class MailServer:
    """A mail server on the loopback: what it was handed, and what it answers to a recipient."""

    url: str = ""
    answer: bytes = b"250 2.1.5 ok"
    recipients: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)


@contextmanager
def mailing() -> Iterator[MailServer]:
    found = MailServer()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 example\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self._data()
                elif word == b"RCPT":
                    found.recipients.append(line.decode().strip())
                    self.wfile.write(found.answer + b"\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

        def _data(self) -> None:
            self.wfile.write(b"354 go on\r\n")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            found.mails.append(b"".join(lines))
            self.wfile.write(b"250 2.0.0 queued as 4711\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        found.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        with threaded(server):
            yield found


@dataclass
class PlatformServer:
    """The province's message platform on the loopback."""

    url: str = ""
    status: int = 202
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[PlatformServer]:
    found = PlatformServer()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}/letters"
        with threaded(server):
            yield found


@contextmanager
def threaded(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)


@dataclass
class Told:
    """The outbox of a served register, with somebody at the end of each channel."""

    outbox: Outbox
    mail: MailServer
    platform: PlatformServer
    folder: Path

    def step(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            step(self.outbox.follower())

    def of(self, unit: UUID) -> dict[str, messages.Message]:
        with self.outbox.conn.cursor(row_factory=psycopg.rows.class_row(messages.Message)) as cursor:
            columns = sql.SQL(", ").join(sql.Identifier(one.name) for one in fields(messages.Message))
            query = sql.SQL("SELECT {} FROM outbox.messages WHERE unit = %s AND cause = 'entry/1'").format(columns)
            return {one.channel: one for one in cursor.execute(query, [unit]).fetchall()}

    def again(self, unit: UUID) -> None:
        """Its pause is over."""
        self.outbox.conn.execute("UPDATE outbox.messages SET next_try = now() WHERE unit = %s", [unit])


@pytest.fixture(scope="module")
def told(served: World, prepared: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("letters")
    with mailing() as mail, receiving() as platform:
        ways = Ways("https://register.example.invalid", (mail.url, SENDER), (platform.url, SECRET), folder)
        keys = KeyFile.at(prepared.key_file)
        begun = process(served.conninfo, keys, ways, load_pack(), "430000", served.clock)
        begun.prepare()
        with psycopg.connect(served.conninfo, autocommit=True) as conn:
            yield Told(Outbox(conn, keys, ways, load_pack(), "430000", served.clock), mail, platform, folder)


def test_a_letter_goes_out_on_every_channel_once_with_proof_and_the_address_is_opened_on_record(
    served: World, told: Told
) -> None:
    unit = served.register(1, mail=ADDRESS)
    told.step()
    sent = told.of(unit)
    assert {one.state for one in sent.values()} == {"sent"}
    assert sent["mail"].proof == "250 2.0.0 queued as 4711"
    assert told.mail.recipients == [f"rcpt TO:<{ADDRESS}>"]
    mail = email.message_from_bytes(told.mail.mails[0], policy=email.policy.default)
    assert "登记告知书" in mail["Subject"]
    assert str(unit) in mail["Message-ID"]
    (attached,) = mail.iter_attachments()
    assert base64.b64decode(attached.get_payload()).startswith(b"%PDF-")
    assert (told.folder / (sent["print"].proof or "")).read_bytes().startswith(b"%PDF-")
    headers, body = told.platform.got[0]
    at, value = (part.partition("=")[2] for part in headers["Concord-Signature"].split(","))
    assert value == hmac.new(SECRET, f"{at}.".encode() + body, sha256).hexdigest()
    assert json.loads(body)["letter"]["heading"] == "登记告知书"
    openings = served.get(f"sealed/{unit}", "data-officer").json()["openings"]
    assert [(one["post"], one["fields"]) for one in openings] == [("寄送程序", ["mail"])]
    told.step()
    assert len(told.mail.mails) == len(told.platform.got) == 1
    shown = served.get(f"units/{unit}/outbox", "county-hr-officer")
    assert ADDRESS not in shown.text
    assert {one["state"] for one in shown.json()["messages"]} == {"sent"}
    assert served.get(f"units/{unit}/outbox", "430200-hr-officer").status_code == 403


def test_who_gave_no_address_is_not_mailed_and_a_wrong_address_is_no_address(served: World, told: Told) -> None:
    unit = served.register(2)
    told.step()
    assert {channel: one.state for channel, one in told.of(unit).items()} == {
        "mail": "unaddressed", "platform": "sent", "print": "sent",
    }  # fmt: skip
    wrong = served.decide("applicant-2", unit, "change-details", {"mail": "no address", "reason": "示例"})
    assert wrong.status_code == 409, wrong.text


def shown_by_now(served: World) -> None:
    """The board shows all that was told."""
    last = served.get("events?after=0&limit=2000").json()["position"]
    assert served.get(f"units?min_position={last}").status_code == 200


def test_a_refusal_is_tried_again_with_growing_pauses_given_up_at_last_and_seen(served: World, told: Told) -> None:
    unit = served.register(3, mail=ADDRESS)
    told.mail.answer = b"451 4.7.1 try later"
    told.step()
    first = told.of(unit)["mail"]
    assert (first.state, first.tries, first.error) == ("waiting", 1, "answered 451")
    for _ in range(messages.MOST_TRIES - 1):
        told.again(unit)
        told.step(1)
    last = told.of(unit)["mail"]
    assert (last.state, last.tries) == ("given_up", messages.MOST_TRIES)
    assert (last.next_try - first.next_try).total_seconds() > messages.LONGEST_PAUSE / 2
    lane = next(one for one in told.outbox.follower().lanes() if one.name == "mail")
    assert lane.error is not None
    assert "1 given up" in lane.error
    shown_by_now(served)
    for who in ("auditor", "county-hr-officer"):
        given_up = served.get("outbox?state=given_up", who).json()["messages"]
        assert [(one["number"], one["place"]) for one in given_up] == [(last.number, COUNTY)]
    assert served.get("outbox", "430200-hr-officer").json()["messages"] == []
    assert "投递失败" in served.client.get(f"/outbox?unit={unit}").text
    told.mail.answer = b"250 ok"


def test_what_failed_or_went_astray_is_sent_again_by_an_office_of_the_place(served: World, told: Told) -> None:
    unit = served.register(8, mail=ADDRESS)
    shown_by_now(served)
    told.mail.answer = b"550 5.1.1 no such user"
    told.step()
    told.mail.answer = b"250 ok"
    number, mails = told.of(unit)["mail"].number, len(told.mail.mails)

    def again(who: str) -> Any:
        return served.client.post(f"/api/v1/outbox/{number}/again", headers=served.headers(who))

    assert [again(who).status_code for who in ("auditor", "430200-hr-officer", "applicant-8")] == [403, 404, 403]
    answer = again("county-hr-officer").json()
    assert (answer["state"], answer["tries"], answer["again_by"]) == (
        "waiting",
        0,
        str(officer_id("county-hr-officer")),
    )
    assert answer["before"][0].startswith("given_up ")
    assert again("county-hr-officer").json()["code"] == "letter-not-over"
    told.step()
    assert len(told.mail.mails) == mails + 1
    assert again("county-hr-officer").status_code == 200
    told.step()
    (shown,) = (one for one in served.get(f"outbox?unit={unit}&channel=mail").json()["messages"])
    assert (shown["state"], len(shown["before"])) == ("sent", 2)
    assert served.client.post("/api/v1/outbox/0/again", headers=served.headers("county-hr-officer")).status_code == 404


def test_a_recipient_that_the_server_will_never_take_is_given_up_at_once(served: World, told: Told) -> None:
    unit = served.register(4, mail=ADDRESS)
    told.mail.answer = b"550 5.1.1 no such user"
    told.step()
    told.mail.answer = b"250 ok"
    assert (told.of(unit)["mail"].state, told.of(unit)["mail"].tries) == ("given_up", 1)


def test_a_mail_server_that_never_answers_costs_its_time_and_loses_nothing(
    served: World, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ways = replace(told.outbox.ways, mail=(f"smtp://127.0.0.1:{silent.getsockname()[1]}", SENDER))
        monkeypatch.setattr(told.outbox, "ways", ways)
        one, other = served.register(5, mail=ADDRESS), served.register(6, mail=ADDRESS)
        told.step(1)
        tried = sorted(told.of(unit)["mail"].tries for unit in (one, other))
        assert tried == [0, 1], "nothing else is tried on a server that is away"
    monkeypatch.undo()
    for unit in (one, other):
        told.again(unit)
    told.step()
    assert {told.of(unit)["mail"].state for unit in (one, other)} == {"sent"}


def test_a_server_that_answers_a_byte_at_a_time_is_cut_off() -> None:
    cut = threading.Event()

    class Dripping:
        def run(self) -> str:
            cut.wait(10)
            return ""

        def cut_off(self) -> None:
            cut.set()

    with pytest.raises(NotTaken, match="no whole answer"):
        handed(Dripping(), 0.05)
    assert cut.is_set()


def test_what_was_voided_meanwhile_is_not_told(served: World, told: Told) -> None:
    unit = served.register(7, mail=ADDRESS)
    messages.queue(told.outbox.conn, [(unit, "entry/99"), (unit, "duty/file_report/2026-01-01")], ["print"])
    told.step()
    rows = served.get(f"units/{unit}/outbox", "county-hr-officer").json()["messages"]
    assert sorted(one["state"] for one in rows if one["cause"] != "entry/1") == ["settled", "settled"]


def test_what_a_unit_owes_soon_is_reminded_of_once(served: World, told: Told) -> None:
    unit = served.reported(9)
    applied = {"title": "provincial_harmonious", "report_digest": DIGEST, "route": "levels"}
    served.must("applicant-9", unit, "apply", applied)
    done = served.must("county-hr-officer", unit, "return-application", {"deficiencies": ["示例"]})
    assert served.get(f"deadlines?min_position={done['position']}").status_code == 200
    far = served.today + timedelta(days=40)
    assert messages.remind(told.outbox.conn, served.today, served.today, ["print"]) == 0
    assert messages.remind(told.outbox.conn, served.today, far, ["print"]) == 1
    assert messages.remind(told.outbox.conn, served.today, far, ["print"]) == 0
    told.step(3)
    rows = served.get(f"units/{unit}/outbox", "county-hr-officer").json()["messages"]
    (reminder,) = [one for one in rows if one["cause"].startswith("duty/")]
    assert (reminder["state"], reminder["channel"]) == ("sent", "print")
    assert reminder["proof"].startswith("reminder-")
