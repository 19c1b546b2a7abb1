"""A lawful history of each kind has no finding."""

from __future__ import annotations

import gc
import json
import tomllib

import pytest

from services.checker import Checker, NoEntryError, check
from services.checker.entries import Entry, code_of
from services.checker.pack import LIMITS, QUORUMS, WINDOWS, Pack
from services.checker.state import Stream
from services.checker.time import plus_days
from tests.checker.told import DESK, LOCAL, NATIONAL, PACK, PROVINCIAL, UNIT, Told, begun, cast, given, life, office


@pytest.mark.parametrize("title", [PROVINCIAL, NATIONAL, LOCAL])
@pytest.mark.parametrize("upto", ["named", "granted"])
def test_a_case(title: str, upto: str) -> None:
    leave = ("unit.plaque-issued",) if title == LOCAL else ()
    assert life(upto, title, leave=leave).found() == []


@pytest.mark.parametrize("title", [PROVINCIAL, NATIONAL])
def test_a_revocation(title: str) -> None:
    assert life("recovered", title).found() == []


@pytest.mark.parametrize("kind", ["park", "township"])
def test_a_unit_of_a_tripartite_body(kind: str) -> None:
    assert life("named", PROVINCIAL, kind).found() == []


def test_windows_are_those_of_a_pack_by_their_names() -> None:
    """What a pack says of a window holds for the checker too."""
    said = tomllib.loads((PACK / "pack.toml").read_text("utf-8"))
    assert WINDOWS.keys() - said["windows"].keys() == {"abstention", "waiting_for_the_watch"}
    assert (QUORUMS.keys() | {"houses", "veto"}, LIMITS.keys()) == (said["quorums"].keys(), said["limits"].keys())


def test_the_direct_route() -> None:
    confirmed = {"unit.application-accepted": {"documents": [{"sha256": "00"}]}}
    assert life("named", NATIONAL, unit={"ownership": "central"}, over=confirmed).found() == []


def whole_register() -> Told:
    """A register from its opening to a national title revoked."""
    told = begun(*cast())
    opened = {
        "kind": "naming",
        "name": "示例",
        "title": NATIONAL,
        "place": "430000",
        "from": "2024-01-01",
        "until": "2024-12-31",
    }
    told.add("round.opened", opened, office("province", "approver", n=5), "2024-01-10", stream=given("round"))
    quota = {"place": "430000", "unit_kind": "enterprise", "places": 3}
    told.add("round.quota-set", quota, office("province", "approver", n=5), "2024-01-10", stream=given("round"))
    return life("recovered", NATIONAL, told=told)


def test_a_whole_register() -> None:
    assert whole_register().found() == []


def test_either_form_of_a_line_is_read() -> None:
    flat = life("named").lines
    nested = [{"type": line["type"], "state": {n: v for n, v in line.items() if n != "type"}} for line in flat]
    as_text = [{"type": line["type"], "state": json.dumps(line["state"])} for line in nested]
    for lines in (flat, nested, as_text):
        assert list(check(map(json.dumps, lines), PACK)) == []


def test_a_line_that_is_no_event_is_named() -> None:
    with pytest.raises(NoEntryError):
        Checker(PACK).feed('{"type": "unit.named.v1"}')


def test_findings_come_with_the_event_that_shows_them() -> None:
    checker = Checker(PACK)
    told = life("applied", leave=("unit.report-adopted",))
    findings = [[f.rule for f in checker.feed(json.dumps(line))] for line in told.lines]
    assert findings == [*[[]] * (len(told.lines) - 1), ["I-01"]]


def test_a_finding_says_where_and_why_in_both_languages() -> None:
    (found,) = life("applied", leave=("unit.report-adopted",)).found()
    assert found.version == 5
    assert found.stream == life("applied").lines[0]["stream"]
    assert found.zh
    assert found.en
    assert found.as_json()["rule"] == "I-01"


def test_the_defaults_are_those_of_hunan() -> None:
    own, hunan = Pack(), Pack(PACK)
    for name in (
        "id", "version", "direct", "houses", "veto", "shares", "frozen_severity", "check_severity", "reserve_most",
        "titles", "floors", "ground_of", "grounds",
    ):  # fmt: skip
        assert getattr(own, name) == getattr(hunan, name), name
    assert own.after("2024-03-04", "propose_revocation") == hunan.after("2024-03-04", "propose_revocation")


def test_working_days_follow_the_notices() -> None:
    hunan = Pack(PACK)
    assert hunan.after("2024-09-27", "publicity") == "2024-10-10"
    assert Pack().after("2024-09-27", "publicity") == "2024-10-04"


def test_types_are_told_apart_however_many_a_register_has() -> None:
    names = [f"unit.example-{n}" for n in range(700)]
    stream = Stream(UNIT, "unit")
    for name in names:
        stream.types.append(code_of(name))
        stream.flags.append(0)
    assert [stream.type_at(version) for version in range(1, 701)] == names


def test_memory_is_that_of_what_is_open() -> None:
    told, checker = life("named"), Checker(PACK)
    gc.collect()
    before = sum(isinstance(one, Entry) for one in gc.get_objects())
    for n in range(2_000):
        day = plus_days("2024-04-11", n // 10)
        told.add("unit.followed-up", {"kind": "call", "on": day, "summary": "示例"}, DESK["county"], day)
    for line in told.lines:
        assert checker.feed(json.dumps(line)) == []
    gc.collect()
    unit = checker.register.streams[UNIT]
    assert len(unit.types) == len(unit.flags) == len(told.lines)
    assert len(unit.recent) < 400
    assert sum(isinstance(one, Entry) for one in gc.get_objects()) - before < 60
