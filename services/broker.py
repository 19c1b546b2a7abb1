"""How Kafka is reached, in one line as for a database: in clear text, by TLS, or by TLS with a name and a password.

    host:9092,host2:9092                                          clear text: a broker of one's own machine or network
    ssl://host:9093?ca=CA.pem&cert=CLIENT.pem&key=CLIENT.key      TLS, the client known by its certificate
    sasl_ssl://name:password@host:9093?ca=CA.pem                  TLS, the client known by SCRAM-SHA-512

A password is never sent in clear text: there is no such scheme. Without `ca` the system's own authorities count.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from kafka import TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient

from events.sealed import MASK
from services import header_names

PROTOCOLS: Final = {"ssl": "SSL", "sasl_ssl": "SASL_SSL"}
FILES: Final = {"ca": "ssl_cafile", "cert": "ssl_certfile", "key": "ssl_keyfile"}


class Client(KafkaNetClient):  # type: ignore[misc]  # kafka-python has no types
    """The client's connections, told whether asking for a topic may make it: kafka-python forgets to say so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cluster.config["allow_auto_create_topics"] = options["allow_auto_create_topics"]


MAKE_NO_TOPIC: Final[dict[str, Any]] = {"allow_auto_create_topics": False, "kafka_client": Client}
"""Options of consumers and producers that must not make the topic they ask for."""

SAFE: Final[dict[str, Any]] = {
    **MAKE_NO_TOPIC,
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "check_crcs": True,
    "reconnect_backoff_max_ms": 1_000,
}
"""Options of every consumer in the place of defaults that lose or double messages, or wait long for a broker."""

ASKED_SECONDS: Final = 5.0
"""Between two questions to a broker of which nothing comes."""

ANSWER_MS: Final = 10_000
"""For the answer, so that a broker that is away is told of after 15 s at most, and a slow one is none."""


class SilentBrokerError(KafkaError):  # type: ignore[misc]  # kafka-python has no types
    """The broker answers nothing: the client's own polls go on for ever without saying so."""


@dataclass(slots=True)
class Listening:
    """Whether the broker of a consumer that reads a topic is there, asked where nothing comes."""

    consumer: Any
    topic: str
    _heard: float = field(default_factory=time.monotonic)

    def heard(self, something: bool) -> None:
        """Something came, or nothing: then the broker is asked now and again. Raises SilentBrokerError."""
        now = time.monotonic()
        if something:
            self._heard = now
        elif now - self._heard >= ASKED_SECONDS:
            try:
                self.consumer.beginning_offsets([TopicPartition(self.topic, 0)], timeout_ms=ANSWER_MS)
            except KafkaTimeoutError as error:
                raise SilentBrokerError("the broker does not answer") from error
            self._heard = time.monotonic()


ENDED_SECONDS: Final = 2.0
"""For the thread of a producer to end."""


def end(producer: Any) -> None:
    """End a producer at once; what the broker has not acknowledged is given up.

    kafka-python's `close(timeout=0)` raises where anything is under way, before it has ended anything: the thread would
    go on sending for as long as the process lives, one more after each outage.
    """
    producer._sender.force_close()
    producer._sender.join(ENDED_SECONDS)
    with suppress(KafkaTimeoutError):
        producer.close(timeout=0)


MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")


def reach(bootstrap: str) -> dict[str, Any]:
    """The options by which a client of kafka-python reaches the broker. Raises ValueError, never with the password."""
    header_names.read_any_name()
    scheme, found, rest = bootstrap.partition("://")
    if not found:
        return {"bootstrap_servers": _hosts(bootstrap)}
    if scheme not in PROTOCOLS:
        raise ValueError(f"unknown scheme, expected one of {', '.join(PROTOCOLS)}")
    place, _, query = rest.partition("?")
    user, _, hosts = place.rpartition("@")
    options: dict[str, Any] = {"bootstrap_servers": _hosts(hosts.rstrip("/")), "security_protocol": PROTOCOLS[scheme]}
    given = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    mechanism = given.pop("mechanism", MECHANISMS[0])
    if given.keys() - FILES.keys():
        raise ValueError(f"unknown options, expected {', '.join(FILES)} or mechanism")
    options |= {FILES[name]: value for name, value in given.items()}
    if scheme == "sasl_ssl":
        options |= _signed_in(user, mechanism)
    elif user:
        raise ValueError("a name takes sasl_ssl")
    return options


def shown(bootstrap: str) -> str:
    """The line for reading, its password masked."""
    scheme, found, rest = bootstrap.partition("://")
    user, at, hosts = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}:{MASK}@{hosts}" if found and at else bootstrap


def _hosts(text: str) -> list[str]:
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if not hosts or any(character in host for host in hosts for character in "/@? "):
        raise ValueError("expected host:port, comma between")
    return hosts


def _signed_in(user: str, mechanism: str) -> dict[str, Any]:
    name, _, password = user.partition(":")
    if not name or not password:
        raise ValueError("sasl_ssl takes name:password@ before the host")
    if mechanism not in MECHANISMS:
        raise ValueError(f"unknown mechanism, expected one of {', '.join(MECHANISMS)}")
    return {
        "sasl_mechanism": mechanism,
        "sasl_plain_username": unquote(name),
        "sasl_plain_password": unquote(password),
    }
