"""The ways on which a letter goes out: each hands it over and says what it was answered, or why it was not taken."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import orjson

from services.errors import ConcordError
from services.letters.letter import Letter
from services.observability.logs import error_text
from services.publisher.post import TIMEOUT_SECONDS, Post, signature

HANDOVER_SECONDS: Final = 20.0
"""For handing one letter over as a whole: a server that answers a byte at a time is cut off, and tried again later."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(eq=False)
class NotTaken(ConcordError):
    """A letter was not taken: `away` where nothing else will be now either, `final` where it never will."""

    why: str
    away: bool = False
    final: bool = False
    code = "not-taken"

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter as it goes out: its number and cause, what it says, the same as PDF, and where its unit is found."""

    number: int
    unit: UUID
    cause: str
    letter: Letter
    pdf: bytes
    link: str
    moment: datetime

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.letter.name}-{self.number}.pdf"


class Handing(Protocol):
    """One letter being handed over."""

    def run(self) -> str:
        """Hand it over: what was answered. Raises NotTaken, OSError, smtplib's errors."""
        ...

    def cut_off(self) -> None:
        """End it from another thread."""
        ...


def handed(handing: Handing, seconds: float = HANDOVER_SECONDS) -> str:
    """What was answered within so many seconds. Raises NotTaken."""
    answers: SimpleQueue[str | NotTaken] = SimpleQueue()
    # a daemon: a server that does not answer keeps nobody from stopping
    threading.Thread(target=lambda: answers.put(_attempt(handing)), daemon=True, name="handing over").start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        handing.cut_off()
        raise NotTaken(f"no whole answer within {seconds:g} s", away=True) from None
    if isinstance(answer, NotTaken):
        raise answer
    return answer


def _attempt(handing: Handing) -> str | NotTaken:
    try:
        return handing.run()
    except NotTaken as error:
        return error
    except smtplib.SMTPResponseException as error:
        return NotTaken(f"answered {error.smtp_code}", final=500 <= error.smtp_code < 600 and error.smtp_code != 535)
    except Exception as error:  # noqa: BLE001 (whatever a server brings about is that server's)
        return NotTaken(error_text(error), away=isinstance(error, OSError))


# --- mail -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Mail:
    """A letter by mail (RFC 5321), with the PDF beside it; the same letter has the same Message-ID each time."""

    server: str
    sender: str
    to: str
    parcel: Parcel
    _smtp: smtplib.SMTP | None = None

    def run(self) -> str:
        """Hand it to the mail server: its answer."""
        parts = urlsplit(self.server)
        host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 25)
        connect: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with connect(host, port, timeout=TIMEOUT_SECONDS) as smtp:
            self._smtp = smtp
            if parts.scheme == "smtp" and host not in _LOOPBACK:
                smtp.starttls()
            if parts.username:
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
            smtp.ehlo_or_helo_if_needed()
            _must(smtp.mail(self.sender))
            _must(smtp.rcpt(self.to))
            code, answer = smtp.data(self.message().as_bytes(policy=SMTP))
            _must((code, answer))
            return f"{code} {answer.decode('utf-8', 'replace')}"

    def cut_off(self) -> None:
        """End it: the thread that waits for an answer gets none."""
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.shutdown(socket.SHUT_RDWR)

    def message(self) -> EmailMessage:
        """The mail itself."""
        letter, mail = self.parcel.letter, EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.sender, self.to
        mail["Subject"] = " ".join(f"{letter.heading} {letter.title} {letter.unit}".split())
        mail["Date"] = format_datetime(self.parcel.moment)
        domain = self.sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{self.parcel.unit}.{self.parcel.number}@{domain}>"
        due = f"\n期限 / due: {letter.due}" if letter.due else ""
        mail.set_content(
            f"{letter.unit}（{letter.code}）：\n\n{letter.text}{due}\n\n{letter.house}{letter.office}\n{letter.dated}\n\n"
            f"登记簿 / in the register: {self.parcel.link}\n"
            "本邮件仅作告知；法律要求送达的，以单位账户签收等送达记录为准。\n"
            "This mail tells; where the law asks for service, the record of service counts.\n"
        )
        mail.add_attachment(self.parcel.pdf, maintype="application", subtype="pdf", filename=self.parcel.name)
        return mail


def _must(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)


# --- the province's message platform ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Platform:
    """A letter to the province's message platform: JSON, signed as webhooks are, known by its number."""

    url: str
    secret: bytes
    parcel: Parcel
    _post: Post | None = None

    def run(self) -> str:
        """Post it: the status that was answered."""
        parcel = self.parcel
        document = {"number": parcel.number, "unit": parcel.unit, "cause": parcel.cause, "link": parcel.link}
        body = orjson.dumps({**document, "letter": asdict(parcel.letter)})
        headers = {
            "Content-Type": "application/json",
            "Concord-Signature": signature(self.secret, body, int(time.time())),
            "Concord-Delivery": f"outbox:{parcel.number}",
        }
        self._post = Post(self.url, body, headers)
        why = self._post.send()
        if why is not None:
            raise NotTaken(why, away=self._post.status is None)
        return f"answered {self._post.status}"

    def cut_off(self) -> None:
        """End it."""
        if self._post is not None:
            self._post.cut_off()


# --- printing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Print:
    """A letter into a folder, from which it is printed and posted."""

    folder: Path
    parcel: Parcel

    def run(self) -> str:
        """Write it, whole or not at all: the name of the file."""
        whole = self.folder / self.parcel.name
        beginning = whole.with_suffix(".part")
        beginning.write_bytes(self.parcel.pdf)
        beginning.replace(whole)
        return self.parcel.name

    def cut_off(self) -> None:
        """Nothing waits for anybody."""
