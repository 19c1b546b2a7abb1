"""Schemas and documents are what the vocabulary says, and it is seen where a schema no longer takes what it took."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from vocabulary import ROOT

from deploy.contract.__main__ import main
from deploy.contract.compatibility import breaks
from deploy.contract.documents import DUTIES, REFERENCE, drift, write
from deploy.contract.schemas import schemas
from events.registry import EVENT_TYPES, Vocabulary
from events.words import ObligationKind

Schema = dict[str, Any]
SIGNAL = "unit.signal-recorded.v1"
DICTIONARY, PAGE_OF_DUTIES = ((ROOT / page).read_text(encoding="utf-8") for page in (REFERENCE, DUTIES))
NEW = schemas(Vocabulary({name: EVENT_TYPES[name] for name in (
    SIGNAL, "unit.rectification-ordered.v1", "unit.nominated.v1", "officer.relieved.v1", "officer.person-tagged.v1",
)}))  # fmt: skip
FEW = Vocabulary({name: EVENT_TYPES[name] for name in ("unit.named.v1", "unit.closed.v1")})
FEWER = Vocabulary({"unit.named.v1": EVENT_TYPES["unit.named.v1"]})


def test_nothing_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], ROOT) == 0, capsys.readouterr().out


def test_a_schema_tells_matter_references_and_labels() -> None:
    made = NEW["unit.rectification-ordered.v1"]
    fields = made["$defs"]["UnitRectificationOrdered"]["properties"]
    assert made["x-matter"] == "rectification"
    assert fields["check"]["x-state"] == "checks"
    assert fields["signals"]["items"]["x-state"] == "signals"
    assert fields["items"]["title"] == "整改事项 / To be mended"
    assert NEW["unit.nominated.v1"]["$defs"]["UnitNominated"]["properties"]["round"]["x-stream"] == "round"
    assert NEW["officer.relieved.v1"]["$defs"]["OfficerRelieved"]["properties"]["appointment"]["x-entry"] == [
        "officer.appointed"
    ]


def test_personal_data_is_told_as_it_is_stored() -> None:
    tag = NEW["officer.person-tagged.v1"]["$defs"]["OfficerPersonTagged"]["properties"]["tag"]
    assert tag["x-person-tag"] is True
    assert tag["required"] == ["tag"]


def test_check_says_what_drifted_and_write_mends_it(tmp_path: Path) -> None:
    assert any("events/schemas/unit.named.v1.json is missing" in problem for problem in drift(tmp_path, FEW))
    write(tmp_path, FEW)
    assert drift(tmp_path, FEW) == []
    page = tmp_path / "docs/reference/glossary.md"
    page.write_text(page.read_text(encoding="utf-8") + "drift", encoding="utf-8")
    assert drift(tmp_path, FEW) == [
        "docs/reference/glossary.md is not what the vocabulary says: python -m deploy.contract write"
    ]


def test_the_schema_of_a_type_that_is_gone_goes_with_it(tmp_path: Path) -> None:
    write(tmp_path, FEW)
    assert "events/schemas/unit.closed.v1.json is of no type there is" in drift(tmp_path, FEWER)
    write(tmp_path, FEWER)
    assert drift(tmp_path, FEWER) == []


def test_a_wrong_call_is_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "write | check | release VERSION" in capsys.readouterr().err


def _fields(schema: Schema) -> Schema:
    fields: Schema = schema["$defs"]["UnitSignalRecorded"]["properties"]
    return fields


def _remove(schema: Schema) -> None:
    del _fields(schema)["people"]


def _require(schema: Schema) -> None:
    schema["$defs"]["UnitSignalRecorded"]["required"].append("people")


def _require_new(schema: Schema) -> None:
    _fields(schema)["new"] = {"type": "string"}
    schema["$defs"]["UnitSignalRecorded"]["required"].append("new")


def _narrow_enum(schema: Schema) -> None:
    schema["$defs"]["Category"]["enum"].remove("wage_arrears")


def _narrow_type(schema: Schema) -> None:
    _fields(schema)["people"] = {"type": "string"}


def _lower(schema: Schema) -> None:
    _fields(schema)["people"]["maximum"] = 10


def _raise(schema: Schema) -> None:
    _fields(schema)["summary"]["minLength"] = 2


def _limit(schema: Schema) -> None:
    _fields(schema)["documents"]["maxItems"] = 99


def _restrict(schema: Schema) -> None:
    _fields(schema)["source"]["enum"] = ["urn:example:one"]


def _pattern(schema: Schema) -> None:
    _fields(schema)["digest"]["pattern"] = "^[0-9A-F]{64}$"


def _deep(schema: Schema) -> None:
    del schema["$defs"]["Document"]["properties"]["size"]


def _envelope(schema: Schema) -> None:
    schema["required"].append("causation_id")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_remove, "/event/people: removed"),
        (_require, "/event/people: made required"),
        (_require_new, "/event/new: made required"),
        (_narrow_enum, "/event/category: the value 'wage_arrears' is gone"),
        (_narrow_type, "/event/people: the type is string, no longer integer"),
        (_lower, "/event/people: maximum fell to 10"),
        (_raise, "/event/summary: minLength rose to 2"),
        (_limit, "/event/documents: maxItems fell to 99"),
        (_restrict, "/event/source: only some values are allowed"),
        (_pattern, "/event/digest: pattern changed"),
        (_deep, "/event/documents/*/size: removed"),
        (_envelope, "/causation_id: made required"),
    ],
)
def test_a_narrowing_is_refused(change: Callable[[Schema], None], problem: str) -> None:
    old = NEW[SIGNAL]
    new = copy.deepcopy(old)
    change(new)
    assert problem in breaks(old, new)


def _grow(schema: Schema) -> None:
    _fields(schema)["new"] = {"type": "string"}
    _fields(schema)["people"]["maximum"] = 10**9
    _fields(schema)["summary"].pop("maxLength")
    schema["$defs"]["Category"]["enum"].append("another")


def test_growth_is_allowed() -> None:
    new = copy.deepcopy(NEW[SIGNAL])
    _grow(new)
    assert breaks(NEW[SIGNAL], new) == []


def test_names_by_pattern_and_choices_are_compared() -> None:
    shares = {"type": "object", "patternProperties": {"^a$": {"maximum": 5}}, "additionalProperties": False}
    assert breaks(shares, shares | {"patternProperties": {"^a$": {"maximum": 4}}}) == ["/*: maximum fell to 4"]
    assert breaks(shares, shares | {"patternProperties": {"^b$": {}}}) == ["/: the pattern of names changed"] * 2
    either = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    assert breaks({"type": "string"}, either) == []
    assert breaks(either, {"type": "string"}) == ["/: a choice is gone (integer)"]
    assert breaks({"type": "object"}, {"type": "object", "additionalProperties": False}) == [
        "/: additionalProperties is closed"
    ]


def test_every_page_is_written_in_both_languages() -> None:
    page = DICTIONARY
    for name, event in EVENT_TYPES.items():
        assert f"### {event.about.zh} {event.about.en}" in page
        assert f"`{name}`" in page


def _said_of(name: str) -> str:
    return DICTIONARY.partition(f"`{name}`\n")[2].partition("\n### ")[0]


def test_the_dictionary_says_who_may_cause_an_event_and_by_which_rule() -> None:
    assert "- 由谁 who: 申报单位 applicant; 规则 rule `I-03`" in _said_of("unit.applied.v1")
    assert "审批 approver (The level that revokes the title)" in _said_of("unit.revoked.v1")
    assert "审批 approver (省 province)" in _said_of("unit.nominated.v1")
    assert "两人" not in _said_of("unit.nominated.v1")
    assert "- 两人 two persons: 系统管理 administrator (各级 every level)\n" in _said_of("officer.reinstated.v1")
    assert "(T-04: person tags, but for the register's genesis)" in _said_of("officer.person-tagged.v1")
    assert "system (if this register has not been opened yet" in _said_of("officer.registered.v1")


def test_the_page_of_duties_names_what_settles_each_and_its_clause() -> None:
    page = PAGE_OF_DUTIES
    assert all(f"`{kind}`" in page for kind in ObligationKind)
    assert "| 附议<br>second the act `second_act` | 附议 Act seconded | 否 no | 制度 |" in page
    assert "任命成员 Member appointed `body.member-appointed.v1`" in page
