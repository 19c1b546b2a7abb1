"""The OpenAPI document: valid, complete, with examples; and a client that knows nothing else gets its work done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from jsonschema import Draft202012Validator
from world import COUNTY, DIGEST, World, credit_code, officer_id, self_evaluation

from events.words import House
from services.casework.kinds import KINDS
from services.casework.pack import load_pack
from services.http.bodies import read_event

_METHODS = {"get", "post", "put"}


@pytest.fixture(scope="module")
def document(served: World) -> dict[str, Any]:
    """The document, read without a token."""
    made: dict[str, Any] = served.client.get("/openapi.json").json()
    return made


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def found(document: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/"), reference
    part: Any = document
    for name in reference[2:].split("/"):
        part = part[name]
    return part


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    """A validator of a schema whose references lead into the document."""
    return Draft202012Validator({**schema, "components": document["components"]})


def test_E_07_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"].keys() >= {"title", "version"}
    for reference in references(document):
        assert found(document, reference), reference
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        Draft202012Validator.check_schema(schema)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_E_07_every_parameter_of_every_path_is_declared(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert method in _METHODS
        given = operation.get("parameters", [])
        names = [(one["name"], one["in"]) for one in given]
        assert len(names) == len(set(names)), path
        assert {name for name, place in names if place == "path"} == set(re.findall(r"\{(\w+)\}", path)), path
        for one in given:
            Draft202012Validator.check_schema(one["schema"])
            assert one["in"] != "path" or one["required"]


def test_E_07_every_body_and_every_answer_has_a_schema_and_errors_are_problems(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        responses = {
            status: found(document, response["$ref"]) if "$ref" in response else response
            for status, response in operation["responses"].items()
        }
        assert any(status.startswith("2") for status in responses), where
        for status, response in responses.items():
            assert response["description"], where
            if status == "304":
                assert "content" not in response, where
                continue
            (*kinds,) = response["content"].items()
            assert kinds, where
            for media_type, content in kinds:
                assert content["schema"], where
                problem = media_type == "application/problem+json"
                assert problem == (status[0] in "45" and (path, status) != ("/readyz", "503")), where
        if "requestBody" in operation:
            for media_type, content in operation["requestBody"]["content"].items():
                assert content["schema"], where
                if media_type == "*/*":
                    continue
                validator(document, content["schema"]).validate(content["example"])
        if method != "get":
            bare = path.endswith(("/codes", "/again", "/copy"))
            assert "requestBody" in operation or "dead-letters" in path or bare, where


def test_E_07_the_example_of_every_decision_can_be_read(document: dict[str, Any]) -> None:
    for kind in KINDS.values():
        for name, law in kind.decisions.items():
            path = f"/api/v1/{kind.words.plural}/{{stream}}/decisions/{name}"
            body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
            assert read_event(law.event, body["example"])


@dataclass
class Client:
    """A client made of the document alone: operations by their ids; every answer is held to its declared schema."""

    http: httpx2.Client
    document: dict[str, Any]
    tokens: dict[str, str]
    by_id: dict[str, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {operation["operationId"]: (path, method, operation) for path, method, operation in self.all()}

    def all(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        return operations(self.document)

    def call(self, who: str, name: str, body: Any = None, **given: Any) -> httpx2.Response:
        """Call an operation; parameters go where the document says."""
        path, method, operation = self.by_id[name]
        query: dict[str, Any] = {}
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        for parameter in operation.get("parameters", []):
            value = given.pop(parameter["name"].replace("-", "_"), None)
            if parameter["name"] == "Idempotency-Key":
                value = value or str(uuid4())
            assert value is not None or not parameter["required"], parameter["name"]
            if value is None:
                continue
            match parameter["in"]:
                case "path":
                    path = path.replace(f"{{{parameter['name']}}}", str(value))
                case "query":
                    query[parameter["name"]] = value
                case "header":
                    headers[parameter["name"]] = str(value)
        assert not given, given
        answer = self.http.request(method, path, params=query, headers=headers, json=body)
        self._held(name, operation, answer)
        return answer

    def _held(self, name: str, operation: dict[str, Any], answer: httpx2.Response) -> None:
        declared = operation["responses"].get(str(answer.status_code))
        assert declared is not None, f"{name} answers {answer.status_code}: {answer.text}"
        declared = found(self.document, declared["$ref"]) if "$ref" in declared else declared
        media_type = answer.headers["content-type"].partition(";")[0]
        validator(self.document, declared["content"][media_type]["schema"]).validate(answer.json())

    def decide(self, who: str, name: str, unit: str, body: Any) -> Any:
        """A decision at the version that the unit is at."""
        etag = self.call(who, "unit-state", stream=unit).headers["ETag"]
        answer = self.call(who, f"unit-{name}", body, stream=unit, If_Match=etag)
        assert answer.status_code == 201, f"{name}: {answer.text}"
        return answer.json()


@pytest.fixture(scope="module")
def client(served: World, document: dict[str, Any]) -> Client:
    return Client(served.client, document, served.tokens)


def test_E_07_a_client_of_the_document_takes_a_unit_from_registration_to_publicity(
    served: World, client: Client
) -> None:
    today = served.today
    body = {"kind": "enterprise", "name": "示例企业20号", "code": credit_code(20), "place": COUNTY, "headcount": 300}
    unit = client.call("applicant-20", "unit-register-by-key", body).json()["unit"]
    agent, union = "applicant-20", "unit_union-20"
    client.decide(agent, "self-evaluate", unit, self_evaluation())
    congress = {"entitled": 100, "present": 90, "in_favour": 80, "against": 5}
    client.decide(agent, "adopt-report", unit, {"report_digest": DIGEST, "on": today.isoformat(), **congress})
    seal = {"report_digest": DIGEST, "seal": "示例印章"}
    client.decide(agent, "seal-report", unit, {**seal, "sealed_by": "enterprise", "signer": "示例人甲"})
    client.decide(union, "seal-report", unit, {**seal, "sealed_by": "union"})
    client.decide(agent, "apply", unit, {"title": "provincial_harmonious", "report_digest": DIGEST, "route": "levels"})
    client.decide("county-hr-officer", "accept-application", unit, {})
    client.decide("county-hr-officer", "forward-application", unit, {})
    visitors = [
        {"officer": str(officer_id(f"prefecture-{house}-officer")), "house": house} for house in ("hr", "union")
    ]
    items = [{"standard": name, "met": True} for name in load_pack().standard_sets["enterprise_national"].standards]
    visit = {"on": today.isoformat(), "visitors": visitors, "items": items}
    client.decide("prefecture-hr-officer", "visit-site", unit, visit)
    for level in ("prefecture", "province"):
        for house in House:
            client.decide(f"{level}-{house.value}-officer", "opine", unit, {"opinion": "support"})
        if level == "prefecture":
            client.decide("prefecture-hr-approver", "evaluate", unit, {"outcome": "recommend", "score": 90})
            client.decide("prefecture-hr-officer", "forward-application", unit, {})
    client.decide("province-hr-approver", "review", unit, {"outcome": "recommend"})
    until = type(today).fromordinal(today.toordinal() + 14).isoformat()
    publicity = {"from": today.isoformat(), "until": until, "channel": "示例网站"}
    stored = client.decide("province-hr-officer", "start-publicity", unit, publicity)
    state = client.call("auditor", "unit-state", stream=unit).json()
    assert (state["step"]["step"], state["version"]) == ("in_publicity", stored["version"])
    possible = client.call("province-hr-officer", "unit-decisions", stream=unit, options="1").json()["decisions"]
    assert {"complete-publicity", "raise-objection"} <= {one["decision"] for one in possible}


def test_E_07_every_reading_operation_answers_as_declared(served: World, client: Client) -> None:
    ids = {"stream": str(officer_id("auditor")), "sha256": "0" * 64, "number": "1"}
    for path, method, operation in client.all():
        if method != "get" or "/national/" in path or path == "/metrics":
            continue
        wanted = {one["name"] for one in operation.get("parameters", []) if one["required"]}
        given = {name: ids.get(name, "示例") for name in wanted}
        answer = client.call("auditor", operation["operationId"], **given)
        assert str(answer.status_code) in operation["responses"], (path, answer.status_code)


def test_E_07_errors_answer_as_declared(served: World, client: Client) -> None:
    unit = str(served.register(21))
    visit = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}
    wrong = (
        ("unit-follow-up", {**visit, "more": 1}, 422), ("unit-name", {"document_number": "示例〔2026〕1号"}, 409),
    )  # fmt: skip
    for name, body, status in wrong:
        answer = client.call("prefecture-hr-officer", name, body, stream=unit, If_Match='"1"')
        assert answer.status_code == status
    stale = client.call("prefecture-hr-officer", "unit-assign-contact", {
        "officer": str(officer_id("county-hr-officer")), "from": served.today.isoformat(),
    }, stream=unit, If_Match='"99"')  # fmt: skip
    assert stale.status_code == 412
    assert client.call("petitions", "board-units").status_code in (200, 403)
