"""Who and what a served register holds in tests, and a client that speaks for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
import psycopg
from stdnum.cn import uscc

from events.envelope import CHINA, Actor, Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.governance.source import SourceRegistered
from events.registry import ENTRY_OF
from events.words import ActorKind, Category, House, Level, Role, SourceSystem, UnitKind
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from services.casework.source import source_stream
from services.register.append import Stored, append_sync
from services.register.command import Command

COUNTY, PREFECTURE, PROVINCE, NATION = "430104", "430100", "430000", "000000"
PLACES = {Level.COUNTY: COUNTY, Level.PREFECTURE: PREFECTURE, Level.PROVINCE: PROVINCE, Level.NATION: NATION}
PETITIONS = "urn:concord:source:petitions:430000"
INSPECTION = "urn:concord:source:labour-inspection:430000"
SYSTEM = Actor(
    id=uuid5(NAMESPACE_URL, "concord:test-system"), kind=ActorKind.SYSTEM, post="初始化（示例）", place=NATION
)
SINCE = date(2020, 1, 1)
People = dict[str, tuple[ActorKind, UUID, UUID | None]]


def credit_code(number: int) -> str:
    """A credit code with its right check digit (GB 32100-2015)."""
    body = f"91430100{number:09d}"
    return body + uscc.calc_check_digit(body)


def enterprise(number: int) -> UUID:
    """The unit of that number."""
    return unit_id(UnitKind.ENTERPRISE, credit_code(number))


def append(conninfo: str, stream: UUID, version: int, *events: Event, actor: Actor = SYSTEM) -> None:
    """Events put into the register by the system itself."""
    command, now = uuid4(), datetime.now(UTC)
    entries = tuple(
        ENTRY_OF[type(event)](
            stream=stream, version=version + n, event=event, recorded_at=now, effective_on=now.astimezone(CHINA).date(),
            actor=actor, command_id=command, correlation_id=command,
        )
        for n, event in enumerate(events, 1)
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        (answer,) = append_sync(conn, [Command(command, b"system", {stream: version}, entries)])
    assert isinstance(answer, Stored), answer


def settled(conninfo: str) -> People:
    """Officers of every house at prefecture and province, a county officer, the nation, agents, sources."""
    people: People = {}
    for level, place in PLACES.items():
        for house in House:
            for role in (Role.OFFICER, Role.APPROVER):
                key = f"{level.value}-{house.value}-{role.value}"
                officer = uuid5(NAMESPACE_URL, key)
                appointed = OfficerAppointed(
                    post=f"{level.zh}{house.zh}{role.zh}",
                    house=house,
                    level=level,
                    place=place,
                    roles=(role,),
                    from_=SINCE,
                )
                append(conninfo, officer, 0, OfficerRegistered(), appointed)
                people[key] = (ActorKind.OFFICER, officer, None)
    for key, role in (("auditor", Role.AUDITOR), ("administrator", Role.ADMINISTRATOR)):
        officer = uuid5(NAMESPACE_URL, key)
        post = OfficerAppointed(post=role.zh, level=Level.PROVINCE, place=PROVINCE, roles=(role,), from_=SINCE)
        append(conninfo, officer, 0, OfficerRegistered(), post)
        people[key] = (ActorKind.OFFICER, officer, None)
    for number in range(1, 40):
        for role in (Role.APPLICANT, Role.UNIT_UNION):
            key = f"{role.value}-{number}"
            agent, unit = uuid5(NAMESPACE_URL, key), enterprise(number)
            append(conninfo, agent, 0, OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(role,)))
            people[key] = (ActorKind.APPLICANT, agent, unit)
    for key, uri, system in (
        ("petitions", PETITIONS, SourceSystem.PETITIONS),
        ("inspection", INSPECTION, SourceSystem.LABOUR_INSPECTION),
    ):
        source = source_stream(uri)
        registered = SourceRegistered(
            uri=uri, name=f"示例{system.zh}系统", system=system, place=PROVINCE, categories=tuple(Category)
        )
        append(conninfo, source, 0, registered)
        people[key] = (ActorKind.SOURCE, source, None)
    people["public"] = (ActorKind.PUBLIC, uuid5(NAMESPACE_URL, "public"), None)
    return people


@dataclass
class TestClock:
    """The time of a served register, that tests can move forward."""

    __test__ = False
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class World:
    """A served register: a client, and a token for everybody in it."""

    client: httpx.Client
    tokens: dict[str, str]
    conninfo: str
    clock: TestClock

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.clock().astimezone(CHINA).date()

    def days_later(self, days: int) -> None:
        """Let days pass."""
        self.clock.ahead += timedelta(days=days)

    def headers(self, who: str, **more: str) -> dict[str, str]:
        """The headers with which somebody asks."""
        return {"Authorization": f"Bearer {self.tokens[who]}", **more}

    def get(self, path: str, who: str = "auditor", **headers: str) -> httpx.Response:
        """Read something as somebody."""
        return self.client.get(
            path if path.startswith("/") else f"/api/v1/{path}", headers=self.headers(who, **headers)
        )

    def version(self, unit: UUID) -> int:
        """The version a unit is at."""
        answer = self.get(f"units/{unit}")
        return int(answer.json()["version"]) if answer.status_code == 200 else 0

    def decide(
        self, who: str, unit: UUID, decision: str, body: Any, *, at: int | None = None, key: str | None = None
    ) -> httpx.Response:
        """Take a decision at the unit's version as it is now, or at another."""
        version = self.version(unit) if at is None else at
        headers = self.headers(who, **{"Idempotency-Key": key or str(uuid4()), "If-Match": f'"{version}"'})
        return self.client.post(f"/api/v1/units/{unit}/decisions/{decision}", json=body, headers=headers)

    def must(self, who: str, unit: UUID, decision: str, body: Any) -> dict[str, Any]:
        """A decision that has to be taken."""
        answer = self.decide(who, unit, decision, body)
        assert answer.status_code == 201, f"{decision}: {answer.text}"
        document: dict[str, Any] = answer.json()
        return document

    def register(self, number: int, **more: Any) -> UUID:
        """Register the enterprise of that number through its agent."""
        body = {
            "kind": "enterprise", "name": f"示例企业{number}号", "code": credit_code(number), "place": COUNTY,
            "ownership": "private", "headcount": 300, **more,
        }  # fmt: skip
        headers = self.headers(f"applicant-{number}", **{"Idempotency-Key": str(uuid4())})
        answer = self.client.post("/api/v1/units", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["unit"])

    def reported(self, number: int) -> UUID:
        """A registered enterprise whose report is adopted and sealed by both."""
        unit, today = self.register(number), self.today.isoformat()
        self.must(f"applicant-{number}", unit, "self-evaluate", self_evaluation())
        adopted = {"report_digest": DIGEST, "on": today, "entitled": 100, "present": 90, "in_favour": 80, "against": 5}
        self.must(f"applicant-{number}", unit, "adopt-report", adopted)
        seal = {"report_digest": DIGEST, "seal": "示例印章"}
        self.must(f"applicant-{number}", unit, "seal-report", {**seal, "sealed_by": "enterprise", "signer": "示例人甲"})
        self.must(f"unit_union-{number}", unit, "seal-report", {**seal, "sealed_by": "union"})
        return unit

    def to_publicity(self, number: int, title: str = "provincial_harmonious") -> UUID:
        """An enterprise whose case has come to be made public."""
        unit, today = self.reported(number), self.today.isoformat()
        self.must(f"applicant-{number}", unit, "apply", {"title": title, "report_digest": DIGEST, "route": "levels"})
        self.must("county-hr-officer", unit, "accept-application", {})
        self.must("county-hr-officer", unit, "forward-application", {})
        visitors = [
            {"officer": str(uuid5(NAMESPACE_URL, f"prefecture-{house}-officer")), "house": house}
            for house in ("hr", "union")
        ]
        standards = load_pack().standard_sets["enterprise_national"].standards
        items = [{"standard": name, "met": True} for name in standards]
        self.must("prefecture-hr-officer", unit, "visit-site", {"on": today, "visitors": visitors, "items": items})
        for house in House:
            self.must(f"prefecture-{house.value}-officer", unit, "opine", {"opinion": "support"})
        self.must("prefecture-hr-approver", unit, "evaluate", {"outcome": "recommend", "score": 90})
        self.must("prefecture-hr-officer", unit, "forward-application", {})
        for house in House:
            self.must(f"province-{house.value}-officer", unit, "opine", {"opinion": "support"})
        self.must("province-hr-approver", unit, "review", {"outcome": "recommend"})
        return unit


