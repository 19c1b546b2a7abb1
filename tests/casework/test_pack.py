"""Packs: Hunan's in the policy's own words, a made-up one that differs in everything, and what none may be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import events
import services
from events.envelope import Authority, Entry, Event
from events.places import PLACES, at_level
from events.words import Category, Conductor, Ground, House, Level, ObligationKind, Role, UnitKind
from services.casework import pack as packs
from services.casework.calendar import Span
from services.casework.pack import (
    DEFAULT_PACK,
    FILES,
    OPTIONAL,
    SHIPPED,
    NoSuchPack,
    Pack,
    Scope,
    UnsoundPack,
    find_pack,
    known_packs,
    load_pack,
    pack_of,
    read_pack,
    validate,
)

SERVICES = Path(services.__file__).parent
HUNAN = SHIPPED / "hunan-2023-15" / "1"
EXAMPLE = Path(__file__).parents[1] / "packs" / "example-1" / "1"
HERE = ("example-1", "hunan-2023-15", "three-grades", "three-parts")
OWN_REGULATION = "制度"
MATTERS = (
    "scope administration membership succession contact coordinators follow_up cultivation cultivation_list "
    "self_evaluation report application visit third_party opinion evaluation review publicity nomination naming "
    "naming_refusal plaque term reserve commendation honour incentive signals assessment checks rectification "
    "verification cross_inspection deadlines revocation consent reconsideration record appointments interests sources "
    "rounds policy body session document code register year"
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("hunan-2023-15")


@pytest.fixture(scope="module")
def example() -> Pack:
    return load_pack("example-1")


@pytest.fixture(params=HERE)
def any_pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HUNAN, tmp_path / "hunan-2023-15" / "1"))


def _change(copy: Path, name: str, old: str, new: str) -> None:
    file = copy / f"{name}.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(UnsoundPack) as caught:
        read_pack(folder)
    assert str(caught.value).count("\n- ") == len(caught.value.problems)
    return caught.value.problems


def _without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_it_loads_whole(pack: Pack) -> None:
    assert pack.name == "hunan-2023-15@1"
    assert re.fullmatch("[0-9a-f]{64}", pack.digest)
    assert pack.place == "430000"
    assert pack.quorums.congress_present == Fraction(2, 3)
    assert load_pack(DEFAULT_PACK) is load_pack() is load_pack("hunan-2023-15", "1") is pack


def test_a_pack_is_found_by_id_version_and_digest(pack: Pack) -> None:
    assert find_pack(pack.id, pack.version, pack.digest) is pack
    for wanted, part, present in (
        (("nowhere-1999", "1", pack.digest), "id", HERE),
        ((pack.id, "7", pack.digest), "version", ("1",)),
        ((pack.id, pack.version, "0" * 64), "digest", (pack.digest,)),
    ):
        with pytest.raises(NoSuchPack) as caught:
            find_pack(*wanted)
        assert isinstance(caught.value, KeyError)
        assert (caught.value.part, caught.value.present) == (part, present)
        assert part in str(caught.value)


def test_an_unknown_pack_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_pack("nowhere-1999-1")


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packs with the versions 2 and 10 of the example."""
    for version in ("2", "10"):
        folder = shutil.copytree(EXAMPLE, tmp_path / "example-1" / version)
        _change(Path(folder), "pack", 'version = "1"', f'version = "{version}"')
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    return tmp_path


def test_the_newest_version_is_the_one_with_the_greatest_number(versions: Path) -> None:
    assert known_packs() == {"example-1": ("2", "10"), "hunan-2023-15": ("1",)}
    assert load_pack("example-1").name == "example-1@10"
    assert load_pack("example-1", "2").name == "example-1@2"


def test_a_version_is_in_one_place_or_the_same_in_both(versions: Path) -> None:
    other = Path(shutil.copytree(HUNAN, versions / "hunan-2023-15" / "1"))
    assert load_pack("hunan-2023-15", "1").digest == read_pack(HUNAN).digest
    _change(other, "pack", 'publicity = "5wd"', 'publicity = "6wd"')
    packs._load.cache_clear()
    with pytest.raises(UnsoundPack, match="another with this version"):
        load_pack("hunan-2023-15", "1")


