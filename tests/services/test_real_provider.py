"""E-45: signing in at a real provider of identities (Canaille), by its own pages, and back here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import httpx2
import pytest
from identity_provider import CLIENT, NAME, PASSWORD, SECRET
from serving import serve
from test_people import GOOD, browser, chosen, invited
from world import Prepared, World

RETURN = "/sign-in/provider/return"


@pytest.fixture(scope="module")
def account(served: World) -> None:
    """Who signs in at the provider has an account here."""
    with browser(served) as client:
        assert client.post("/sign-in", data={"token": served.tokens["administrator"]}).status_code == 303
        chosen(served, invited(served, client, "county-hr-officer", NAME), GOOD)


@pytest.fixture(scope="module")
def address(
    served: World, prepared: Prepared, account: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A register at which the provider is set."""
    script = Path(__file__).with_name("identity_provider.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            api, here = serve(
                served.conninfo, tmp_path_factory.mktemp("provider"), prepared.key_file, served.clock, open_pages=False,
                oidc_issuer=process.stdout.readline().strip(), oidc_client=CLIENT, oidc_secret=SECRET,
            )  # fmt: skip
            process.stdin.write(f"{here}{RETURN}\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == f"{here}{RETURN}"
            yield here
            api.should_exit = True
        finally:
            process.kill()


@pytest.fixture
def visitor(address: str) -> Iterator[httpx2.Client]:
    """A browser there."""
    with httpx2.Client(base_url=address, timeout=30, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        yield client


def signed_in_there(visitor: httpx2.Client, typed: Mapping[str, str]) -> str:
    """What the browser is sent back with, once somebody has filled in the provider's forms."""
    begun = visitor.get("/sign-in/provider", params={"next": "/board"})
    with httpx2.Client(timeout=30) as at_provider:
        answer = at_provider.get(begun.headers["location"])
        for _ in range(9):
            to = str(answer.headers.get("location", ""))
            if RETURN in to and to.startswith(str(visitor.base_url)):
                return to
            if to:
                answer = at_provider.get(answer.url.join(to))
                continue
            tags = re.findall(r"<(?:input|button)[^>]*>", answer.text)
            fields = {
                unescape(name[1]): unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else ""
                for tag in tags if (name := re.search(r'name="([^"]+)"', tag))
            }  # fmt: skip
            given = {name: typed.get(name, value) for name, value in fields.items()}
            answer = at_provider.post(answer.url, data=given)
    return ""


def test_E_45_who_signs_in_at_a_real_provider_and_agrees_is_signed_in_here(visitor: httpx2.Client) -> None:
    assert signed_in_there(visitor, {"login": NAME, "password": "wrong"}) == ""
    right = {"login": NAME, "password": PASSWORD}
    assert visitor.get(signed_in_there(visitor, right | {"answer": "deny"})).status_code == 401
    assert visitor.get("/account").status_code == 303
    back = signed_in_there(visitor, right | {"answer": "accept"})
    answer = visitor.get(back)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/board"), answer.text
    assert NAME in visitor.get("/account").text
    assert visitor.get(back).status_code == 401, "a code is good once"
