"""The forms of all decisions of all kinds, made and rendered from told lives; what is typed is read back (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from events.envelope import Event
from events.labels import Label
from events.words import UnitKind
from services.casework.check.draw import share_digest
from services.casework.kinds import KINDS
from services.casework.law import Law
from services.casework.options import Choice, Options
from services.casework.pack import Pack
from services.casework.stream import State
from services.web.controls import Asked, Control, Form, Offer, asked_by, asks_for_what_nobody_knows, periods
from services.web.render import templates
from services.web.submitted_form import Reading, answers, completed
from tests.casework.given import PACK, PROVINCIAL
from tests.casework.stages import life_at

SOMEBODY = "0190f5a0-3c1e-4d2b-8f6a-2b1c9d8e7f60"
ONE = Offer((Choice(SOMEBODY, "示例", "example"),))
KNOWN_TO_PEOPLE = {
    "line", "prose", "day", "year", "count", "money", "percent", "score", "sealed", "person", "code", "number",
    "new_id", "uri", "share", "share_digest", "seed_digest", "list", "public_key",
}  # fmt: skip
"""The kinds of values that are typed: words, days, amounts; a public code, a docket or plaque number as it stands on
paper, the address of a system and the key that its operator hands over, a phrase. All else is chosen or uploaded.
"""
EVERY_DECISION = [(kind.name, name) for kind in KINDS.values() for name in kind.decisions]


def offered(law: Law[Any, Any], *, more: bool) -> dict[Asked, Offer]:
    """Something to choose for all that is looked up; streams are so many that they are looked for, or one."""
    found = dict.fromkeys(asked_by(law.event), ONE)
    found |= {asked: Offer(more=True) for asked in found if more and asked[0] == "streams"}
    return found | {("periods", ""): Offer(periods(date(2026, 11, 27)))}


def state_of(kind: str) -> State:
    """A unit that is named; of other kinds a stream that is to begin."""
    if kind == "unit":
        return life_at("named", PROVINCIAL).unit
    nothing: State = KINDS[kind].state(UUID(SOMEBODY))
    return nothing


def every(controls: tuple[Control, ...]) -> Iterator[Control]:
    for one in controls:
        yield one
        yield from every(one.parts)


def rendered(controls: tuple[Control, ...], language: str) -> str:
    """The controls as they stand in the page."""
    module: Any = templates.get_template("controls.html").module
    return "".join(module.control(one, language, {}) for one in controls)


@pytest.mark.parametrize("more", [False, True], ids=["few", "many"])
@pytest.mark.parametrize(("kind", "decision"), EVERY_DECISION, ids=str)
def test_every_decision_of_every_kind_has_a_form_that_asks_for_no_id_digest_version_or_json(
    kind: str, decision: str, more: bool
) -> None:
    law = KINDS[kind].decisions[decision]
    controls = Form(law, Options(state_of(kind), PACK), {}, offered(law, more=more)).controls()
    assert not [one.name for one in every(controls) if asks_for_what_nobody_knows(one)]
    kinds = {one.name: one.kind for one in every(controls)}
    zh, en = rendered(controls, "zh"), rendered(controls, "en")
    for one in every(controls):
        if one.form not in ("hidden", "row"):
            assert one.label.zh
            assert one.label.en
    for page in (zh, en):
        typed = re.findall(r'<(?:input id=[^>]*?|textarea[^>]*?) name="([^"?]+)"', page)
        assert {kinds[name] for name in typed} <= KNOWN_TO_PEOPLE
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), "an id stands twice"
        for_ = re.findall(r'\bfor="([^"]+)"', page)
        assert set(for_) <= set(ids), "a label has no control"


def event_of(decision: str) -> Law[Any, Any]:
    return KINDS["unit"].decisions[decision]


def body(law: Law[Any, Any], given: dict[str, list[str]], state: State | None = None) -> tuple[dict[str, Any], Reading]:
    """What is read of a form that was filled in."""
    form = Form(law, Options(state or state_of("unit"), PACK), given, offered(law, more=False))
    reading = Reading()
    return reading.body(form.controls()), reading


def test_money_is_typed_in_yuan_and_days_in_either_way() -> None:
    law = event_of("record-signal")
    given = {"amount_fen": ["418,600.00"], "occurred_on": ["2026年11月20日"], "people": ["23"], "severity": ["3"]}
    read, _ = body(law, given)
    assert read == {"amount_fen": 41_860_000, "occurred_on": "2026-11-20", "people": 23, "severity": 3,
                    "source": SOMEBODY}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"), [("people", "twenty"), ("people", "-1"), ("amount_fen", "1.234"), ("amount_fen", "１２x")]
)
def test_what_is_no_number_is_said_at_its_control_with_what_to_do(name: str, typed: str) -> None:
    _, reading = body(event_of("record-signal"), {name: [typed]})
    wrong = [one for one in reading.problems if one.pointer == f"/{name}"]
    assert len(wrong) == 1
    assert "例如" in wrong[0].zh


def test_what_has_to_be_there_and_is_not_is_named_by_its_label() -> None:
    _, reading = body(event_of("order-check"), {})
    assert "/kind" in {one.pointer for one in reading.problems}
    assert all("请" in one.zh for one in reading.problems)


def test_empty_rows_are_left_out_and_errors_still_find_their_control() -> None:
    law = event_of("return-application")
    read, reading = body(law, {"deficiencies/0": [""], "deficiencies/1": ["缺会议记录"], "deficiencies/2": ["缺印章"]})
    assert read["deficiencies"] == ["缺会议记录", "缺印章"]
    assert reading.control_of("/deficiencies/1") == "deficiencies/2"


def test_standards_stand_as_rows_of_their_own_names_and_only_those_judged_are_sent() -> None:
    law = event_of("conduct-check")
    form = Form(law, Options(state_of("unit"), PACK), {"items/2/met": ["True"]}, offered(law, more=False))
    rows = next(one for one in form.controls() if one.name == "items")
    assert rows.fixed
    assert all(row.caption is not None for row in rows.parts)
    read = Reading().body((rows,))
    third = rows.parts[2].caption
    assert third is not None
    assert read == {"items": [{"standard": third.value, "met": True}]}


def test_a_phrase_becomes_a_share_and_its_commitment_is_of_the_same_share() -> None:
    plan, phrase = SOMEBODY, "十六个字符以上只有自己知道的口令"
    commit, reveal = (KINDS["check"].decisions[name].event for name in ("commit-share", "reveal-share"))
    revealed = completed(reveal, {"house": "hr", "share": phrase}, plan, {})
    committed = completed(commit, {"house": "hr", "digest": phrase}, plan, {})
    assert committed["digest"] == share_digest(UUID(plan), "hr", revealed["share"])


def test_what_seconds_takes_the_digest_of_its_proposal() -> None:
    event: type[Event] = event_of("second-act").event
    assert completed(event, {"proposal": 3}, SOMEBODY, {3: "ab" * 32})["digest"] == "ab" * 32


def test_answers_are_told_by_their_labels_and_never_show_a_phrase() -> None:
    law = KINDS["check"].decisions["commit-share"]
    form = Form(law, Options(state_of("check"), PACK), {"house": ["hr"], "digest": ["秘密" * 10]}, {})
    told = list(answers(form.controls()))
    assert not [one for one in told if "秘密秘密" in one.says_zh]
    assert "人社" in "".join(one.says_zh for one in told)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "\u202eevil",
    "\u200bzero",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=["script", "attribute", "quote", "bidi", "zero-width", "long"])
def test_whatever_is_typed_stands_as_text(text: str) -> None:
    label = Label("甲", "a", "", "")
    controls = tuple(
        Control("f", form, label, True, "line", (text,), (Choice("1", text, text),), found=text)
        for form in ("line", "prose", "radios", "select", "checks", "search")
    )
    page = rendered(controls, "zh")
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def self_evaluation_on(language: str) -> str:
    law = KINDS["unit"].decisions["self-evaluate"]
    form = Form(law, Options(life_at("registered", PROVINCIAL).unit, PACK), {}, offered(law, more=False))
    return rendered(form.controls(), language)


def test_the_indicators_of_the_survey_are_called_as_the_survey_calls_them_and_in_its_order() -> None:
    page = self_evaluation_on("zh")
    named = [text.zh for text in PACK.survey_indicators.values()]
    at = [page.index(f">{name}<") for name in named]
    assert at == sorted(at)
    assert not set(PACK.survey_indicators) & set(re.findall(r"<label[^>]*>(\w+) ", page)), "no id is a label"


def test_each_standard_asks_for_its_own_sub_items_alone() -> None:
    page = self_evaluation_on("zh")
    first = next(one for one in PACK.standard_sets.values() if UnitKind.ENTERPRISE in one.kinds)
    items = len([item for standard in first.standards.values() for item in standard.items])
    assert len(re.findall(r'name="items/\d+/items/\d+/score"', page)) <= items + len(first.standards)
    assert len(page.encode()) < 120 * 1024


def test_a_form_asks_for_the_standards_and_items_of_the_set_that_is_chosen_alone() -> None:
    first, second = (PACK.standard_sets[name] for name in ("enterprise_national", "db43_t_2233_2021"))
    name, standard = next(iter(second.standards.items()))
    item = next(iter(standard.items.values())).model_copy(update={"zh": "示例分项"})
    own = standard.model_copy(update={"items": {"of_the_second_alone": item}})
    other = second.model_copy(update={"standards": {name: own}})
    sets = {"enterprise_national": first, "db43_t_2233_2021": other}
    pack = Pack.model_construct(**{**dict(PACK), "standard_sets": sets})  # with nothing that is remembered of PACK
    law, unit = KINDS["unit"].decisions["self-evaluate"], life_at("registered", PROVINCIAL).unit

    def asked(chosen: str) -> tuple[set[str], str]:
        given = {"standard_set": [chosen]}
        controls = Form(law, Options(unit, pack), given, offered(law, more=False)).controls()
        rows = next(one for one in controls if one.name == "items").parts
        return {one.caption.zh.partition("（")[0] for one in rows if one.caption}, rendered(controls, "zh")

    standards, page = asked("enterprise_national")
    assert standards == {one.zh for one in first.standards.values()}
    assert 'value="of_the_second_alone"' not in re.sub(r'name="beside/.*?>', "", page)
    standards, page = asked("db43_t_2233_2021")
    assert standards == {own.zh}
    assert "示例分项" in page
    assert "按所选标准列出各项" in page


def test_a_standard_says_how_many_points_it_is_worth_and_an_amount_is_in_yuan() -> None:
    page = self_evaluation_on("zh")
    sets = [one for one in PACK.standard_sets.values() if UnitKind.ENTERPRISE in one.kinds]
    scores = {
        standard.zh: dict.fromkeys(one.standards[name].score for one in sets if name in one.standards)
        for own in sets
        for name, standard in own.standards.items()
    }
    for named, points in scores.items():
        assert f"{named}（满分{'/'.join(map(str, points))}分）" in page, "one for each set, until one is chosen"
    assert "总额（分）" not in page
    assert "in fen" not in self_evaluation_on("en")