def test_a_pack_is_what_its_folder_says(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HUNAN, tmp_path / "hubei-2024" / "3"))
    assert _problems(folder) == (
        "pack.toml: id: is hunan-2023-15, and its folder is called hubei-2024",
        "pack.toml: version: is 1, and its folder is called 3",
    )


def test_the_digest_follows_every_file(pack: Pack, copy: Path) -> None:
    assert read_pack(copy).digest == pack.digest
    digests = {pack.digest}
    for file in sorted(copy.iterdir()):
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        digests.add(read_pack(copy).digest)
    assert len(digests) == 1 + len(list(copy.iterdir()))


def test_the_digest_follows_the_holidays(pack: Pack, copy: Path) -> None:
    shared = (SHIPPED / "holidays" / "cn.csv").read_text(encoding="utf-8")
    own = copy.parents[1] / "holidays"
    own.mkdir()
    (own / "cn.csv").write_text(shared, encoding="utf-8")
    assert read_pack(copy).digest == pack.digest
    (own / "cn.csv").write_text(shared + "2027-01-01,rest,元旦,x\n", encoding="utf-8")
    changed = read_pack(copy)
    assert changed.digest != pack.digest
    assert not changed.is_working_day(date(2027, 1, 1))


def _judged_by(name: str | None) -> Entry[Event]:
    authority = Authority(rule="I-13", clause="x", pack=name) if name else None
    return cast(Entry[Event], SimpleNamespace(authority=authority))


@pytest.mark.parametrize("name", ["hunan-2023-15", "example-1"])
def test_entries_are_labelled_by_the_pack_that_judged_them(name: str) -> None:
    assert pack_of(_judged_by(f"{name}@1")) == load_pack(name)
    assert pack_of(_judged_by(f"{name}@99")) == load_pack(name)
    assert pack_of(_judged_by("gone-1999@1")) == load_pack()
    assert pack_of(_judged_by(None)) == load_pack()


