"""Small histories as JSON lines, told without any of our own code: what a checker is given.

told = life("named")
told.add("unit.named", {...}, office("province", "approver"), "2024-04-10")
assert told.rules() == {"T-09"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.checker import Finding, check

PACK = Path(__file__).resolve().parents[2] / "services" / "casework" / "packs" / "hunan-2023-15" / "1"
NATIONAL, PROVINCIAL, LOCAL = "national_model", "provincial_harmonious", "prefecture_harmonious"
PLACES = {"county": "430104", "prefecture": "430100", "province": "430000", "nation": "000000"}
HOUSES = ("hr", "union", "federation", "commerce")
UNIT = "00000001-0000-5000-8000-000000000000"
OTHER = "00000002-0000-5000-8000-000000000000"
Actor = dict[str, Any]
Said = dict[str, Any]


def given(n: int | str) -> str:
    """An id as a client gives it, the same for the same number or name."""
    number = n if isinstance(n, int) else int(sha256(n.encode()).hexdigest()[:8], 16)
    return f"{number:08x}-0000-4000-8000-000000000000"


def keyed(n: int | str) -> str:
    """An id that follows from a key."""
    return given(n).replace("-4000-", "-5000-")


def digest(text: str) -> str:
    """The digest of a text."""
    return sha256(text.encode()).hexdigest()


def office(level: str, role: str = "officer", house: str | None = "hr", n: int = 1, place: str | None = None) -> Actor:
    """Somebody in a post; another `n` is somebody else."""
    at = place or PLACES[level]
    return {
        "id": given(f"{level} {role} {house} {n} {at}"), "kind": "officer", "post": f"{level} {role}",
        "level": level, "place": at, "roles": [role], "appointment": 3, **({"house": house} if house else {}),
    }  # fmt: skip


def agent(role: str = "applicant", unit: str = UNIT, name: str = "") -> Actor:
    """The unit's agent, or its union's."""
    who = given(name or f"{role} {unit}")
    return {"id": who, "kind": "applicant", "post": role, "place": "000000", "roles": [role], "unit": unit}


def program(kind: str) -> Actor:
    """What acts without a person."""
    return {"id": given(kind), "kind": kind, "post": kind, "place": "430000", "roles": []}


SOURCE, TIMEKEEPER, SYSTEM, PUBLIC = (program(kind) for kind in ("source", "timekeeper", "system", "public"))
DESK = {level: office(level) for level in PLACES}
APPROVER = {level: office(level, "approver", n=2) for level in PLACES}
INSPECTOR = office("prefecture", "inspector")


@dataclass
class Told:
    """Entries in the order of the log."""

    lines: list[Said] = field(default_factory=list)
    positions: bool = False
    versions: dict[str, int] = field(default_factory=dict)
    over: Mapping[str, Said] = field(default_factory=dict)
    leave: tuple[str, ...] = ()

    def add(self, kind: str, event: Said, by: Actor, day: str, *, stream: str = UNIT, **envelope: Any) -> int:
        """One more entry; its version. What `over` says of the type is said instead, what `leave` names is not told."""
        if kind in self.leave:
            return self.versions.get(stream, 0)
        over = dict(self.over.get(kind, {}))
        said_by = over.pop("@actor", by)
        envelope |= {name[1:]: over.pop(name) for name in list(over) if name.startswith("@")}
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        moment = datetime.fromisoformat(f"{envelope.pop('day', day)}T01:00:00") + timedelta(seconds=len(self.lines))
        entry = {
            "stream": stream, "version": version, "event": event | over, "recorded_at": f"{moment.isoformat()}.000001Z",
            "effective_on": day, "actor": said_by,
            "authority": {"rule": "I-13", "clause": "五(五)1", "pack": "hunan-2023-15@1"},
            "command_id": given(len(self.lines) + 1), "correlation_id": given(0), **envelope,
        }  # fmt: skip
        position = {"position": len(self.lines) + 1} if self.positions else {}
        self.lines.append({**position, "type": f"{kind}.v1", **entry})
        return version

    def by_two(self, kind: str, event: Said, first: Actor, second: Actor, day: str, *, stream: str = UNIT) -> int:
        """An act of two persons: proposed, seconded, done."""
        family, version = kind.partition(".")[0], self.versions.get(stream, 0)
        payload = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        whole = {
            "actor": first, "at_version": version, "effective_on": day, "payload": payload, "stream": stream,
            "type": f"{kind}.v1",
        }  # fmt: skip
        sum_of = digest(json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        proposal = {"type": f"{kind}.v1", "payload": payload, "digest": sum_of, "at_version": version}
        at = self.add(f"{family}.act-proposed", proposal, first, day, stream=stream)
        command = given(f"{stream} {at}")
        self.add(
            f"{family}.act-seconded", {"proposal": at, "digest": sum_of}, second, day, stream=stream, command_id=command
        )
        return self.add(kind, event, first, day, stream=stream, seconded_by=second, command_id=command)

    def found(self, *, pack: Path | None = PACK, whole: bool | None = None) -> list[Finding]:
        """What the checker says."""
        return list(check((json.dumps(line, ensure_ascii=False) for line in self.lines), pack, whole=whole))

    def rules(self, *, pack: Path | None = PACK, whole: bool | None = None) -> set[str]:
        """By which rules."""
        return {finding.rule for finding in self.found(pack=pack, whole=whole)}


def working(day: str, days: int) -> str:
    """So many weekdays after that day (the histories keep away from holidays)."""
    at = date.fromisoformat(day)
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at.isoformat()


STEPS = (
    "registered", "sealed", "applied", "accepted", "evaluated", "reviewed", "publicised", "cleared", "nominated",
    "named", "plaque", "granted", "signal", "checked", "assessed", "proposed", "heard", "opined", "consented",
    "revoked", "recovered",
)  # fmt: skip


def life(
    upto: str,
    title: str = PROVINCIAL,
    kind: str = "enterprise",
    *,
    told: Told | None = None,
    over: Mapping[str, Said] | None = None,
    leave: tuple[str, ...] = (),
    unit: Said | None = None,
) -> Told:
    """A lawful life up to a step; `over` changes what is said by type, `leave` leaves a type out."""
    told = told or Told()
    told.over, told.leave = over or {}, leave
    for step in STEPS[: STEPS.index(upto) + 1]:
        if step in ("nominated", "consented") and title != NATIONAL:
            continue
        if step == "reviewed" and title == LOCAL:
            continue
        _TELL[step](told, title, kind, unit or {})
    told.over, told.leave = {}, ()
    return told


def report(told: Told, day: str, kind: str = "enterprise", name: str = "report") -> None:
    """Self-evaluation, congress and seals."""
    by_body = kind in ("park", "township")
    whose = DESK["county"] if by_body else agent()
    said: Said = {
        "standard_set": "enterprise_national", "conducted_by": "tripartite" if by_body else "unit",
        "items": [{"standard": "party_organisation", "score": 10}],
        "survey": {"entitled": 300, "answered": 120, "scores": {"pay": 90}},
        "report": {"sha256": digest(name), "media_type": "application/pdf", "title": "示例", "size": 1},
    }  # fmt: skip
    told.add("unit.self-evaluated", said, whose, day)
    if by_body:
        told.add(
            "unit.report-sealed", {"report_digest": digest(name), "sealed_by": "tripartite", "seal": "示例"}, whose, day
        )
        return
    congress = {"report_digest": digest(name), "on": day, "entitled": 100, "present": 80, "in_favour": 75, "against": 5}
    told.add("unit.report-adopted", congress, agent(), day)
    for sealer, by in (("enterprise", agent()), ("union", agent("unit_union"))):
        told.add("unit.report-sealed", {"report_digest": digest(name), "sealed_by": sealer, "seal": "示例"}, by, day)


def opine(told: Told, day: str, level: str, title: str, matter: str = "application", **words: str) -> list[int]:
    """An opinion of each house: support, where nothing else is said; `none` is silence."""
    found = []
    for house in HOUSES:
        if words.get(house) != "none":
            said = {
                "title": title,
                "matter": matter,
                "opinion": words.get(house, "support"),
                "level": level,
                "house": house,
            }
            found.append(told.add("unit.house-opined", said, office(level, "officer", house, 3), day))
    return found


def _registered(told: Told, title: str, kind: str, unit: Said) -> None:
    said = {"kind": kind, "name": "示例", "code": "9143", "place": "430104", "headcount": 300, "ownership": "private"}
    told.add("unit.registered", said | unit, agent(), "2024-03-04")


def _sealed(told: Told, title: str, kind: str, unit: Said) -> None:
    report(told, "2024-03-11", kind)


def _applied(told: Told, title: str, kind: str, unit: Said) -> None:
    direct = unit.get("ownership") == "central"
    said = {
        "title": title, "report_digest": digest("report"), "route": "direct" if direct else "levels",
        "level": "province" if direct else "county",
    }  # fmt: skip
    told.add("unit.applied", said, agent(), "2024-03-12")


def _accepted(told: Told, title: str, kind: str, unit: Said) -> None:
    if unit.get("ownership") == "central":
        told.add("unit.application-accepted", {"title": title, "level": "province"}, DESK["province"], "2024-03-13")
        return
    told.add("unit.application-accepted", {"title": title, "level": "county"}, DESK["county"], "2024-03-13")
    forwarded = {"title": title, "from": "county", "to": "prefecture"}
    told.add("unit.application-forwarded", forwarded, DESK["county"], "2024-03-14")
    told.add("unit.application-accepted", {"title": title, "level": "prefecture"}, DESK["prefecture"], "2024-03-15")


def _evaluated(told: Told, title: str, kind: str, unit: Said) -> None:
    level = "province" if unit.get("ownership") == "central" else "prefecture"
    visitors = [{"officer": office(level, "officer", house, 4)["id"], "house": house} for house in HOUSES[:2]]
    said = {
        "title": title,
        "on": "2024-03-18",
        "visitors": visitors,
        "items": [{"standard": "party_organisation", "met": True}],
    }
    told.add("unit.site-visited", said, DESK[level], "2024-03-18")
    opinions = opine(told, "2024-03-19", level, title)
    judged = {"title": title, "outcome": "recommend", "score": 92, "level": level, "opinions": opinions}
    told.add("unit.evaluated", judged, APPROVER[level], "2024-03-20")


def _reviewed(told: Told, title: str, kind: str, unit: Said) -> None:
    if unit.get("ownership") != "central":
        forwarded = {"title": title, "from": "prefecture", "to": "province"}
        told.add("unit.application-forwarded", forwarded, DESK["prefecture"], "2024-03-21")
    opinions = opine(told, "2024-03-22", "province", title)
    said = {"title": title, "outcome": "recommend", "level": "province", "opinions": opinions}
    told.add("unit.reviewed", said, office("province", "approver", n=5), "2024-03-25")


def _publicised(told: Told, title: str, kind: str, unit: Said) -> None:
    said = {"title": title, "from": "2024-03-26", "until": "2024-04-02", "channel": "示例"}
    told.add("unit.publicity-started", said, DESK["prefecture" if title == LOCAL else "province"], "2024-03-26")


def _cleared(told: Told, title: str, kind: str, unit: Said) -> None:
    told.add("unit.publicity-completed", {"title": title, "outcome": "cleared"}, TIMEKEEPER, "2024-04-03")


def _nominated(told: Told, title: str, kind: str, unit: Said) -> None:
    said = {"title": title, "round": given("round"), "document_number": "示例"}
    told.add("unit.nominated", said, office("province", "approver", n=6), "2024-04-08")


def _named(told: Told, title: str, kind: str, unit: Said) -> None:
    level = {NATIONAL: "nation", LOCAL: "prefecture"}.get(title, "province")
    said = {"title": title, "document_number": "示例", "term_from": "2024-04-10", "term_until": "2027-04-09"}
    told.add("unit.named", said, office(level, "approver", n=7), "2024-04-10")


def _plaque(told: Told, title: str, kind: str, unit: Said) -> None:
    told.add("unit.plaque-issued", {"title": title, "plaque": "示例-1"}, DESK["province"], "2024-04-12")


def _granted(told: Told, title: str, kind: str, unit: Said) -> None:
    said = {"incentive": "credit", "title": title, "from": "2024-05-06", "until": "2027-04-09", "basis": "示例"}
    told.add("unit.incentive-granted", said, DESK["county"], "2024-05-06")


def signal(told: Told, day: str, name: str = "示例", *, by: Actor = SOURCE, **said: Any) -> None:
    """A signal of a source: wage arrears of sixty workers, where nothing else is said."""
    event: Said = {
        "source": "urn:example", "external_id": name, "category": "wage_arrears", "severity": 4, "occurred_on": day,
        "reported_on": day, "people": 60, "signal": f"urn:example#{name}",
    }  # fmt: skip
    told.add("unit.signal-recorded", event | said, by, day)


def _signal(told: Told, title: str, kind: str, unit: Said) -> None:
    signal(told, "2024-06-03")


def _checked(told: Told, title: str, kind: str, unit: Said) -> None:
    ordered = {"kind": "targeted", "check": "示例-1", "signals": ["urn:example#示例"], "due": "2024-06-21"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-06-04")
    conducted = {"check": "示例-1", "on": "2024-06-05", "findings": "示例", "result": "grave"}
    told.add("unit.check-conducted", conducted, INSPECTOR, "2024-06-05")


def assess(
    told: Told, day: str, outcome: str = "serious", ground: str | None = "wage_arrears", name: str = "示例"
) -> int:
    """What a signal turned out to be, by an approver with another house."""
    said: Said = {"signal": f"urn:example#{name}", "outcome": outcome, "findings": "示例"}
    if ground is not None:
        said["ground"] = ground
    first, second = office("prefecture", "approver", n=8), office("prefecture", "approver", "union", 8)
    return told.by_two("unit.signal-assessed", said, first, second, day)


def _assessed(told: Told, title: str, kind: str, unit: Said) -> None:
    assess(told, "2024-06-06")


def _proposed(told: Told, title: str, kind: str, unit: Said) -> None:
    proof = next((line["version"] for line in told.lines if line["type"] == "unit.signal-assessed.v1"), 1)
    said = {"title": title, "grounds": [{"ground": "wage_arrears", "evidence": [proof]}]}
    told.add("unit.revocation-proposed", said, DESK["prefecture"], "2024-06-07")


def _heard(told: Told, title: str, kind: str, unit: Said) -> None:
    told.add("unit.hearing-notified", {"title": title}, DESK["province"], "2024-06-11")
    opened = {"title": title, "how": "account", "on": "2024-06-11", "served_on": "2024-06-11", "due": "2024-06-18"}
    told.add("unit.notice-served", opened, agent(), "2024-06-11")
    told.add("unit.statement-heard", {"title": title, "text": "示例"}, agent(), "2024-06-12")


def _opined(told: Told, title: str, kind: str, unit: Said) -> None:
    opine(told, "2024-06-13", "province", title, "revocation")


def _consented(told: Told, title: str, kind: str, unit: Said) -> None:
    told.add("unit.consent-requested", {"title": title, "document_number": "示例"}, DESK["province"], "2024-06-14")
    said = {"title": title, "document_number": "示例"}
    told.add("unit.consent-given", said, APPROVER["nation"], "2024-06-17")


def _revoked(told: Told, title: str, kind: str, unit: Said) -> None:
    granted = [line["version"] for line in told.lines if line["type"] == "unit.incentive-granted.v1"]
    said = {"title": title, "document_number": "示例", "incentives_ended": granted}
    told.add("unit.revoked", said, office("province", "approver", n=9), "2024-06-18")


def _recovered(told: Told, title: str, kind: str, unit: Said) -> None:
    told.add("unit.plaque-recovered", {"plaque": "示例-1", "how": "collected"}, DESK["prefecture"], "2024-06-20")
    said = {"title": title, "channel": "示例", "document_number": "示例"}
    told.add("unit.revocation-announced", said, DESK["province"], "2024-06-21")


_TELL = {
    "registered": _registered, "sealed": _sealed, "applied": _applied, "accepted": _accepted, "evaluated": _evaluated,
    "reviewed": _reviewed, "publicised": _publicised, "cleared": _cleared, "nominated": _nominated, "named": _named,
    "plaque": _plaque, "granted": _granted, "signal": _signal, "checked": _checked, "assessed": _assessed,
    "proposed": _proposed, "heard": _heard, "opined": _opined, "consented": _consented, "revoked": _revoked,
    "recovered": _recovered,
}  # fmt: skip


def begun(*people: Actor, tagged: bool = True) -> Told:
    """A whole register, in the order of its log: opened, with these people in their posts."""
    told = Told(positions=True)
    opened = {"place": "430000", "level": "province", "opened_on": "2024-01-08"}
    adopted = {"pack": "hunan-2023-15", "pack_version": "1", "digest": digest("pack"), "from": "2024-01-08"}
    told.add("register.opened", opened, SYSTEM, "2024-01-08", stream=keyed("register"))
    told.add("policy.adopted", adopted, SYSTEM, "2024-01-08", stream=keyed("policy"))
    for person in people:
        appoint(told, person, "2024-01-08", tagged=tagged)
    return told


def appoint(told: Told, person: Actor, day: str, *, tagged: bool = True, tag: str | None = None) -> None:
    """Somebody enters the register, with a tag and a post, or as a unit's agent."""
    who = person["id"]
    if person["kind"] == "applicant":
        said: Said = {"kind": "applicant", "unit": person["unit"], "roles": person["roles"]}
        told.add("officer.registered", said, SYSTEM, day, stream=who)
    else:
        told.add("officer.registered", {"kind": "officer"}, SYSTEM, day, stream=who)
    if tagged:
        told.add("officer.person-tagged", {"tag": {"tag": digest(tag or who)}}, SYSTEM, day, stream=who)
    if person["kind"] == "officer":
        post = {name: person[name] for name in ("post", "level", "house", "place", "roles") if name in person}
        told.add("officer.appointed", post | {"from": day}, SYSTEM, day, stream=who)


def cast() -> list[Actor]:
    """Everybody who acts in a life."""
    levels = ("county", "prefecture", "province", "nation")
    found = [agent(), agent("unit_union"), INSPECTOR, *DESK.values(), *APPROVER.values()]
    found += [office("province", "approver", n=n) for n in (5, 6, 7, 9)]
    found += [office("nation", "approver", n=7), office("prefecture", "approver", n=7)]
    found += [office("prefecture", "approver", n=8), office("prefecture", "approver", "union", 8)]
    found += [office(level, "officer", house, n) for level in levels[1:3] for house in HOUSES for n in (3, 4)]
    return found
