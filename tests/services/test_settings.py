"""Settings come from the environment or from files, are checked, and are shown without passwords."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from services.settings import Settings, load, redacted


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CONCORD_{name.upper()}", raising=False)


def test_the_defaults_need_nothing_outside() -> None:
    settings = load()
    assert (settings.host, settings.port, settings.place) == ("127.0.0.1", 8000, "430000")
    assert settings.database_url is None
    assert settings.data_dir == Path(".concord")


def test_the_nation_stands_at_the_place_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LEVEL", "national")
    assert load().place == "000000"
    monkeypatch.setenv("CONCORD_PLACE", "990000")
    assert load().place == "990000"


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_sets_and_an_empty_value_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_PORT", "8443")
    monkeypatch.setenv("CONCORD_LOG_LEVEL", "debug")
    monkeypatch.setenv("CONCORD_PACK", "")
    settings = load()
    assert (settings.port, settings.log_level, settings.pack) == (8443, "debug", None)


def test_a_secret_may_come_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "concord_database_url").write_text("postgresql://app:hidden@db.example/register\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    url = load().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql://app:hidden@db.example/register"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("PLACE", "hunan"), ("LOG_LEVEL", "loud"), ("POLL_SECONDS", "0"), ("POOL_MAX", "0")],
)
def test_a_value_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CONCORD_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        load()


def test_an_unreadable_database_url_is_refused_without_being_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_DATABASE_URL", "postgresql://app:hidden@db:port/register?nonsense")
    with pytest.raises(ValidationError, match="connection string") as caught:
        load()
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:hidden@db.example:5433/register",
        "postgresql://app@db.example:5433/register?password=hidden",
        "host=db.example port=5433 user=app password=hidden dbname=register",
    ],
)
def test_what_is_shown_names_the_database_and_no_password(url: str) -> None:
    settings = Settings(database_url=SecretStr(url))
    shown = json.dumps(redacted(settings), ensure_ascii=False)
    assert "hidden" not in shown + repr(settings)
    assert all(part in shown for part in ("db.example", "5433", "app", "register", "＊＊＊"))
