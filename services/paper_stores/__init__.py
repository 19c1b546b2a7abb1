"""Where the bytes of papers lie outside the database: a folder, or a store that speaks S3.

May import `services.errors` alone. Knows digests and bytes; which papers there are, and who may read them, is the
register's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from services.paper_stores.asking import asked
from services.paper_stores.folder import Folder
from services.paper_stores.store import Access, PaperStore

__all__ = ["Access", "Folder", "PaperStore", "asked", "is_s3", "readable", "store_at"]

_S3: Final = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)/?"
)


def is_s3(address: str) -> bool:
    """Whether the address is that of a bucket, for which an endpoint and a key are needed."""
    return address.startswith("s3:")


def readable(address: str) -> str:
    """The address, where it is one (file:///folder, s3://bucket/prefix). Raises ValueError."""
    if is_s3(address):
        if _S3.fullmatch(address) is None:
            raise ValueError("is not s3://bucket/prefix")
        return address
    parts = urlsplit(address)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise ValueError("is neither file:///folder nor s3://bucket/prefix")
    return address


def store_at(address: str, access: Access | None) -> PaperStore:
    """The store at an address; one that speaks S3 takes what gives access to it. Raises ValueError."""
    found = _S3.fullmatch(readable(address))
    if found is None:
        return Folder(Path(unquote(urlsplit(address).path)).resolve())
    if access is None:
        raise ValueError("s3:// needs an endpoint, a key and a secret")
    from services.paper_stores.s3 import Bucket  # noqa: PLC0415 (the client takes a while to import)

    return Bucket(access, found["bucket"], found["prefix"].strip("/"))
