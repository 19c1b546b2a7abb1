"""Story 8, told by decisions over HTTP: provinces join, one is criticised, all are inspected, two units are decided on.

Each request has a key of its own, so that a start after a stop tells nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx2

from deploy import terminal
from deploy.demo.application import NATIONAL
from deploy.demo.instance import Instance
from deploy.demo.nation import Nation, events_of, identity, named
from deploy.demo.nationwide import CANDIDATE, CONSENT
from deploy.demo.other_provinces import SIMULATED, SLOW
from deploy.demo.people import founders
from deploy.demo.people import named as person_or_thing
from deploy.supervise import Supervisor
from events.words import House, Level
from services.casework.check.draw import share_digest
from services.casework.register.state import register_stream
from services.errors import Unavailable

TIMEOUT = 20.0
"""Seconds that one request may take."""

PATIENCE_SECONDS = 120.0
"""How long replicas have to catch up, and decisions to come back."""

STEP = 0.2
ROUND = person_or_thing("cross-inspection")
SHARING = (House.HR, House.UNION)
OFFICER, APPROVER, ADMINISTRATOR = "nation-hr-officer", "nation-hr-approver", "nation-administrator-1"


@cache
def _client() -> httpx2.Client:
    """One for all requests: making a client reads every certificate authority, which takes longer than an answer."""
    return httpx2.Client(timeout=TIMEOUT)


@dataclass(frozen=True, slots=True)
class Desk:
    """An instance's API; `reader` is whose account reads."""

    instance: Instance
    supervisor: Supervisor
    reader: str

    def get(self, path: str) -> Any:
        """What a GET of the API answers. Raises Unavailable where it is refused."""
        answer = _client().get(f"{self.instance.base}/api/v1{path}", headers=self.instance.token(self.reader))
        if answer.status_code != 200:
            raise Unavailable(f"GET {path} ({answer.status_code}: {answer.text[:300]})")
        return answer.json()

    def post(self, who: str, path: str, body: Mapping[str, Any], version: Callable[[], int] | None = None) -> Any:
        """What a decision answers, asked again where the version moved meanwhile. Raises Unavailable where refused."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        about = ":".join(str(body.get(name, "")) for name in ("unit", "inspected", "house"))
        key = {"Idempotency-Key": f"story-8:{path}:{about}", **self.instance.token(who)}
        while True:
            seen = {"If-Match": f'"{version()}"'} if version is not None else {}
            url = f"{self.instance.base}/api/v1{path}"
            answer = _client().post(url, json=dict(body), headers={**key, **seen})
            if answer.status_code in (200, 201):
                return answer.json()
            if answer.status_code not in (412, 503) or time.monotonic() > deadline:
                raise Unavailable(f"POST {path} ({answer.status_code}: {answer.text[:400]})")
            time.sleep(STEP)

    def until(self, what: str, reached: Callable[[], bool]) -> None:
        """Wait for it. Raises Unavailable where it does not come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > deadline:
                raise Unavailable(f"{what} (it did not come in {PATIENCE_SECONDS:.0f} s)")
            self.supervisor.look_after()
            time.sleep(STEP)


def desks(nation: Nation, supervisor: Supervisor) -> tuple[Desk, Desk]:
    """The nation's, and Hunan's."""
    return Desk(nation.national, supervisor, "nation-auditor"), Desk(nation.hunan, supervisor, "auditor")


def tell(nation: Nation, supervisor: Supervisor) -> None:
    """The whole story; what an earlier start told is found told. Raises Unavailable where a step is refused."""
    desk, hunan = desks(nation, supervisor)
    with terminal.step("三十一省接入 31 provinces join"):
        desk.until("the simulated provinces", lambda: len(nation.simulated()) == len(SIMULATED))
        for place, its in nation.identities().items():
            joining = {"log": its.log, "key": its.key, "name": named(place)}
            desk.post(ADMINISTRATOR, f"/national/provinces/{place}/decisions/join", joining)
        _recognise(nation, supervisor)
        wanted = positions(nation)
        desk.until("the replicas", lambda: not behind(wanted, desk))
    with terminal.step("国家决定送达 decisions of the nation arrive"):
        _decide(desk, hunan)
    with terminal.step("互检与通报 cross-inspection and criticism"):
        _inspect(desk, nation)
        _criticise(desk, nation)


