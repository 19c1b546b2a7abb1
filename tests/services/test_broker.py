"""How Kafka is reached: read strictly, shown without its password."""

from __future__ import annotations

import pytest

from events.sealed import MASK
from services.broker import SAFE, reach, shown


def test_servers_alone_are_reached_in_clear() -> None:
    assert reach("a:9092, b:9092") == {"bootstrap_servers": ["a:9092", "b:9092"]}


def test_a_certificate_and_a_password() -> None:
    assert reach("ssl://a:9093?ca=/ca.pem&cert=/c.pem&key=/c.key") == {
        "bootstrap_servers": ["a:9093"], "security_protocol": "SSL",
        "ssl_cafile": "/ca.pem", "ssl_certfile": "/c.pem", "ssl_keyfile": "/c.key",
    }  # fmt: skip
    assert reach("sasl_ssl://u:p%40%3A@a:9093,b:9093") == {
        "bootstrap_servers": ["a:9093", "b:9093"], "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": "u", "sasl_plain_password": "p@:",
    }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "", ",", "http://a:1", "sasl_plaintext://u:hidden@a:1", "sasl_ssl://a:1", "sasl_ssl://u@a:1", "ssl://u:hidden@a:1",
        "ssl://a:1?colour=red", "sasl_ssl://u:hidden@a:1?mechanism=GSSAPI", "ssl://", "u:hidden@a:1", "sasl_ssl://u:hidden@",
    ],
)  # fmt: skip
def test_what_cannot_be_reached_is_refused_without_its_password(line: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (any sentence, but not the password)
        reach(line)
    assert "hidden" not in str(refused.value)


def test_a_password_is_not_shown() -> None:
    assert shown("sasl_ssl://u:hidden@a:1?ca=x") == f"sasl_ssl://u:{MASK}@a:1?ca=x"
    assert shown("a:1") == "a:1"


def test_asking_for_a_topic_does_not_make_it() -> None:
    client = SAFE["kafka_client"](**reach("a:9092") | SAFE)
    assert not client.cluster.metadata_request().allow_auto_topic_creation
    client.close()
