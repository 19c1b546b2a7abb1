"""E-45: signing in by the word of a provider of identities (OpenID Connect), over HTTP against one that runs here."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pydantic import ValidationError
from serving import serve
from test_people import GOOD, OTHER, browser, chosen, invited
from world import Prepared, World

from services.settings import Settings

CLIENT, SECRET = "register-430000", "example-secret"


@dataclass
class Provider:
    """A provider of identities: who signs in there now, and what is wrong with what it answers."""

    address: str = ""
    name: str = "county.officer"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256"})
    document: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to, once somebody has signed in there."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.address})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """RFC 6749, 4.1.3, and RFC 7636: a code is good once, for the client, with its verifier."""
        query = self.asked.pop(form.get("code", ""), None)
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if query is None or basic != f"{CLIENT}:{SECRET}" or challenge != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": self.name, "iat": now, "exp": now + 300, "nonce": query["nonce"],
        }  # fmt: skip
        told = jwt.encode(self.header | {"kid": self.key.kid}, claims | self.claims, self.signed_by or self.key)
        return 200, {"access_token": "none", "token_type": "Bearer", "id_token": told}

    def discovery(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0."""
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.address, **{name: self.address + path for name, path in ends.items()}, **self.document}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            elif parts.path == "/keys":
                self._answer(200, KeySet([provider.key]).as_dict(private=False))
            else:
                self._answer(200, provider.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, document: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that runs, and knows one person."""
    found = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def accounts(served: World) -> World:
    """Two people with accounts: an officer, and an approver, whose role asks for a second factor."""
    with browser(served) as client:
        assert client.post("/sign-in", data={"token": served.tokens["administrator"]}).status_code == 303
        chosen(served, invited(served, client, "county-hr-officer", "county.officer"), GOOD)
        chosen(served, invited(served, client, "prefecture-hr-approver", "prefecture.approver"), OTHER)
        invited(served, client, "auditor", "never.came")
    return served


@pytest.fixture
def visitor(accounts: World, prepared: Prepared, provider: Provider, tmp_path: Path) -> Iterator[httpx2.Client]:
    """A browser at a register at which that provider is set."""
    api, address = serve(
        accounts.conninfo, tmp_path, prepared.key_file, accounts.clock, open_pages=False,
        oidc_issuer=provider.address, oidc_client=CLIENT, oidc_secret=SECRET, oidc_called="省统一认证",
    )  # fmt: skip
    with httpx2.Client(base_url=address, timeout=30, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        yield client
    api.should_exit = True


def there(visitor: httpx2.Client, to: str = "/board") -> str:
    """The address at which the provider sends the browser back."""
    sent = visitor.get("/sign-in/provider", params={"next": to})
    assert sent.status_code == 303, sent.text
    back: str = httpx2.get(sent.headers["location"]).headers["location"]
    return back


def last_line(served: World) -> tuple[str, str]:
    with psycopg.connect(served.conninfo) as conn:
        found = conn.execute("SELECT outcome, detail FROM security.log WHERE what = 'sign-in' ORDER BY id DESC LIMIT 1")
        row = found.fetchone()
    assert row is not None
    return row[0], row[1]


def test_E_45_whom_the_provider_names_is_signed_in_and_comes_back_to_the_page(
    accounts: World, visitor: httpx2.Client
) -> None:
    assert "省统一认证" in visitor.get("/sign-in?next=/board").text
    answer = visitor.get(there(visitor))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/board"
    assert "county.officer" in visitor.get("/account").text
    assert last_line(accounts) == ("done", "by provider")


def test_E_45_a_role_that_takes_two_factors_takes_them_here_unless_the_provider_took_them(
    visitor: httpx2.Client, provider: Provider
) -> None:
    provider.name = "prefecture.approver"
    assert 'name="step"' in visitor.get(there(visitor)).text
    assert visitor.get("/account").status_code == 303
    provider.claims = {"amr": ["pwd", "otp", "mfa"]}
    assert visitor.get(there(visitor)).status_code == 303
    assert "prefecture.approver" in visitor.get("/account").text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"aud": "somebody-else"}, {"iss": "https://other.example"}, {"exp": 1}, {"sub": ""},
        {"aud": [CLIENT, "somebody-else"]}, {"iat": int(time.time()) + 3_600},
    ],
    ids=["nonce", "audience", "issuer", "expired", "nobody", "two-audiences", "of-tomorrow"],
)  # fmt: skip
def test_E_45_a_token_that_is_not_of_this_sign_in_is_not_believed(
    accounts: World, visitor: httpx2.Client, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused = visitor.get(there(visitor))
    assert refused.status_code == 401
    assert visitor.get("/account").status_code == 303
    assert last_line(accounts)[0] == "refused"


def test_E_45_a_token_that_the_provider_did_not_sign_is_not_believed(
    visitor: httpx2.Client, provider: Provider
) -> None:
    provider.signed_by = RSAKey.generate_key(2048)
    assert visitor.get(there(visitor)).status_code == 401
    provider.signed_by, provider.header = OctKey.import_key(SECRET * 4), {"alg": "HS256"}
    assert visitor.get(there(visitor)).status_code == 401


def test_E_45_a_key_that_the_provider_changed_is_looked_for(visitor: httpx2.Client, provider: Provider) -> None:
    assert visitor.get(there(visitor)).status_code == 303
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    assert visitor.get(there(visitor)).status_code == 303


def test_E_45_what_was_not_begun_in_this_browser_or_comes_twice_signs_nobody_in(
    visitor: httpx2.Client, provider: Provider
) -> None:
    back = there(visitor)
    with httpx2.Client(base_url=str(visitor.base_url)) as another:
        assert another.get(back).status_code == 401
        assert "concord_session" not in another.cookies
    assert visitor.get(back.replace("state=", "state=x")).status_code == 401
    back = there(visitor)
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 401
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    assert visitor.get("/sign-in/provider").status_code == 403


@pytest.mark.parametrize("name", ["nobody.here", "never.came"])
def test_E_45_who_has_no_account_that_was_taken_up_is_told_so(
    accounts: World, visitor: httpx2.Client, provider: Provider, name: str
) -> None:
    provider.name = name
    refused = visitor.get(there(visitor))
    assert refused.status_code == 401
    assert "没有对应的账号" in refused.text
    assert last_line(accounts) == ("refused", "by provider: unknown")


def test_E_45_a_provider_that_is_away_or_calls_itself_otherwise_is_said(
    visitor: httpx2.Client, provider: Provider
) -> None:
    provider.document = {"issuer": "https://other.example"}
    assert visitor.get("/sign-in/provider").status_code == 503
    provider.document = {"token_endpoint": "http://elsewhere.example/token"}
    assert visitor.get("/sign-in/provider").status_code == 503
    provider.document = {}
    assert visitor.get("/sign-in/provider").status_code == 303


def test_E_45_without_a_provider_there_is_no_such_way(served: World) -> None:
    assert served.client.get("/sign-in/provider").status_code == 404
    with pytest.raises(ValidationError, match="set together"):
        Settings(oidc_issuer="https://id.example")
    with pytest.raises(ValidationError):
        Settings(oidc_issuer="http://id.example", oidc_client=CLIENT, oidc_secret=SECRET)  # type: ignore[arg-type]
