"""Changing between the people of a demonstration: there alone, and only to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from serving import serve
from world import Prepared, World


@pytest.fixture(scope="module")
def directory(served: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the accounts of a demonstration."""
    directory = tmp_path_factory.mktemp("demonstrated")
    person = {"kind": "officer", "level": None, "house": None, "label_zh": "审计员甲", "label_en": "Auditor A"}
    accounts = {"auditor": {"token": served.tokens["auditor"], **person}}
    (directory / "accounts.json").write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def demonstrated(served: World, prepared: Prepared, directory: Path) -> Iterator[str]:
    api, address = serve(served.conninfo, directory, prepared.key_file, served.clock, demonstration=True)
    yield address
    api.should_exit = True


def test_one_becomes_somebody_of_the_demonstration_and_comes_back(demonstrated: str) -> None:
    with httpx2.Client(base_url=demonstrated, headers={"Origin": demonstrated}) as client:
        assert 'value="auditor"' in client.get("/demonstration?next=/board").text
        answer = client.post("/demonstration", data={"who": "auditor", "next": "//evil.example"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "审计员甲" not in client.get("/sign-in").text
        assert client.get("/sessions").status_code == 200


@pytest.mark.parametrize("form", [{}, {"who": "nobody"}, {"who": ["auditor"] * 0}])
def test_one_becomes_nobody_else(demonstrated: str, form: dict[str, str]) -> None:
    answer = httpx2.post(f"{demonstrated}/demonstration", data=form, headers={"Origin": demonstrated})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_nobody_changes_over_plain_http_from_elsewhere(demonstrated: str) -> None:
    headers = {"Host": "register.example", "Origin": "http://register.example"}
    answer = httpx2.post(f"{demonstrated}/demonstration", data={"who": "auditor"}, headers=headers)
    assert answer.json()["code"] == "insecure"


def test_no_register_that_is_no_demonstration_has_that_page(served: World, prepared: Prepared, directory: Path) -> None:
    api, address = serve(served.conninfo, directory, prepared.key_file, served.clock)
    for answer in (
        httpx2.get(f"{address}/demonstration"),
        httpx2.post(f"{address}/demonstration", data={"who": "auditor"}, headers={"Origin": address}),
    ):
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers
    assert "/demonstration" not in httpx2.get(f"{address}/sign-in").text
    api.should_exit = True
