"""The contract of the wire: what is published fits its schemas, and an incompatible change is refused."""

from __future__ import annotations

import copy
from pathlib import Path

import jsonschema
import orjson
import pytest
from wire import amend, report, withdraw

from deploy.contract.documents import ASYNCAPI
from deploy.contract.release import narrowed
from deploy.contract.wire import wire_schemas
from deploy.kafka.topics import PARTITIONS
from services.intake.message import AMENDED, KINDS, REPORTED, WITHDRAWN
from services.publisher.heads import HEADS
from services.publisher.resend import WANTED
from services.publisher.topics import OF_A_PLACE

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = wire_schemas()


def test_every_signal_type_has_a_schema() -> None:
    assert SCHEMAS.keys() == KINDS.keys()


def test_a_breaking_change_of_the_wire_is_seen() -> None:
    changed = copy.deepcopy(SCHEMAS)
    changed[REPORTED]["required"].append("people")
    del changed[AMENDED]["properties"]["status"]
    assert narrowed(SCHEMAS, changed) == [f"{REPORTED}: /people: made required", f"{AMENDED}: /status: removed"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (REPORTED, report(1, "a", people=4)["value"]),
        (AMENDED, amend(1, "a", people=5)["value"]),
        (WITHDRAWN, withdraw(1, "a")["value"]),
    ],
)
def test_what_is_published_fits_its_schema(kind: str, value: bytes) -> None:
    assert list(jsonschema.Draft202012Validator(SCHEMAS[kind]).iter_errors(orjson.loads(value))) == []


def test_the_document_names_the_topics_and_schemas_that_are() -> None:
    document = orjson.loads((ROOT / ASYNCAPI).read_bytes())
    assert document["asyncapi"] == "3.0.0"
    assert {channel["address"] for channel in document["channels"].values()} == {*PARTITIONS, OF_A_PLACE, WANTED, HEADS}
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].rpartition("/")[2] in document["channels"]
    for message in document["channels"]["signals"]["messages"].values():
        assert ((ROOT / ASYNCAPI).parent / message["payload"]["schema"]["$ref"]).is_file()
