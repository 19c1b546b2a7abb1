"""Who and what a served register holds in tests, set up as the law wants it, and a client that speaks for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx2
import psycopg
from stdnum.cn import uscc

from events.envelope import CHINA, Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import OfficerAppointed, OfficerPersonTagged, OfficerRegistered
from events.governance.source import SourceRegistered
from events.person import PersonTag, identity_number
from events.record import COMMON, ActProposed
from events.words import ActorKind, Category, DocumentKind, House, Level, Role, SourceSystem
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.source.state import source_stream
from services.casework.unit.registration import unit_id
from services.content import store
from services.decisions import DecisionRequest, Decisions
from services.genesis import Founder, Founders, begin
from services.register.append import Stored

COUNTY, PREFECTURE, PROVINCE = "430104", "430100", "430000"
ELSEWHERE = "430200"
PLACES = {Level.COUNTY: COUNTY, Level.PREFECTURE: PREFECTURE, Level.PROVINCE: PROVINCE}
PETITIONS = "urn:concord:source:petitions:430000"
INSPECTION = "urn:concord:source:labour-inspection:430000"
UNITS = 40
"""Enterprises for which there is an agent and a union."""

People = dict[str, tuple[ActorKind, UUID, UUID | None]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database in which everybody is appointed, the key file of its vault, and who there is."""

    database: str
    key_file: Path
    people: People


def identity(number: int) -> str:
    """The identity number of nobody: born in 1900, with its right check digit."""
    body = f"11010119000101{number:03d}"
    return next(text for digit in "0123456789X" if (text := _right(body + digit)))


def _right(text: str) -> str:
    try:
        return identity_number(text)
    except ValueError:
        return ""


def officer_id(key: str) -> UUID:
    """The id of somebody of the world: of version 4, as ids that follow from no key are, and always the same."""
    return UUID(bytes=sha256(f"world:{key}".encode()).digest()[:16], version=4)


def credit_code(number: int) -> str:
    """A credit code with its right check digit (GB 32100-2015)."""
    body = f"91430100{number:09d}"
    return body + uscc.calc_check_digit(body)


def enterprise(number: int) -> UUID:
    """The unit of that number."""
    return unit_id(credit_code(number), COUNTY)


class Appointing:
    """Everybody's appointment, each by the two persons that it takes."""

    def __init__(self, decisions: Decisions, first: UUID, second: UUID) -> None:
        self.decisions, self.first, self.second = decisions, first, second

    async def act(self, stream: UUID, event: Event) -> Stored:
        """An act of the first administrator; where it takes two, the second one seconds it."""
        stored = await self._decided(stream, event, self.first)
        proposal = stored.recorded[-1].entry
        if not isinstance(proposal.event, ActProposed):
            return stored
        kind = proposal.event.about.type.partition(".")[0]
        seconding = COMMON[kind].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
        return await self._decided(stream, seconding, self.second)

    async def _decided(self, stream: UUID, event: Event, who: UUID) -> Stored:
        return await self.decisions.decide(DecisionRequest(uuid4(), b"world", stream, event, who))

    async def paper(self, house: House, day: date) -> UUID:
        """The house's paper of appointment, recorded by the first administrator and confirmed by the second."""
        data = f"%PDF-1.7 appointment:{house.value}".encode()
        async with self.decisions.states.pool.connection() as conn:
            digest, _ = await store(conn, None, "application/pdf", data)
        event = DocumentRecorded(
            kind=DocumentKind.APPOINTMENT, issuer=f"示例{house.zh}", number="示例任1号", dated=day, title="示例任命",
            sha256=digest, media_type="application/pdf", size=len(data),
        )  # fmt: skip
        stream = document_stream(event.issuer, event.number)
        await self.act(stream, event)
        await self._decided(stream, DocumentConfirmed(), self.second)
        return stream

    async def officer(self, key: str, post: OfficerAppointed, number: int | None = None) -> UUID:
        """An officer in a post; with a person tag where a number is given."""
        officer = officer_id(key)
        await self.act(officer, OfficerRegistered())
        if number is not None:
            await self.act(officer, OfficerPersonTagged(tag=PersonTag.parse(identity(number))))
        await self.act(officer, post)
        return officer


FOUNDERS = Founders(
    tuple(Founder(identity(n), f"示例管理员{n}") for n in (1, 2, 3)), tuple(Founder(identity(n)) for n in (4, 5))
)


