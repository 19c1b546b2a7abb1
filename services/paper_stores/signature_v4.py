"""AWS Signature Version 4 of a request to S3 ("Authenticating Requests (AWS Signature Version 4)" of its API)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


def encoded(text: str, *, slash: bool = False) -> str:
    """A text as S3 counts it: all but unreserved characters (RFC 3986) encoded, the slashes of a path kept."""
    return quote(text, safe="-_.~/" if slash else "-_.~")


def query_of(parameters: Mapping[str, str]) -> str:
    """The query of a request in its canonical order, encoded."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters.items()))


def signed(
    method: str, host: str, path: str, query: str, body: bytes, *, moment: datetime, region: str, key: str, secret: str
) -> dict[str, str]:
    """The headers that sign a request: `path` and `query` as they are sent, `moment` in UTC, `key` and `secret` of who
    asks; method, host, moment and the digest of the body are signed.
    """
    stamp = f"{moment:%Y%m%dT%H%M%SZ}"
    headers = {"host": host, "x-amz-content-sha256": sha256(body).hexdigest(), "x-amz-date": stamp}
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = "\n".join((method, path, query, lines, names, headers["x-amz-content-sha256"]))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join((_ALGORITHM, stamp, scope, sha256(canonical.encode()).hexdigest()))
    signing = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    signature = hmac.digest(signing, to_sign.encode(), "sha256").hex()
    return {
        **headers,
        "authorization": f"{_ALGORITHM} Credential={key}/{scope},SignedHeaders={names},Signature={signature}",
    }