def test_nothing_needs_the_shipped_pack(tmp_path: Path) -> None:
    """Of the same code without Hunan's folder, a register with another pack runs."""
    ignored = shutil.ignore_patterns("hunan-*", "__pycache__", "schemas")
    shutil.copytree(Path(events.__file__).parent, tmp_path / "events", ignore=ignored)
    shutil.copytree(SERVICES / "casework", tmp_path / "services" / "casework", ignore=ignored)
    (tmp_path / "services" / "__init__.py").touch()
    shutil.copy(SERVICES / "errors.py", tmp_path / "services")
    code = (
        "from services.casework.pack import *; import services.casework.pack as p; import sys;"
        "assert p.__file__.startswith(sys.argv[1]), p.__file__;"
        "print(*known_packs(), load_pack('example-1').name, p._nearest(p._roots(), 'hunan-2023-15@1').name)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=tmp_path,
        env={"CONCORD_PACKS": str(EXAMPLE.parents[1]), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    others = [name for name in HERE if name != "hunan-2023-15"]
    assert told.stdout.split() == [*others, "example-1@1", "example-1@1"]


def test_one_place_names_the_default() -> None:
    named = [
        file.name
        for folder in (SERVICES, SERVICES.parent / "projections", SERVICES.parent / "events")
        for file in folder.rglob("*.py")
        if DEFAULT_PACK in file.read_text(encoding="utf-8") and "checker" not in file.parts
    ]
    assert named == ["pack.py"], "the checker alone, which shares nothing with the law, knows of its own"


def test_every_clause_is_in_the_policys_own_words(pack: Pack) -> None:
    policy = _without_space((HUNAN / "policy.zh.txt").read_text(encoding="utf-8"))
    absent = [
        name
        for name, clause in pack.clauses.items()
        if name != OWN_REGULATION and _without_space(clause.zh) not in policy
    ]
    assert absent == []


def test_no_two_files_say_the_same_key() -> None:
    keys = [key for name in FILES for key in tomllib.loads((HUNAN / f"{name}.toml").read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys))
    assert {*keys, *OPTIONAL, "digest"} == Pack.model_fields.keys()


def test_every_matter_of_the_vocabulary_has_its_clauses(any_pack: Pack) -> None:
    for matter in MATTERS.split():
        assert any_pack.clause_of(matter) == any_pack.clauses_of(matter)[0]
        assert set(any_pack.clauses_of(matter)) <= any_pack.clauses.keys()
    assert validate(any_pack, MATTERS.split()) == ()
    assert validate(any_pack, ["naming", "weather"]) == ("matters.toml: matters.weather: is missing",)


def test_every_duty_has_its_clause(any_pack: Pack) -> None:
    for kind in (*ObligationKind, "second_act", "body_member", "round_result"):
        assert any_pack.duty_clause(kind) in any_pack.clauses


def test_every_rule_cited_by_code_exists(any_pack: Pack) -> None:
    files = (file for file in SERVICES.rglob("*.py") if "checker" not in file.parts)
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    assert set(re.findall(r'"([IAT]-[0-9]{2})"', code)) <= any_pack.rules.keys()


def test_every_invariant_has_its_rule(any_pack: Pack) -> None:
    assert {f"I-{n:02}" for n in range(24)} <= any_pack.rules.keys()


def test_an_assumption_is_called_after_itself(any_pack: Pack) -> None:
    for name, rule in any_pack.rules.items():
        if name.startswith(("A-", "T-")):
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
    assert [name for name, standard in enterprise.items() if standard.front_line] == ["training"]
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
        assert incentive.department.zh
    assert PLACES[pack.incentives["changsha_employment_window"].owner].zh == "长沙市"
    assert pack.incentives["reduced_inspection"].suspended_by_signal


def test_labels_in_both_languages(pack: Pack) -> None:
    assert pack.label("national_model", "zh") == "全国和谐劳动关系创建示范单位"
    assert pack.label("training", "en") == "Training"
    assert pack.label("nothing_known", "zh") == "nothing_known"


def test_periods_carry_their_unit(pack: Pack) -> None:
    assert str(pack.windows.publicity) == "5wd"
    assert pack.windows.follow_up_model.zh == "90日"
    assert pack.titles["national_model"].term == Span.parse("36m")
    assert pack.after(date(2026, 9, 28), pack.windows.publicity) == date(2026, 10, 10)
    assert pack.before(date(2026, 10, 10), pack.windows.publicity) == date(2026, 9, 28)
    assert pack.before(date(2026, 8, 31), pack.windows.renewal_opens) == date(2026, 2, 28)
    assert pack.working_days_between(date(2026, 9, 28), date(2026, 10, 10)) == 5
    assert pack.provisional(date(2027, 1, 1))


def test_posts_that_exclude_one_another(pack: Pack, example: Pack) -> None:
    kept = {frozenset({Role.ADMINISTRATOR, other}) for other in (Role.APPROVER, Role.AUDITOR, Role.DATA_OFFICER)}
    assert pack.post_pairs == kept
    assert example.post_pairs == kept | {frozenset({Role.OFFICER, Role.CONTACT})}


def test_acts_that_exclude_one_another(pack: Pack) -> None:
    title = pack.titles["prefecture_harmonious"]
    evaluate_and_name = frozenset({"act:evaluate", "act:name"})
    assert evaluate_and_name in pack.pairs_in(Scope.ATTEMPT, title.steps)
    assert evaluate_and_name not in pack.pairs_in(Scope.ATTEMPT)
    assert frozenset({"act:accept", "act:visit"}) not in pack.pairs_in(Scope.ATTEMPT)
    told = {scope: len(pack.pairs_in(scope)) for scope in Scope}
    assert told == {
        Scope.ATTEMPT: 19,
        Scope.SIGNAL: 1,
        Scope.RECTIFICATION: 1,
        Scope.REVOCATION: 8,
        Scope.UNIT: 3,
        Scope.POST: 3,
    }


def test_the_example_differs_in_everything(pack: Pack, example: Pack) -> None:
    assert example.quorums.houses == (House.HR, House.UNION, House.FEDERATION)
    assert (example.quorums.veto, example.quorums.most_opposed) == ((), 0)
    assert not example.titles.keys() & pack.titles.keys()
    assert all(title.level is not Level.NATION for title in example.titles.values())
    assert {title.steps for title in example.titles.values()} == {
        ("evaluate", "publicity", "name"),
        ("evaluate", "review", "publicity", "name"),
    }
    beacon = example.titles["provincial_beacon"]
    assert (beacon.requires_title, str(beacon.requires_held)) == ("county_lantern", "12m")
    assert beacon.minimum_part == {"foundations": 84}
    assert {standards.score for standards in example.standard_sets.values()} == {200}
    assert [name for name, span in example.windows if getattr(pack.windows, name) == span] == []
    assert [name for name, value in example.limits if getattr(pack.limits, name) == value] == []
    assert example.categories[Category.ARBITRATION_CASE].ground is Ground.WAGE_ARREARS
    assert not example.clauses.keys() & pack.clauses.keys()
    assert not example.incentives.keys() & pack.incentives.keys()
    assert not example.provisional(date(2027, 1, 1))
    assert example.is_working_day(date(2026, 10, 3))
    assert example.after(date(2026, 10, 2), example.windows.publicity) == date(2026, 10, 6)


def test_no_sentence_of_the_example_speaks_of_another_province(example: Pack) -> None:
    told = "".join(file.read_text(encoding="utf-8") for file in EXAMPLE.glob("*.toml"))
    assert not re.search("湖南|Hunan|四家|four houses|湘", told)
    for name, title in example.titles.items():
        assert "示例" in title.zh, name


BREAKS = (
    (
        "clauses",
        '[clauses."五(九)"]',
        '[clauses."五(九)x"]',
        "titles.toml: titles.model_site.clause: there is no clause 五(九)",
    ),
    ("clauses", '[clauses."五(一)"]', '[clauses."五(一)x"]', "duties.complete_publicity: there is no clause 五(一)"),
    ("matters", 'naming = ["五(六)1", ', 'naming = ["九", ', "matters.toml: matters.naming: there is no clause 九"),
    ("matters", 'scope = ["二"]', "scope = []", "matters.toml: matters.scope: Tuple should have at least 1 item"),
    ("matters", 'end_term = "五(六)2"', "", "matters.toml: duties.end_term: is missing"),
    (
        "titles",
        '"review", "publicity", "nominate"',
        '"publicity", "review", "nominate"',
        "national_model.steps: are unknown, or",
    ),
    ("titles", '"nominate", "name"', '"name"', "titles.national_model.steps: have a nomination where"),
    (
        "titles",
        'steps = ["evaluate", "review", "publicity", "name"]',
        'steps = ["evaluate"]',
        "provincial_harmonious.steps: end without",
    ),
    (
        "titles",
        'consent_by = "nation"',
        'consent_by = "county"',
        "titles.national_model.consent_by: does not lie above",
    ),
    (
        "titles",
        'evaluated_by = "prefecture"\nnamed_by = "prefecture"',
        'evaluated_by = "province"\nnamed_by = "prefecture"',
        "titles.model_site.evaluated_by: province lies above",
    ),
    (
        "titles",
        "needs_round = true",
        'requires_title = "no_such"\nrequires_held = "1m"',
        "national_model.requires_title: there is no title no_such",
    ),
    (
        "titles",
        "needs_round = true",
        'requires_title = "model_site"',
        "titles.national_model.requires_held: a title that has to be held",
    ),
    (
        "titles",
        "needs_round = true",
        'requires_title = "model_site"\nrequires_held = "1m"',
        "national_model.kinds: a unit of kind enterprise cannot hold model_site",
    ),
    (
        "titles",
        "needs_round = true",
        'requires_title = "national_model"\nrequires_held = "1m"',
        "national_model.requires_title: leads back to itself",
    ),
    (
        "titles",
        "needs_round = true",
        'requires_title = "prefecture_harmonious"\nrequires_held = "37m"',
        "requires_held: prefecture_harmonious is held for 36m at most",
    ),
    (
        "titles",
        "minimum_score = 80",
        "minimum_score = 101",
        "titles.national_model.minimum_score: a unit of kind enterprise reaches 100 at most",
    ),
    (
        "titles",
        "needs_round = true",
        "minimum_part = { culture = 90 }",
        "national_model.minimum_part.culture: no checklist for enterprise",
    ),
    ("titles", 'term = "36m"', 'term = "36"', "titles.toml: titles.national_model.term: '36' is no period"),
    ("titles", 'term = "36m"', 'term = "0m"', "titles.toml: titles.national_model.term: is no time at all"),
    ("pack", 'publicity = "5wd"', 'publicity = "5 days"', "pack.toml: windows.publicity: '5 days' is no period"),
    ("pack", 'publicity = "5wd"', 'publicity = "-5wd"', "pack.toml: windows.publicity: '-5wd' is no period"),
    ("pack", 'publicity = "5wd"', "publicity = 5", "pack.toml: windows.publicity: Input should be"),
    ("pack", 'second_act = "5wd" # T-04', "", "pack.toml: windows.second_act: Field required"),
    ("pack", 'hearing = "5wd"', 'hearing = "5wd"\nsiesta = "2d"', "pack.toml: windows.siesta: Extra inputs"),
    ("pack", '"federation", "commerce"]', '"guild", "commerce"]', "pack.toml: quorums.houses.2: Input should be"),
    ("pack", 'houses = ["hr", ', "houses = [", "pack.toml: quorums.veto: hr is not one of the houses"),
    ("pack", "most_opposed = 1", "most_opposed = 4", "pack.toml: quorums.most_opposed: 4 may oppose"),
    ("pack", "visiting_houses = 2", "visiting_houses = 3", "pack.toml: quorums.visiting_houses: there are not so many"),
    ("pack", '"thu", "fri"]', '"thu", "freitag"]', "pack.toml: calendar.working_week.4: Input should be"),
    (
        "pack",
        'holidays = "cn.csv"',
        'holidays = "mars.csv"',
        "pack.toml: calendar.holidays: there is no table mars.csv",
    ),
    ("pack", 'holidays = "cn.csv"', 'holidays = "../cn.csv"', "pack.toml: calendar.holidays: String should match"),
    ("pack", 'place = "430000"', 'place = "999999"', "pack.toml: place: '999999' is not the code of a known place"),
    ("pack", 'place = "430000"', 'place = "430100"', "pack.toml: place: 430100 is no province"),
    ("pack", 'document = "湘', 'documents = "湘', "pack.toml: document: is missing"),
    ("pack", 'document = "湘', 'titles = 1\ndocument = "湘', "pack.toml: titles: does not belong here"),
    ("pack", "[limits]", "[limits", "pack.toml: "),
    ("pairs", 'scope = "post"', 'scope = "planet"', "pairs.toml: pairs.16.scope: Input should be"),
    (
        "pairs",
        '"post:auditor"',
        '"post:gardener"',
        "pairs.toml: pairs.16: post:gardener: no act or post of the scope post",
    ),
    (
        "pairs",
        'first = ["act:nominate"]',
        'first = ["act:record_signal"]',
        "pairs.toml: pairs.4: act:record_signal: no act or post",
    ),
    (
        "pairs",
        'second = ["act:accept_rect',
        'second = ["act:order_rectification", "act:accept_rect',
        "act:order_rectification: cannot be apart from itself",
    ),
    ("pairs", 'without_step = "review"', 'without_step = "dance"', "pairs.toml: pairs.3: dance is no step"),
    ("rules", 'reason_zh = "抽样调查的通行做法"', "", "rules.toml: rules.A-02: an assumption and its reason"),
    (
        "rules",
        'needs_en = "a follow-up took place in time"',
        'needs_en = ""',
        "rules.toml: rules.A-04.needs_en: String should have at least 1",
    ),
    (
        "rules",
        'clause = "制度"\nassumption = "T-14"',
        'assumption = "T-14"',
        "rules.toml: rules.T-14.clause: Field required",
    ),
    (
        "incentives",
        '"model_site"]',
        '"model_street"]',
        "incentives.legal_education.titles: there is no title model_street",
    ),
    (
        "incentives",
        'owner = "430100"',
        'owner = "420000"',
        "incentives.changsha_employment_window.owner: 420000 does not lie in 430000",
    ),
    (
        "standards",
        'kinds = ["industry", "building", "block"]',
        'kinds = ["industry"]',
        "titles.model_site.kinds: there is no standard set for building",
    ),
    (
        "standards",
        'conducted_by = "unit"',
        'conducted_by = "nobody"',
        "standard_sets.enterprise_national.conducted_by: is not one of",
    ),
    ("signals", "[categories.arbitration_case]", "[categories.weather]", "signals.toml: categories.weather"),
    (
        "signals",
        "[{ severity = 3 }, { severity = 4, people = 1 }]",
        "[{ severity = 4 }, { severity = 3, people = 1 }]",
        "categories.extreme_incident.floors: begin",
    ),
    (
        "signals",
        'ground = "negative_opinion"',
        "",
        "signals.toml: grounds.negative_opinion: no category of signal can show it",
    ),
    (
        "signals",
        "amount_fen = 10_000_000\nmonths = 1",
        "always = true",
        "signals.toml: grounds.wage_arrears: is major always, or",
    ),
)
"""A file, a text in it, what stands there instead, and the problem that this makes."""


@pytest.mark.parametrize(("name", "old", "new", "problem"), BREAKS, ids=[one[3][:60] for one in BREAKS])
def test_what_is_wrong_is_told_with_its_file_and_key(copy: Path, name: str, old: str, new: str, problem: str) -> None:
    _change(copy, name, old, new)
    assert [told for told in _problems(copy) if problem in told]


def test_every_problem_is_told_at_once(copy: Path) -> None:
    _change(copy, "pack", 'publicity = "5wd"', 'publicity = "5 days"')
    _change(copy, "pack", 'second_act = "5wd"', "")
    _change(copy, "pack", 'veto = ["hr"]', 'veto = ["guild"]')
    _change(copy, "pairs", '"post:auditor"', '"post:gardener"')
    _change(copy, "matters", 'end_term = "五(六)2"', "")
    _change(copy, "titles", "needs_round = true", 'requires_title = "national_model"\nrequires_held = "1m"')
    _change(copy, "rules", 'reason_zh = "抽样调查的通行做法"', "")
    _change(copy, "incentives", '"model_site"]', '"model_street"]')
    _change(copy, "standards", 'kinds = ["industry", "building", "block"]', 'kinds = ["industry"]')
    _change(copy, "clauses", '[clauses."五(三)"]', '[clauses."五(三)x"]')
    (copy / "signals.toml").unlink()
    places = [problem.partition(": ")[2].partition(": ")[0] for problem in _problems(copy)]
    assert sorted(places) == [
        "duties.end_term",
        "duties.train",
        "incentives.legal_education.titles",
        "is missing",
        "matters.coordinators",
        "matters.training",
        "pairs.16",
        "quorums.veto.0",
        "rules.A-02",
        "rules.A-31.clause",
        "tasks.coordinators.clause",
        "titles.model_site.kinds",
        "titles.model_site.kinds",
        "titles.national_model.requires_title",
        "windows.publicity",
        "windows.second_act",
    ]


def test_two_titles_that_lead_to_one_another_are_both_named(copy: Path) -> None:
    pair = ("provincial_harmonious", "prefecture_harmonious")
    for name, other in (pair, pair[::-1]):
        held = f'[titles.{name}]\nrequires_title = "{other}"\nrequires_held = "1m"'
        _change(copy, "titles", f"[titles.{name}]", held)
    assert _problems(copy) == tuple(
        f"titles.toml: titles.{name}.requires_title: leads back to itself, so that nobody can hold the title"
        for name in pair
    )


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / f"{name}.toml").unlink()
    assert f"{name}.toml: is missing" in _problems(copy)


@pytest.mark.parametrize("name", ["title.toml", "notes.docx"])
def test_a_file_that_is_none_of_a_pack_is_named(copy: Path, name: str) -> None:
    (copy / name).write_text("", encoding="utf-8")
    assert _problems(copy) == (f"{name}: is no file of a pack",)


def test_a_wrong_row_of_its_holidays_is_named(copy: Path) -> None:
    (copy / "cn.csv").write_text("day,kind,name,notice\n2026-01-01,sleep,元旦,x\n", encoding="utf-8")
    (problem,) = _problems(copy)
    assert problem.startswith("pack.toml: calendar.holidays: not a row of a holiday table")
