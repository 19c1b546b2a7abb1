"""Signing in by a provider's word (OpenID Connect Core 1.0): the code flow with PKCE (RFC 7636).

The provider's addresses and keys come from its discovery document. What is believed is the ID token alone: signed by a
key of the provider, for this client, of this very sign-in. Nothing of it is kept.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.errors import ConcordError, Unavailable

TIMEOUT_SECONDS: Final = 10.0
KNOWN_SECONDS: Final = 3_600.0
"""How long the provider's addresses and keys are remembered; a key that is not among them is looked for at once."""

LEEWAY_SECONDS: Final = 60
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Signatures that are taken (RFC 7518, 3.1; RFC 8037; RFC 9864): none by a shared secret, and never none at all."""

_BYTES: Final = 32
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SEVERAL_FACTORS: Final = "mfa"
"""What an ID token says of a sign-in with several factors (RFC 8176)."""


@dataclass(eq=False)
class NotBelieved(ConcordError):
    """What came back from the provider says nobody's name to us (401)."""

    why: str
    code = "not-believed"
    status = 401

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class SignInStarted:
    """A sign-in on its way: where the browser is sent, and what has to come back with it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is, by the claim that is asked, and whether it asked for several factors."""

    name: str
    several_factors: bool


@dataclass(frozen=True, slots=True)
class _Known:
    document: dict[str, Any]
    keys: KeySet
    until: float


@dataclass(slots=True)
class Provider:
    """A provider of identities, as it is set; remembers its discovery document and keys for a while."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str
    called: str
    _known: _Known | None = None

    async def start(self, back: str) -> SignInStarted:
        """A new sign-in that comes back to the address `back`. Raises Unavailable."""
        known = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
        async with self._asking(back) as client:
            url, _ = client.create_authorization_url(
                known.document["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return SignInStarted(url, state, nonce, verifier)

    async def identity(self, back: str, code: str, nonce: str, verifier: str) -> Identity:
        """Who signed in, for the code that came back. Raises NotBelieved, Unavailable."""
        known = await self._discovered()
        try:
            async with self._asking(back) as client:
                token = await client.fetch_token(
                    known.document["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except OAuthError as error:
            raise NotBelieved(f"the provider does not take the code: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable("the provider of identities", facts={"why": type(error).__name__}) from error
        claims = await self._claims(str(token.get("id_token", "")), nonce)
        name, methods = claims.get(self.claim), claims.get("amr")
        if not isinstance(name, str) or not name:
            raise NotBelieved(f"the ID token has no {self.claim}")
        return Identity(name, isinstance(methods, list) and _SEVERAL_FACTORS in methods)

    async def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is the provider's, for us, and of this sign-in (OIDC Core, 3.1.3.7)."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = await self._signed(token)
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise NotBelieved(f"the ID token is not taken: {error}") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client:
            raise NotBelieved("the ID token is for somebody else too, and not ours by azp")
        return claims

    async def _signed(self, token: str) -> dict[str, Any]:
        known = await self._discovered()
        try:
            return jwt.decode(token, known.keys, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError):
            # it may have been signed by a key that is new
            known = await self._discovered(anew=True)
            return jwt.decode(token, known.keys, algorithms=list(ALGORITHMS)).claims

    async def _discovered(self, *, anew: bool = False) -> _Known:
        """The provider's addresses and keys (OpenID Connect Discovery 1.0). Raises Unavailable."""
        if self._known is not None and not anew and time.monotonic() < self._known.until:
            return self._known
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                document = await _json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if document.get("issuer") != self.issuer:
                    raise ValueError("it calls itself by another name")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    if not safe(str(document.get(name, ""))):
                        raise ValueError(f"its {name} is no https address")
                keys = KeySet.import_key_set(await _json(client, document["jwks_uri"]))  # type: ignore[arg-type]
        except (httpx2.HTTPError, JoseError, ValueError) as error:
            raise Unavailable("the provider of identities", facts={"why": str(error)[:200]}) from error
        self._known = _Known(document, keys, time.monotonic() + KNOWN_SECONDS)
        return self._known

    def _asking(self, back: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client, self.secret, scope="openid", redirect_uri=back, code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )  # fmt: skip


def safe(address: str) -> bool:
    """Whether an address can be asked without being overheard: https, or this machine itself."""
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or here)


async def _json(client: httpx2.AsyncClient, address: str) -> dict[str, Any]:
    answer = await client.get(address)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("no JSON object")
    return document
