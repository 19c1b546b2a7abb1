"""The bytes of the demonstration's papers: one blank page each that says in a comment what it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

import psycopg

from events.envelope import Event
from events.governance.document import DocumentRecorded
from events.words import DocumentKind
from services import content

_MEDIA_TYPE = "application/pdf"


def recorded(kind: DocumentKind, issuer: str, number: str, dated: date, title: str) -> DocumentRecorded:
    """That such a paper was recorded."""
    scan = _scan(issuer, number)
    return DocumentRecorded(
        kind=kind, issuer=issuer, number=number, dated=dated, title=title, sha256=sha256(scan).hexdigest(),
        media_type=_MEDIA_TYPE, size=len(scan),
    )  # fmt: skip


def keep(conn: psycopg.Connection[Any], events: Iterable[Event]) -> None:
    """Keep the bytes of the papers among these events that are the demonstration's."""
    for event in events:
        if isinstance(event, DocumentRecorded):
            scan = _scan(event.issuer, event.number)
            digest = sha256(scan)
            if digest.hexdigest() == event.sha256:
                conn.execute(content.INSERT, (digest.digest(), _MEDIA_TYPE, len(scan), scan))


def _scan(issuer: str, number: str) -> bytes:
    """The smallest page that a viewer opens."""
    parts = (
        "%PDF-1.4", f"% {issuer} {number}", "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj", "trailer<</Root 1 0 R>>", "%%EOF", "",
    )  # fmt: skip
    return "\n".join(parts).encode()