def _recognise(nation: Nation, supervisor: Supervisor) -> None:
    """Each province of its own recognises the nation's register, so that it records what that decides."""
    its = identity(nation.national)
    for one in nation.provinces:
        first, second, *_ = (founder.key for founder in founders(Level.PROVINCE, one.place))
        desk, path = Desk(one, supervisor, first), f"/registers/{register_stream(one.place)}"
        body, version = {"log": its.log, "key": its.key}, partial(_version_of, desk, path)
        (proposal,) = desk.post(first, f"{path}/decisions/recognise-nation", body, version)["events"]
        seconding = {"proposal": proposal["version"], "digest": proposal["event"]["digest"]}
        desk.post(second, f"{path}/decisions/second-act", seconding, version)


def _version_of(desk: Desk, path: str) -> int:
    return int(desk.get(path)["version"])


def positions(nation: Nation) -> dict[str, int]:
    """How far every province's own log is."""
    simulated = {place: told["position"] for place, told in nation.simulated().items()}
    return {one.place: events_of(one) for one in nation.provinces} | simulated


def behind(wanted: Mapping[str, int], desk: Desk) -> list[str]:
    """The provinces of which the nation does not show everything up to those positions yet."""
    shown = {row["province"]: row["as_of"]["position"] for row in desk.get("/national/provinces")["provinces"]}
    return [place for place, position in wanted.items() if shown.get(place, 0) < position]


def _version(hunan: Desk, unit: UUID) -> Callable[[], int]:
    return lambda: int(hunan.get(f"/units/{unit}")["version"])


def _decide(desk: Desk, hunan: Desk) -> None:
    """The nation consents to the revocation of one unit and names another; Hunan records both, and revokes."""
    for unit, decision, number in ((CONSENT.id, "give-consent", 8), (CANDIDATE.id, "name", 9)):
        path = f"/national/provinces/{hunan.instance.place}/units/{unit}/decisions/{decision}"
        body = {"title": NATIONAL, "document_number": f"国家三方示例〔2026〕{number}号"}
        desk.post(APPROVER, path, body, _version(hunan, unit))
    for unit, recorded in ((CONSENT.id, "unit.consent-given.v1"), (CANDIDATE.id, "unit.named.v1")):
        hunan.until(f"{recorded} in Hunan", partial(_has, hunan, unit, recorded))
    body = {"title": NATIONAL, "document_number": "湘三方示例〔2026〕8号"}
    path = f"/units/{CONSENT.id}/decisions/revoke"
    hunan.post("province-hr-approver", path, body, _version(hunan, CONSENT.id))


def _has(hunan: Desk, unit: UUID, recorded: str) -> bool:
    return recorded in types_of(hunan, unit)


def types_of(hunan: Desk, unit: UUID) -> list[str]:
    """The types of a unit's events, in order."""
    return [event["type"] for event in hunan.get(f"/units/{unit}/events")["events"]]


def _inspect(desk: Desk, nation: Nation) -> None:
    """A cross-inspection of one unit in each province: listed, drawn by the shares of two houses, and reported."""
    path = f"/national/cross-inspections/{ROUND}/decisions"
    places = list(nation.identities())
    desk.post(OFFICER, f"{path}/plan", {"round": "示例年度互检", "provinces": places, "per_province": 1})
    desk.post(OFFICER, f"{path}/freeze-lists", {})
    for house in SHARING:
        committed = {"house": house.value, "digest": share_digest(ROUND, house.value, _share(house))}
        desk.post(f"nation-{house.value}-officer", f"{path}/commit-share", committed)
    for house in SHARING:
        desk.post(
            f"nation-{house.value}-officer", f"{path}/reveal-share", {"house": house.value, "share": _share(house)}
        )
    drawn = desk.post(OFFICER, f"{path}/assign", {})
    for one in next(event["event"]["assignments"] for event in drawn["events"]):
        slow = one["inspected"] == SLOW
        for unit in one["units"]:
            report = {
                "inspecting": one["inspecting"], "inspected": one["inspected"], "unit": unit,
                "on": nation.day.isoformat(), "result": "problems" if slow else "clean",
                "findings": "线索久拖未办（示例）" if slow else "资料齐全，未见问题（示例）",
            }  # fmt: skip
            desk.post(OFFICER, f"{path}/report", report)


def _share(house: House) -> str:
    """The share of the seed that a house keeps to itself until it reveals it."""
    return sha256(f"示例互检份额:{house.value}".encode()).hexdigest()


def _criticise(desk: Desk, nation: Nation) -> None:
    """The slow province is criticised for what the cross-check shows of it."""
    found = desk.get(f"/national/cross-check?kind=unhandled&province={SLOW}")["findings"]
    body = {
        "year": nation.day.year, "ground": "对示范单位的问题线索久拖不办（示例）",
        "document_number": "国家三方示例〔2026〕10号", "units": sorted({one["unit"] for one in found}),
    }  # fmt: skip
    desk.post(APPROVER, f"/national/provinces/{SLOW}/decisions/criticise", body)