async def settled(decisions: Decisions) -> People:
    """The genesis, then officers of every house at county, prefecture and province, agents, and two sources.

    All officers have person tags, as posts ask for, and of a unit's agent and its union one has.
    """
    begun = await begin(decisions, FOUNDERS, simulated=True)
    named = [*zip(("administrator", "administrator-2", "administrator-3"), begun.administrators, strict=True)]
    named += zip(("data-officer", "data-officer-2"), begun.data_officers, strict=True)
    people: People = {key: (ActorKind.OFFICER, officer, None) for key, officer in named}
    appointing = Appointing(decisions, *begun.administrators[:2])
    since = decisions.clock().astimezone(CHINA).date()
    posts: list[tuple[str, str, Level, House | None, Role]] = [
        (f"{level.value}-{house.value}-{role.value}", place, level, house, role)
        for level, place in PLACES.items()
        for house in House
        for role in (Role.OFFICER, Role.APPROVER)
    ]
    posts.append((f"{ELSEWHERE}-hr-officer", ELSEWHERE, Level.PREFECTURE, House.HR, Role.OFFICER))
    posts.append(("auditor", PROVINCE, Level.PROVINCE, None, Role.AUDITOR))
    papers = {house: await appointing.paper(house, since) for house in House}
    for number, (key, place, level, house, role) in enumerate(posts, 10):
        title = f"{level.zh}{house.zh if house else ''}{role.zh}"
        paper = papers[house] if house is not None else None
        post = OfficerAppointed(
            post=title, house=house, level=level, place=place, roles=(role,), from_=since, paper=paper
        )
        people[key] = (ActorKind.OFFICER, await appointing.officer(key, post, number), None)
    for number in range(1, UNITS):
        for role in (Role.APPLICANT, Role.UNIT_UNION):
            key = f"{role.value}-{number}"
            agent, unit = officer_id(key), enterprise(number)
            await appointing.act(agent, OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(role,)))
            if role is Role.UNIT_UNION:
                tagged = OfficerPersonTagged(tag=PersonTag.parse(identity(900 + number)))
                await appointing.act(agent, tagged)
            people[key] = (ActorKind.APPLICANT, agent, unit)
    for key, uri, system in (
        ("petitions", PETITIONS, SourceSystem.PETITIONS),
        ("inspection", INSPECTION, SourceSystem.LABOUR_INSPECTION),
    ):
        source, name = source_stream(uri), f"示例{system.zh}系统"
        registered = SourceRegistered(uri=uri, name=name, system=system, place=PROVINCE, categories=tuple(Category))
        await appointing.act(source, registered)
        people[key] = (ActorKind.SOURCE, source, None)
    people["public"] = (ActorKind.PUBLIC, uuid5(NAMESPACE_URL, "public"), None)
    return people


def simulate(conninfo: str) -> None:
    """The clocks of this register are made up: tests let days pass."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        if conn.execute("SELECT to_regclass('register.simulation')").fetchone() != (None,):
            conn.execute("INSERT INTO register.simulation DEFAULT VALUES")


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

    client: httpx2.Client
    tokens: dict[str, str]
    conninfo: str
    clock: TestClock

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.clock().astimezone(CHINA).date()

    @property
    def end(self) -> int:
        """The last position of its log."""
        with psycopg.connect(self.conninfo) as conn:
            (last,) = conn.execute("SELECT coalesce(max(position), 0) FROM register.events").fetchone() or (0,)
        return int(last)

    def days_later(self, days: int) -> None:
        """Let days pass."""
        self.clock.ahead += timedelta(days=days)

    def headers(self, who: str, **more: str) -> dict[str, str]:
        """The headers with which somebody asks."""
        return {"Authorization": f"Bearer {self.tokens[who]}", **more}

    def get(self, path: str, who: str = "auditor", **headers: str) -> httpx2.Response:
        """Read something as somebody."""
        return self.client.get(
            path if path.startswith("/") else f"/api/v1/{path}", headers=self.headers(who, **headers)
        )

    def version(self, stream: UUID, kinds: str = "units") -> int:
        """The version a stream is at."""
        answer = self.get(f"{kinds}/{stream}")
        return int(answer.json()["version"]) if answer.status_code == 200 else 0

    def decide(
        self,
        who: str,
        stream: UUID,
        decision: str,
        body: Any,
        *,
        kinds: str = "units",
        at: int | None = None,
        key: str | None = None,
    ) -> httpx2.Response:
        """Take a decision at the stream's version as it is now, or at another."""
        version = self.version(stream, kinds) if at is None else at
        headers = self.headers(who, **{"Idempotency-Key": key or str(uuid4()), "If-Match": f'"{version}"'})
        return self.client.post(f"/api/v1/{kinds}/{stream}/decisions/{decision}", json=body, headers=headers)

    def must(self, who: str, stream: UUID, decision: str, body: Any, *, kinds: str = "units") -> dict[str, Any]:
        """A decision that has to be taken."""
        answer = self.decide(who, stream, decision, body, kinds=kinds)
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
            {"officer": str(officer_id(f"prefecture-{house}-officer")), "house": house} for house in ("hr", "union")
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
