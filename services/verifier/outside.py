"""Papers whose bytes lie outside the database: each is in the store that is set, and is what its digest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, LiteralString

import psycopg

from services.errors import Unavailable
from services.paper_stores import PaperStore
from services.verifier.finding import Finding

KNOWN: LiteralString = "SELECT encode(sha256, 'hex'), bytes IS NULL FROM documents.content ORDER BY sha256"


@dataclass(frozen=True, slots=True)
class Outside:
    """What does not agree, and the digests of bytes in the store that the database does not know, and since when."""

    findings: list[Finding]
    unknown: Mapping[str, datetime] = field(default_factory=dict)


def looked_at(conn: psycopg.Connection[Any], papers: PaperStore | None) -> Outside:
    """Read every paper that is said to lie in the store, and list what else is there."""
    known: dict[str, bool] = dict(conn.execute(KNOWN).fetchall())
    outside = [digest for digest, elsewhere in known.items() if elsewhere]
    if papers is None:
        return Outside([_not_looked_at(len(outside), "CONCORD_PAPERS")] if outside else [])
    try:
        findings = [finding for digest in outside for finding in _compared(papers, digest)]
        return Outside(findings, {digest: at for digest, at in papers.listed() if digest not in known})
    except Unavailable as away:
        return Outside([_not_looked_at(len(outside), str(away))])


def _compared(papers: PaperStore, digest: str) -> Iterator[Finding]:
    data, row = papers.get(digest), f"documents.content {digest}"
    if data is None:
        yield Finding("content", row, "文件存储中没有其内容", "its bytes are not in the store of papers")
    elif sha256(data).hexdigest() != digest:
        yield Finding("content", row, "内容与摘要不符", "its bytes are not of its digest")


def _not_looked_at(count: int, why: str) -> Finding:
    zh = f"{count}份文件在数据库之外，未能核验（{why}）"
    return Finding("content", "documents.content", zh, f"{count} papers lie outside, and were not looked at ({why})")