DIGEST = "ab" * 32


def self_evaluation() -> dict[str, Any]:
    """The body of a good enterprise's self-evaluation."""
    pack = load_pack()
    standards = pack.standard_sets["enterprise_national"].standards
    return {
        "standard_set": "enterprise_national",
        "conducted_by": "unit",
        "items": [{"standard": name, "score": standard.score} for name, standard in standards.items()],
        "survey": {"entitled": 300, "answered": 200, "scores": dict.fromkeys(pack.survey_indicators, 90)},
        "training_funds": {"total": 10_000_00, "front_line": 7_000_00},
        "report": {"sha256": DIGEST, "media_type": "application/pdf", "title": "示例自评报告", "size": 1000},
    }


def cloud_event(source: str, number: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A signal as a CloudEvent about the enterprise of that number."""
    return {
        "specversion": "1.0", "id": str(uuid4()), "source": source, "type": "concord.signal.reported.v1",
        "subject": credit_code(number), "time": datetime.now(UTC).isoformat(), "data": data, **more,
    }  # fmt: skip


def report(today: date, **more: Any) -> dict[str, Any]:
    """The data of a mass petition that freezes a unit."""
    return {
        "external_id": f"示例-{uuid4().hex[:12]}", "category": "mass_petition", "severity": 3, "people": 30,
        "occurred_on": today.isoformat(), "reported_on": today.isoformat(), "summary": "示例：职工群体访", **more,
    }  # fmt: skip
