"""What may be set from outside: environment variables `CONCORD_…`, or files of the same names.

Secrets come as files where the service manager hands them over (`CREDENTIALS_DIRECTORY`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from events.sealed import MASK
from services import broker, paper_stores
from services.paper_stores import PaperStore


def _readable(url: SecretStr) -> SecretStr:
    try:
        conninfo_to_dict(url.get_secret_value())
    except ProgrammingError as error:
        # libpq's own sentence may quote the password
        raise ValueError("is not a PostgreSQL connection string") from error
    return url


def _reachable(line: str) -> str:
    broker.reach(line)
    return line


class Settings(BaseSettings):
    """Everything that may be set, with its default; `concord` prints it through `redacted`."""

    model_config = SettingsConfigDict(
        env_prefix="CONCORD_", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: Annotated[SecretStr, AfterValidator(_readable)] | None = Field(
        default=None, description="PostgreSQL 15+ to use (URL or conninfo); unset: an embedded server under data_dir"
    )
    data_dir: Path = Field(default=Path(".concord"), description="directory of the embedded server, keys and archives")
    kafka: Annotated[str, AfterValidator(_reachable)] | None = Field(
        default=None,
        min_length=1,
        repr=False,
        description="Kafka's servers (host:port, comma between; ssl://… and sasl_ssl://name:password@… with "
        "?ca=FILE&cert=FILE&key=FILE); unset: no Kafka, or the one under data_dir",
    )
    signals_topic: str = Field(
        default="concord.signals",
        pattern=r"^[a-zA-Z0-9._-]{1,200}$",
        description="Kafka topic of this register's signals (what cannot be taken is copied to <topic>.dead); "
        "where several registers share a broker, one for each",
    )
    require_source_keys: bool = Field(
        default=False,
        description="whether what comes over Kafka is taken from sources with a key alone; what others report then "
        "comes over HTTP",
    )
    events_topic: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9._-]{1,200}$",
        description="Kafka topic of this register's events; unset: concord.events, and concord.<place>.events where "
        "the level is national; a province that a nation replicates sets concord.<place>.events",
    )
    host: str = Field(default="127.0.0.1", description="address on which HTTP is served")
    port: int = Field(default=8000, ge=0, le=65_535, description="TCP port on which HTTP is served; 0: any free one")
    trusted_proxies: str = Field(
        default="127.0.0.1",
        pattern=r"^(\*|[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*)?$",
        description="addresses or networks (comma between) of proxies whose X-Forwarded-For and X-Forwarded-Proto are "
        "believed; *: any; empty: none",
    )
    connections: int = Field(default=2_000, ge=1, description="HTTP connections at once; further ones get 503")
    header_seconds: float = Field(default=10, gt=0, le=600, description="longest time for the headers of a request")
    body_seconds: float = Field(
        default=60,
        gt=0,
        le=3_600,
        description="longest time for the body of a request, or without any reading",
    )
    token_rate: float = Field(default=200, ge=0, description="requests a second of a token, on average; 0: no limit")
    address_rate: float = Field(
        default=50, ge=0, description="requests a second of an address without a token, on average; 0: no limit"
    )
    failure_rate: float = Field(
        default=2, ge=0, description="wrong tokens a second of an address, on average; 0: no limit"
    )
    public_rate: float = Field(
        default=0.2, ge=0, description="what the public sends a second by one token, on average; 0: no limit"
    )
    session_idle_minutes: float = Field(
        default=30, gt=0, le=24 * 60, description="minutes that who signed in on a page may leave it unused"
    )
    session_hours: float = Field(
        default=10, gt=0, le=7 * 24, description="hours after which one signs in again, however much pages are used"
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^(https://|http://(localhost|127\.0\.0\.1)(:|/|$))\S+$",
        description="provider of identities (OpenID Connect) by which people may sign in, as it calls itself; it takes "
        "oidc_client and oidc_secret too",
    )
    oidc_client: str | None = Field(default=None, min_length=1, description="what the provider calls this register")
    oidc_secret: SecretStr | None = Field(default=None, description="this register's secret at the provider")
    oidc_claim: str = Field(
        default="sub",
        min_length=1,
        description="claim of the ID token that names an account here; one that people cannot change themselves",
    )
    oidc_called: str = Field(
        default="统一身份认证", min_length=1, max_length=40, description="what the button on the page says"
    )
    streams: int = Field(default=500, ge=1, description="followers of the event feed at once, in a process")
    streams_of_one: int = Field(default=20, ge=1, description="followers of the event feed at once, of one token")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level logged")
    log_format: Literal["json", "console"] = Field(default="json", description="one JSON object a line, or for reading")
    seal_trust: Path | None = Field(
        default=None,
        description="issuers whose electronic seals count: a PEM file, or a folder of such (*.pem) and of revocation "
        "lists (*.crl); unset: none is taken",
    )
    seal_ocsp: bool = Field(
        default=False,
        description="ask the responders that certificates of electronic seals name (OCSP); a seal is set aside while "
        "one is out of reach",
    )
    key_file: Path | None = Field(
        default=None, description="file of the key that wraps the keys of personal data; unset: one under data_dir"
    )
    level: Literal["provincial", "national"] = Field(
        default="provincial", description="national: replicates the provinces; place is then 000000 unless set"
    )
    place: str = Field(
        default="430000", pattern=r"^\d{6}$", description="division code (GB/T 2260, six digits) of this register"
    )
    pack: str | None = Field(
        default=None,
        min_length=1,
        description="policy pack that judges until one is adopted for place; unset: ours",
    )
    packs: Path | None = Field(
        default=None, description="folder of more policy packs beside the shipped ones; an environment variable only"
    )
    pool_min: int = Field(default=1, ge=0, le=100, description="database connections kept open, a process")
    pool_max: int = Field(default=10, ge=1, le=100, description="database connections at most, a process")
    statement_timeout_ms: int = Field(
        default=30_000, ge=0, description="longest SQL statement of a request, in milliseconds; 0: no limit"
    )
    document_bytes: int = Field(default=20 * 1024 * 1024, ge=1, le=1024**3, description="longest paper taken, in bytes")
    papers: Annotated[str, AfterValidator(paper_stores.readable)] | None = Field(
        default=None,
        description="where the bytes of papers lie, of this register alone: file:///folder (which is there), or "
        "s3://bucket/prefix, which takes papers_endpoint, papers_key and papers_secret; unset: in the database",
    )
    papers_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/@?#]+$",
        description="address of the store that speaks S3; https outside a network that is trusted",
    )
    papers_region: str = Field(
        default="us-east-1", pattern=r"^[a-z0-9-]{1,63}$", description="region by which requests to it are signed"
    )
    papers_key: str | None = Field(
        default=None, pattern=r"^[^\s/,]{1,200}$", description="what this register's key is called in that store"
    )
    papers_secret: SecretStr | None = Field(default=None, description="the secret of that key")
    letters: Path | None = Field(
        default=None, description="folder of an office's Word templates of letters, named after them: named.docx"
    )
    mail: SecretStr | None = Field(
        default=None,
        description="mail server of letters (smtp://host:port, which takes STARTTLS off the loopback, or "
        "smtps://name:password@host:port); unset: no mail",
    )
    mail_from: str = Field(
        default="concord@localhost",
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="address from which letters are mailed",
    )
    platform_url: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="address of the province's message platform; letters are posted to it where there is a secret too",
    )
    platform_secret: SecretStr | None = Field(
        default=None, description="secret by which what is posted to the message platform is signed"
    )
    print_folder: Path | None = Field(
        default=None, description="folder into which letters are written for printing; unset: none are"
    )
    pages_url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://[^\s/]+$",
        description="address of the pages as units know it, for the links in letters",
    )
    reminder_days: int = Field(
        default=3, ge=0, le=60, description="days before it is due on which a unit is reminded of what it owes"
    )
    projector_batch: int = Field(default=5_000, ge=1, le=100_000, description="most events a projector takes at once")
    poll_seconds: float = Field(
        default=1.0, gt=0, le=60, description="seconds between looks at the log when no notification comes"
    )
    open_pages: bool = Field(
        default=False, description="pages may be read without signing in (demonstrations); decisions never"
    )
    demonstration: bool = Field(
        default=False,
        description="a page lets anybody be any of the people of data_dir's accounts.json (`concord demo` alone)",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [one is not None for one in (self.oidc_issuer, self.oidc_client, self.oidc_secret)]
        if any(given) and not all(given):
            raise ValueError("oidc_issuer, oidc_client and oidc_secret are set together")
        if self.papers is not None and paper_stores.is_s3(self.papers) and _access(self) is None:
            raise ValueError("papers at s3:// takes papers_endpoint, papers_key and papers_secret")
        return self

    @model_validator(mode="before")
    @classmethod
    def _placed(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("level") == "national" and "place" not in given:
            return {**given, "place": "000000"}
        return given


def in_production(settings: Settings) -> bool:
    """Whether these settings are for records that matter: a database that is kept, pages for those who sign in."""
    return settings.database_url is not None and not settings.open_pages


def paper_store(settings: Settings) -> PaperStore | None:
    """The store in which the bytes of papers lie; None: in the database."""
    return paper_stores.store_at(settings.papers, _access(settings)) if settings.papers is not None else None


def paper_store_at(settings: Settings, address: str) -> PaperStore:
    """Another store, where papers lay before; by the same key where it speaks S3. Raises ValueError."""
    return paper_stores.store_at(address, _access(settings))


def _access(settings: Settings) -> paper_stores.Access | None:
    if settings.papers_endpoint is None or settings.papers_key is None or settings.papers_secret is None:
        return None
    secret = settings.papers_secret.get_secret_value()
    return paper_stores.Access(settings.papers_endpoint, settings.papers_region, settings.papers_key, secret)


def load() -> Settings:
    """The settings of this process. Raises pydantic.ValidationError, which never quotes a value."""
    return Settings(_secrets_dir=os.environ.get("CREDENTIALS_DIRECTORY"))


def redacted(settings: Settings) -> dict[str, Any]:
    """The settings as JSON values for printing, with passwords masked."""
    shown = settings.model_dump(mode="json")
    if settings.database_url is not None:
        parts = conninfo_to_dict(settings.database_url.get_secret_value())
        masked = {name: MASK for name in parts if "password" in name}
        shown["database_url"] = make_conninfo("", **{**parts, **masked})
    if settings.kafka is not None:
        shown["kafka"] = broker.shown(settings.kafka)
    return shown
