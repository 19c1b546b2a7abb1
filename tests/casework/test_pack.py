"""The pack of Hunan: whole, in the policy's own words, and enough for all that cites it."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError

import services
from events.places import PLACES, at_level
from events.registry import EVENT_TYPES
from events.words import Category, Conductor, Ground, Level, UnitKind
from services.casework.pack import FILES, Pack, load_pack, read_pack

SERVICES = Path(services.__file__).parent
FOLDER = SERVICES / "casework" / "packs" / "hunan-2023-15"
OWN_REGULATION = "制度"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / f"{name}.toml").write_bytes((FOLDER / f"{name}.toml").read_bytes())
    return tmp_path


def _change(copy: Path, name: str, old: str, new: str) -> None:
    file = copy / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_it_loads_whole(pack: Pack) -> None:
    assert pack.name == "hunan-2023-15@1"
    assert re.fullmatch("[0-9a-f]{64}", pack.digest)
    assert pack.place == "430000"
    assert pack.quorums.congress_present == Fraction(2, 3)
    assert load_pack() is pack


def test_an_unknown_pack_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_pack("nowhere-1999-1")


def test_the_digest_follows_every_file(pack: Pack, copy: Path) -> None:
    assert read_pack(copy).digest == pack.digest
    _change(copy, "pack", "publicity = 5", "publicity = 7")
    assert read_pack(copy).digest != pack.digest


def test_every_clause_is_in_the_policys_own_words(pack: Pack) -> None:
    policy = _without_space((FOLDER / "policy.zh.txt").read_text(encoding="utf-8"))
    absent = [
        name
        for name, clause in pack.clauses.items()
        if name != OWN_REGULATION and _without_space(clause.zh) not in policy
    ]
    assert absent == []


def test_no_two_files_say_the_same_key() -> None:
    keys = [key for name in FILES for key in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys))


def test_every_clause_cited_by_an_event_is_given(pack: Pack) -> None:
    cited = {clause for event in EVENT_TYPES.values() for clause in event.about.clauses}
    assert cited <= pack.clauses.keys()


def test_every_rule_cited_by_code_exists(pack: Pack) -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in SERVICES.rglob("*.py"))
    assert set(re.findall(r'"([IA]-[0-9]{2})"', code)) <= pack.rules.keys()


def test_every_invariant_has_its_rule(pack: Pack) -> None:
    assert {f"I-{n:02}" for n in range(24)} <= pack.rules.keys()


def test_a_rule_on_an_assumption_gives_its_reason(pack: Pack) -> None:
    for name, rule in pack.rules.items():
        assert bool(rule.assumption) == bool(rule.reason_zh) == bool(rule.reason_en), name
        if name.startswith("A-"):
            assert rule.assumption == name


def test_every_standard_set_has_a_hundred_points(pack: Pack) -> None:
    for name, standards in pack.standard_sets.items():
        assert sum(standard.score for standard in standards.standards.values()) == 100, name
        assert standards.conducted_by in {conductor.value for conductor in Conductor}
    for title in pack.titles.values():
        assert title.minimum_score <= 100


def test_every_kind_of_unit_has_a_checklist(pack: Pack) -> None:
    kinds = {kind for standards in pack.standard_sets.values() for kind in standards.kinds}
    assert kinds == set(UnitKind)


def test_the_same_standard_is_called_the_same_in_every_set(pack: Pack) -> None:
    names: dict[str, str] = {}
    for standards in pack.standard_sets.values():
        for name, standard in standards.standards.items():
            assert names.setdefault(name, standard.zh) == standard.zh


def test_nine_standards_for_enterprises_with_the_must_items(pack: Pack) -> None:
    enterprise = pack.standard_sets["enterprise_national"].standards
    assert [standard.clause for standard in enterprise.values()] == [f"四(一){n}" for n in range(1, 10)]
    assert [name for name, standard in enterprise.items() if standard.must] == [
        "party_organisation",
        "union_and_bargaining",
        "democratic_management",
        "mediation_committee",
        "training",
    ]
    assert not any(s.must for s in pack.standard_sets["industry_exploratory"].standards.values())


def test_seven_standards_for_parks_and_townships(pack: Pack) -> None:
    for name in ("township_national", "db43_t_2232_2021"):
        standards = pack.standard_sets[name].standards
        assert [standard.clause for standard in standards.values()] == [f"四(二){n}" for n in range(1, 8)]


def test_the_survey_has_eight_indicators(pack: Pack) -> None:
    assert len(pack.survey_indicators) == 8


def test_floors_rise_with_their_numbers(pack: Pack) -> None:
    for category, entry in pack.categories.items():
        severities = [floor.severity for floor in entry.floors]
        assert severities == sorted(set(severities)), category
        first, *rest = entry.floors
        assert (first.people, first.amount_fen) == (0, 0), category
        assert all(floor.people or floor.amount_fen for floor in rest), category


def test_grounds_of_the_categories(pack: Pack) -> None:
    assert pack.categories[Category.MASS_PETITION].ground is Ground.MASS_INCIDENT
    assert pack.categories[Category.STOPPAGE].ground is Ground.MASS_INCIDENT
    assert pack.categories[Category.ARBITRATION_CASE].ground is None
    assert pack.categories[Category.OTHER_VIOLATION].ground is None
    assert {entry.ground for entry in pack.categories.values()} - {None} == set(Ground)


def test_every_ground_can_be_major(pack: Pack) -> None:
    for name, ground in pack.grounds.items():
        thresholds = (ground.people, ground.amount_fen, ground.months, ground.share)
        assert ground.always != any(threshold is not None for threshold in thresholds), name


def test_incentives_belong_to_a_place_of_the_province(pack: Pack) -> None:
    for incentive in pack.incentives.values():
        assert at_level(incentive.owner, Level.PROVINCE) == pack.place
        assert incentive.area in pack.incentives
    assert PLACES[pack.incentives["changsha_employment_window"].owner].zh == "长沙市"
    assert pack.incentives["reduced_inspection"].suspended_by_signal


def test_labels_in_both_languages(pack: Pack) -> None:
    assert pack.label("national_model", "zh") == "全国和谐劳动关系创建示范单位"
    assert pack.label("training", "en") == "Training"
    assert pack.label("nothing_known", "zh") == "nothing_known"


def test_a_broken_pack_names_every_problem(copy: Path) -> None:
    _change(copy, "clauses", '[clauses."五(九)"]', '[clauses."五(九)x"]')
    _change(copy, "titles", '"review", "publicity", "nominate"', '"publicity", "review", "nominate"')
    _change(copy, "titles", "needs_round = true", 'needs_round = true\nrequires_title = "no_such_title"')
    _change(copy, "incentives", '"model_site"]', '"model_street"]')
    _change(copy, "standards", 'kinds = ["industry", "building", "block"]', 'kinds = ["industry"]')
    with pytest.raises(ValidationError) as caught:
        read_pack(copy)
    for problem in (
        "clause 五(九) is cited but not given",
        "title national_model: steps are unknown or out of order",
        "title national_model requires no_such_title, which does not exist",
        "title model_site has no standard set for its kinds",
        "incentive legal_education: no title model_street",
    ):
        assert problem in str(caught.value)


def test_a_missing_category_or_ground_is_named(copy: Path) -> None:
    file = copy / "signals.toml"
    text = file.read_text(encoding="utf-8")
    for table in ("categories.arbitration_case", "grounds.negative_opinion"):
        text = re.sub(rf"\[{re.escape(table)}\].*?(?=\n\[|\Z)", "", text, flags=re.DOTALL)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError, match="category arbitration_case has no entry; ground negative_opinion"):
        read_pack(copy)


def test_an_unknown_field_is_refused(copy: Path) -> None:
    _change(copy, "pack", "publicity = 5", "publicity = 5\nsiesta = 2")
    with pytest.raises(ValidationError, match="siesta"):
        read_pack(copy)
