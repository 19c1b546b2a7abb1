"""`concord publish-signal`: signals as a source system sends them, over Kafka or HTTP."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from kafka import KafkaProducer
from kafka.errors import KafkaError

from deploy import terminal
from deploy.cli import common
from deploy.cli.kafka import bootstrap
from deploy.kafka.record import kafka_record
from services.broker import reach, shown
from services.decisions import now
from services.errors import Forbidden, Malformed, Problem, Unavailable
from services.intake.message import REPORTED, Message, structured
from services.intake.proof import signed

WAIT_SECONDS = 30.0


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("publish-signal")(publish)


def publish(
    file: Annotated[
        str | None, typer.Argument(help="JSON of CloudEvents: one, a list, or one a line; -: stdin")
    ] = None,
    source: Annotated[str | None, typer.Option(help="URI of the source, where there is no FILE")] = None,
    code: Annotated[str | None, typer.Option(help="credit code of the unit")] = None,
    category: Annotated[str, typer.Option(help="category of the signal")] = "wage_arrears",
    severity: Annotated[int, typer.Option(min=1, max=4, help="1 note, 2 minor, 3 major, 4 grave")] = 2,
    people: Annotated[int | None, typer.Option(help="people concerned")] = None,
    url: Annotated[str | None, typer.Option(help="send over HTTP to this API (…/api/v1) instead of Kafka")] = None,
    token: Annotated[str | None, typer.Option(envvar="CONCORD_TOKEN", help="the source's token, over HTTP")] = None,
    key: Annotated[
        Path | None, typer.Option(help="PEM file of the source's Ed25519 private key: what is sent is signed")
    ] = None,
    json: common.Json = False,
) -> None:
    """Publish signals 发布信号; exit 1 where one was not acknowledged. Sending the same again is always safe."""
    if file is None and (source is None or code is None):
        raise typer.BadParameter("a FILE, or --source and --code")
    documents = _documents(file) if file else [_document(source or "", code or "", category, severity, people)]
    if key is not None:
        private = _private_key(key)
        documents = [signed(document, private) for document in documents]
    messages = [structured(document) for document in documents]
    answers = _over_http(documents, url, token) if url else _over_kafka(messages)
    for answer in answers:
        if json:
            common.out(answer)
        else:
            terminal.console.print("  ".join(str(value) for value in answer.values() if value is not None))


def _private_key(file: Path) -> Ed25519PrivateKey:
    try:
        found = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise typer.BadParameter(f"{file} is no private key in PEM ({type(error).__name__})") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise typer.BadParameter(f"{file} is no Ed25519 key")
    return found


def _documents(file: str) -> list[Any]:
    """What is in the file. Raises Malformed."""
    text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        whole = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return [orjson.loads(line) for line in text.splitlines() if line.strip()]
        except orjson.JSONDecodeError as error:
            raise Malformed([Problem("", "不是合法的JSON", f"not JSON: {error}")]) from error
    return whole if isinstance(whole, list) else [whole]


def _document(source: str, code: str, category: str, severity: int, people: int | None) -> dict[str, Any]:
    moment = now()
    name = str(uuid4())
    data = {
        "external_id": name, "category": category, "severity": severity,
        "occurred_on": moment.date().isoformat(), "reported_on": moment.date().isoformat(),
    }  # fmt: skip
    if people is not None:
        data["people"] = people
    return {
        "specversion": "1.0", "id": name, "source": source, "type": REPORTED,
        "subject": code, "time": moment.isoformat(), "data": data,
    }  # fmt: skip


def _over_kafka(messages: list[Message]) -> list[dict[str, Any]]:
    """Raises Unavailable where one was not acknowledged."""
    servers = bootstrap(common.settings())
    try:
        producer = KafkaProducer(**reach(servers), acks="all", enable_idempotence=True)
        sent = [producer.send(common.settings().signals_topic, **kafka_record(message)) for message in messages]
        places = [one.get(timeout=WAIT_SECONDS) for one in sent]
        producer.close()
    except KafkaError as error:
        raise Unavailable(f"Kafka at {shown(servers)} ({type(error).__name__})") from error
    return [
        {"id": message.id, "topic": place.topic, "partition": place.partition, "offset": place.offset}
        for message, place in zip(messages, places, strict=True)
    ]


def _over_http(documents: list[Any], url: str, token: str | None) -> list[dict[str, Any]]:
    """Raises Forbidden where the API refuses the batch, Unavailable where it does not answer."""
    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter("--url is http:// or https://")
    body = orjson.dumps(documents)
    headers = {"Authorization": f"Bearer {token or ''}", "Content-Type": "application/cloudevents-batch+json"}
    asked = urllib.request.Request(f"{url.rstrip('/')}/signals", body, headers)  # noqa: S310 (checked above)
    try:
        with urllib.request.urlopen(asked, timeout=WAIT_SECONDS) as answer:  # noqa: S310 (checked above)
            taken: list[dict[str, Any]] = orjson.loads(answer.read())["taken"]
    except urllib.error.HTTPError as error:
        raise Forbidden(f"{url} answers {error.code}: {_detail(error)}") from error
    except urllib.error.URLError as error:
        raise Unavailable(f"{url} ({error})") from error
    return taken


def _detail(error: urllib.error.HTTPError) -> str:
    """What the answer says of itself (RFC 9457), else the reason of its status."""
    try:
        return str(orjson.loads(error.read())["detail"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return str(error.reason)
