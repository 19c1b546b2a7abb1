"""Kafka over TLS, the client known by a password or by its certificate: a real broker that takes nothing else."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from deploy import kafka
from deploy.embedded.cluster import free_port
from deploy.kafka.jars import jars, java
from services.broker import reach
from services.publisher.topics import ensure

PASSWORD = "p@ss:word/示例"
QUOTED = "p%40ss%3Aword%2F%E7%A4%BA%E4%BE%8B"

CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
listeners=INTERNAL://127.0.0.1:{internal},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=INTERNAL://127.0.0.1:{internal},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
log.dirs={home}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
ssl.keystore.type=PEM
ssl.keystore.location={home}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={home}/ca.pem
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@dataclass(frozen=True)
class Guarded:
    """A broker that is reached by TLS only, and the files of its clients."""

    home: Path
    ssl: int
    sasl: int

    def by_password(self, password: str = QUOTED) -> str:
        return f"sasl_ssl://concord:{password}@127.0.0.1:{self.sasl}?ca={self.home}/ca.pem"

    def by_certificate(self) -> str:
        files = f"ca={self.home}/ca.pem&cert={self.home}/client.pem&key={self.home}/client.key"
        return f"ssl://127.0.0.1:{self.ssl}?{files}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    home = tmp_path_factory.mktemp("guarded")
    try:
        program, classes = java(), jars()
    except kafka.MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROKER, NOT TESTED: {error}")
    _certificates(home)
    first = 32_100 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) * 20
    ports: list[int] = []
    for _ in range(4):
        ports.append(free_port(ports[-1] + 1 if ports else first))
    internal, controller, ssl, sasl = ports
    properties = home / "server.properties"
    properties.write_text(
        CONFIGURATION.format(home=home, internal=internal, controller=controller, ssl=ssl, sasl=sasl), encoding="utf-8"
    )
    start = [program, "-Xmx256m", "-cp", f"{classes}/*"]
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    scram = f'SCRAM-SHA-512=[name="concord",password="{PASSWORD}"]'
    made = [*start, "kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", str(properties)]
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run([*made, "--add-scram", scram], check=True, capture_output=True, env=utf8)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([*start, "kafka.Kafka", str(properties)], cwd=home, stdout=log, stderr=log)
    there = Guarded(home, ssl, sasl)
    try:
        _wait(there, process)
        yield there
    finally:
        process.kill()
        process.wait()


def _wait(there: Guarded, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            ensure(there.by_password(), "concord.events")
        except KafkaError:
            assert process.poll() is None, (there.home / "log").read_text()
            assert time.monotonic() < limit, "the broker does not answer"
            time.sleep(0.2)
        else:
            return


def _certificates(home: Path) -> None:
    """An authority, and by it a server's certificate for the loopback and a client's; the server's with its key."""
    authority = ec.generate_private_key(ec.SECP256R1())
    (home / "ca.pem").write_bytes(_signed("concord-ca", authority, authority, ca=True))
    for name in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate = _signed(name, key, authority, ca=False)
        (home / f"{name}.pem").write_bytes(private + certificate if name == "server" else certificate)
        (home / f"{name}.key").write_bytes(private)


def _signed(name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, ca: bool) -> bytes:
    now = datetime.now(UTC)
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "concord-ca")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(loopback, critical=False)
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("by", ["password", "certificate"])
def test_messages_go_out_and_come_in(guarded: Guarded, by: str) -> None:
    line = guarded.by_password() if by == "password" else guarded.by_certificate()
    producer = KafkaProducer(**reach(line), acks="all")
    sent = producer.send("concord.events", by.encode(), partition=0).get(timeout=20)
    producer.close()
    consumer = KafkaConsumer(**reach(line), enable_auto_commit=False)
    consumer.assign([TopicPartition("concord.events", 0)])
    consumer.seek(TopicPartition("concord.events", 0), sent.offset)
    (came,) = next(iter(consumer.poll(timeout_ms=20_000).values()))[:1]
    consumer.close()
    assert came.value == by.encode()


def test_whoever_is_not_known_gets_nowhere(guarded: Guarded) -> None:
    nobody = f"ssl://127.0.0.1:{guarded.ssl}?ca={guarded.home}/ca.pem"
    elsewhere = f"sasl_ssl://concord:{QUOTED}@127.0.0.1:{guarded.sasl}"
    for line in (guarded.by_password("wrong"), nobody, elsewhere, f"127.0.0.1:{guarded.sasl}"):
        with pytest.raises(KafkaError):
            ensure(line, "concord.events")
