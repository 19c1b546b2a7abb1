"""Papers in a bucket of a store that speaks S3: put, get, delete and list, by path-style addresses, signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

import httpx2

from services.errors import Unavailable
from services.paper_stores.signature_v4 import encoded, query_of, signed
from services.paper_stores.store import DIGEST, Access, name_of

TIMEOUT: Final = httpx2.Timeout(10, connect=2)
"""Seconds until a store that says nothing counts as away."""

_NO_PAPER: Final = b"<Code>NoSuchKey</Code>"
"""How S3 says that there is no such object; 404 by itself may mean the bucket, or a proxy."""


def _client() -> httpx2.Client:
    return httpx2.Client(timeout=TIMEOUT, trust_env=False)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and what the names of papers begin with in it (empty, or without slashes at its ends)."""

    access: Access
    bucket: str
    prefix: str
    client: httpx2.Client = field(default_factory=_client, repr=False, compare=False)

    def put(self, digest: str, data: bytes) -> None:
        """Keep the bytes; the store holds them against their digest, which is signed."""
        answer = self._asked("PUT", self._key(digest), body=data)
        if answer.status_code != httpx2.codes.OK:
            raise _away(answer)

    def get(self, digest: str) -> bytes | None:
        """The bytes as they lie there."""
        answer = self._asked("GET", self._key(digest))
        if answer.status_code == httpx2.codes.NOT_FOUND and _NO_PAPER in answer.content:
            return None
        if answer.status_code != httpx2.codes.OK:
            raise _away(answer)
        return answer.content

    def delete(self, digest: str) -> None:
        """Delete the object."""
        answer = self._asked("DELETE", self._key(digest))
        if answer.status_code not in (httpx2.codes.OK, httpx2.codes.NO_CONTENT) and _NO_PAPER not in answer.content:
            raise _away(answer)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every digest that an object below the prefix is named after, page by page."""
        asked = {"list-type": "2", "prefix": f"{self.prefix}/" if self.prefix else ""}
        while True:
            answer = self._asked("GET", "", asked)
            if answer.status_code != httpx2.codes.OK:
                raise _away(answer)
            page = ElementTree.fromstring(answer.content)  # noqa: S314 (of the operator's own store)
            for one in page.iterfind("{*}Contents"):
                key, modified = one.findtext("{*}Key", ""), one.findtext("{*}LastModified", "")
                digest = key.rpartition("/")[2]
                if DIGEST.fullmatch(digest) and key == self._key(digest):
                    yield digest, datetime.fromisoformat(modified)
            token = page.findtext("{*}NextContinuationToken")
            if not token:
                return
            asked["continuation-token"] = token

    def _key(self, digest: str) -> str:
        return "/".join(filter(None, (self.prefix, name_of(digest))))

    def _asked(
        self, method: str, key: str, parameters: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx2.Response:
        access, query = self.access, query_of(parameters or {})
        path = encoded(f"/{self.bucket}/{key}" if key else f"/{self.bucket}", slash=True)
        url = httpx2.URL(f"{access.endpoint}{path}" + (f"?{query}" if query else ""))
        headers = signed(
            method, url.netloc.decode(), path, query, body,
            moment=datetime.now(UTC), region=access.region, key=access.key, secret=access.secret,
        )  # fmt: skip
        try:
            return self.client.request(method, url, headers=headers, content=body or None)
        except httpx2.HTTPError as error:
            raise Unavailable("the store of papers (CONCORD_PAPERS)") from error


def _away(answer: httpx2.Response) -> Unavailable:
    return Unavailable(f"the store of papers (CONCORD_PAPERS: it answered {answer.status_code})")
