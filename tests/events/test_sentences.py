"""Every event says in one sentence, in both languages, what happened."""

from __future__ import annotations

import re
from uuid import uuid4

from vocabulary import bare, sample

from events.envelope import Event
from events.fields import Visitor
from events.references import PackRef, Scalar, StateId, StateRef
from events.registry import EVENT_TYPES
from events.sealed import MASK, Sealed
from events.sentences import sentence, show
from events.unit.registration import UnitRegistered
from events.unit.revocation import GroundWithEvidence
from events.words import Ground, House, UnitKind, Word
from services.casework.pack import load_pack

BOTH = ("zh", "en")
PACK = load_pack()
BAD = re.compile(r"[{}\[\]]|None|True|False|（\s*）|\(\s*\)|「」|[，：；]{2}|[,:;] ?[,:;]|  |\bWord\b|<")
CODE = re.compile(r"(?<![a-z])urn:|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|[a-z]+_[a-z_]+|[a-z]+\.[a-z-]+\.v\d")
"""What only the register calls so: URNs, ids, names in code."""
OF_A_PACK_BEFORE = "social_insurance"
"""What samples call an incentive that no pack has: whatever the pack does not know is said as it is."""

FIELD = re.compile(r"\{(\w+)#?\}")


def _said(event: Event, language: str) -> str:
    return sentence(event, language, PACK.label)


def test_full_and_bare_events_read_well() -> None:
    for name in EVENT_TYPES:
        for event in (sample(name).event, bare(name)):
            for language in BOTH:
                said = _said(event, language)
                assert said, name
                assert BAD.search(said) is None, said
                assert said == said.strip(), name


def test_no_sentence_says_an_id_or_a_name_of_code() -> None:
    for name in EVENT_TYPES:
        for language in BOTH:
            said = _said(sample(name).event, language).replace(OF_A_PACK_BEFORE, "")
            assert CODE.search(said) is None, said


def test_templates_name_fields_of_the_event() -> None:
    for name in EVENT_TYPES:
        about = EVENT_TYPES[name].about
        named = set(FIELD.findall(about.says_zh + about.says_en))
        assert named <= EVENT_TYPES[name].model_fields.keys(), name
        assert set(FIELD.findall(about.says_zh)) == set(FIELD.findall(about.says_en)), name


def test_terms_are_said_by_their_labels() -> None:
    for name in EVENT_TYPES:
        event = sample(name).event
        said = {language: _said(event, language) for language in BOTH}
        for field in FIELD.findall(event.about.says_zh):
            value = getattr(event, field)
            if isinstance(value, Word):
                assert value.zh in said["zh"], name
                assert value.en.lower() in said["en"].lower(), name
                assert value.value not in said["zh"], name


def test_ids_of_the_pack_are_said_by_its_labels() -> None:
    for name in EVENT_TYPES:
        event = sample(name).event
        for field in FIELD.findall(event.about.says_zh):
            value = getattr(event, field)
            for word in value if isinstance(value, tuple) else (value,):
                if type(word) is str and PACK.label(word, "zh") != word and f"{{{field}}}" in event.about.says_zh:
                    assert PACK.label(word, "zh") in _said(event, "zh"), name
                    assert PACK.label(word, "en").lower() in _said(event, "en").lower(), name
                    assert word in sentence(event, "zh"), name


def test_numbers_places_and_holders() -> None:
    def plain(word: str, _: str) -> str:
        return word

    assert show(38_650_050, Scalar("money"), "zh", plain) == "386,500.50元"
    assert show("430104", Scalar("place"), "en", plain) == "Yuelu District"
    assert show("999999", Scalar("place"), "en", plain) == "999999"
    assert show("prefecture:430100", Scalar("holder"), "zh", plain) == "长沙市（市州）"
    assert show("prefecture:430100", Scalar("holder"), "en", plain) == "Changsha (prefecture)"
    assert [show("unit", Scalar("holder"), language, plain) for language in BOTH] == ["单位", "the unit"]
    assert show("somebody else", Scalar("holder"), "en", plain) == "somebody else"
    assert [show(False, None, language, plain) for language in BOTH] == ["否", "no"]
    assert show(None, PackRef("titles"), "zh", plain) == "—"
    assert show({"pay": 92}, PackRef("indicators"), "zh", plain) == "pay 92"
    assert show(sample("unit.self-evaluated.v1").event.report, None, "zh", plain) == "自评报告（示例）"  # type: ignore[attr-defined]


def test_signals_types_and_parts() -> None:
    def plain(word: str, _: str) -> str:
        return word

    assert show(("urn:x#17", "18"), StateRef("signals"), "zh", plain) == "17、18"
    assert show("urn:x#17#3", StateId("signals"), "en", plain) == "17#3"
    assert [show("unit.named.v1", Scalar("event_type"), language, plain) for language in BOTH] == ["命名", "Named"]
    assert show("unit.dreamt.v1", Scalar("event_type"), "en", plain) == "unit.dreamt.v1"
    ground = GroundWithEvidence(ground=Ground.WAGE_ARREARS, evidence=(1,))
    assert [show((ground,), None, language, plain) for language in BOTH] == ["拖欠工资", "wage arrears"]
    (pair, *_) = sample("crosscheck.assigned.v1").event.assignments  # type: ignore[attr-defined]
    assert [show(pair, None, language, plain) for language in BOTH] == ["湖北省→湖南省", "Hubei → Hunan"]
    visitor = Visitor(officer=uuid4(), house=House.UNION)
    assert show(visitor, None, "zh", plain) == str(visitor)


def test_a_stream_is_called_what_the_reader_calls_it_and_else_by_its_kind() -> None:
    unit = sample("unit.member-joined.v1").event
    assert "示例公司" in sentence(unit, "zh", lambda word, _: "示例公司" if word == str(unit.member) else word)  # type: ignore[attr-defined]
    matched = sample("signal.matched.v1").event
    assert sentence(matched, "zh").startswith("信号匹配到单位：")
    assert sentence(matched, "en").startswith("Signal matched to the unit: ")
    signal = sample("unit.signal-recorded.v1").event
    named = {signal.source: ("示例监察系统", "Example inspection")}  # type: ignore[attr-defined]
    assert "（示例监察系统）" in sentence(signal, "zh", lambda word, _: named.get(word, (word,))[0])
    assert "a source system" in sentence(signal, "en")


def test_personal_data_is_masked_clear_or_sealed() -> None:
    for contact in (Sealed(clear="示例某人"), Sealed(subject=uuid4(), kid=uuid4(), ct="abc")):
        assert show(contact, None, "zh", lambda word, _: word) == MASK
        unit = UnitRegistered(kind=UnitKind.PARK, name="示例园区", code="X", place="430104", contact=contact)
        for text in (repr(unit), str(unit), _said(unit, "zh"), f"{contact}"):
            assert "示例某人" not in text
            assert "abc" not in text
