"""Packs with a base, packs told as ways to titles, packs compared, and the line at which a problem stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from events.words import Level
from services.casework.kinds import KINDS
from services.casework.pack import SHIPPED, Pack, UnsoundPack, load_pack, read_pack
from services.casework.pack_explained import as_mermaid, as_text, differences, way_to
from services.casework.pack_lines import line_of
from services.casework.pack_parts import ONE_ACT
from services.casework.pack_soundness import rules_asked
from services.casework.unit.kind import UNIT
from services.checker.pack import Pack as CheckersPack

EXAMPLE = Path(__file__).parents[1] / "packs" / "example-1" / "1"
HUNAN = SHIPPED / "hunan-2023-15" / "1"
PACKS = ("hunan-2023-15", "example-1", "three-parts", "three-grades")

PACK = """id = "child"
version = "1"
base = "hunan-2023-15@1"
place = "430000"
zh = "子包"
en = "A child"
document = "示例"
direct_ownerships = []
[calendar]
working_week = ["mon"]
[windows]
publicity = "9d"
"""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    """A pack that says next to nothing beside its base."""
    folder = tmp_path / "child" / "1"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(PACK, encoding="utf-8")
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HUNAN, tmp_path / "hunan-2023-15" / "1"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(UnsoundPack) as caught:
        read_pack(folder)
    return caught.value.problems


# --- a base -----------------------------------------------------------------------------------------------------------


def test_what_a_pack_does_not_say_is_its_bases(child: Path) -> None:
    base, pack = load_pack(PACKS[0]), read_pack(child)
    assert pack.titles == base.titles
    assert (str(pack.windows.publicity), pack.windows.hearing) == ("9d", base.windows.hearing)
    assert (pack.name, pack.base, pack.direct_ownerships) == ("child@1", base.name, ())
    title = 'zh = "一"\nen = "One"\nclause = "一"\nlevel = "county"\nkinds = ["enterprise"]\nsteps = ["name"]\n'
    levels = 'evaluated_by = "county"\nnamed_by = "county"\nrevoked_by = "county"\nminimum_score = 1\nterm = "12m"\n'
    (child / "titles.toml").write_text(f'[titles.one]\n{title}{levels}plaque = {{ zh = "一", en = "One" }}\n', "utf-8")
    (child / "incentives.toml").write_text("[incentives]\n\n[honours]\n", encoding="utf-8")
    (child / "comparable.toml").write_text('[comparable.titles]\none = "county"\n', encoding="utf-8")
    assert list(read_pack(child).titles) == ["one"], "titles are one's own or the base's, never both"


def test_the_digest_follows_the_base(child: Path, copy: Path) -> None:
    before = read_pack(child).digest
    change(copy, "rules.toml", "[rules", "# beside\n[rules")
    assert read_pack(child).digest != before, "the base beside the pack is taken before a shipped one"


def test_a_base_that_is_not_there_or_has_one_itself_is_refused(child: Path) -> None:
    change(child, "pack.toml", "hunan-2023-15@1", "nowhere-1@1")
    assert "pack.toml: base: there is no pack nowhere-1@1" in problems(child)
    change(child, "pack.toml", "nowhere-1@1", "child@1")
    assert "pack.toml: base: child@1 has a base itself" in problems(child)
    change(child, "pack.toml", "child@1", "child")
    assert any(problem.startswith("pack.toml: base: String should match") for problem in problems(child))


def test_the_checker_reads_a_base_as_the_law_does(child: Path, copy: Path) -> None:
    law, checker = read_pack(child), CheckersPack(child)
    assert checker.after("2026-03-02", "publicity") == "2026-03-11"
    assert checker.titles.keys() == law.titles.keys()
    assert checker.scores.keys() == law.standard_sets.keys()
    assert checker.houses == tuple(house.value for house in law.quorums.houses)


# --- what no pack may be ----------------------------------------------------------------------------------------------


def test_the_rules_that_a_pack_needs_are_those_that_the_law_asks() -> None:
    authorities = {law.rule for kind in KINDS.values() for law in kind.laws.values()}
    assert {*authorities, "I-00", "T-03"} <= rules_asked()
    for name in PACKS:
        assert rules_asked() <= load_pack(name).rules.keys()


def test_what_is_one_act_is_what_a_declaration_has_as_several_steps() -> None:
    assert {frozenset(law.steps) for law in UNIT.laws.values() if len(law.steps) > 1} == set(ONE_ACT)


BREAKS = (
    ("rules.toml", '[rules."I-09"]', '[rules."X-09"]', "rules.toml: rules.I-09: is missing, and the law asks it"),
    ("rules.toml", 'clause = "五(五)1"', 'clause = ""', "rules.toml: rules.I-01.clause: there is no clause "),
    ("rules.toml", 'zh = "企业自评', 'zh = ""\n# "', "rules.toml: rules.I-01.zh: String should have"),
    ("pairs.toml", 'second = ["act:review", "act:name"]', 'second = ["act:review"]\nwithout_step = "dance"',
     "pairs.toml: pairs.1: dance is no step"),
    ("pairs.toml", 'first = ["act:record_paper"]\nsecond = ["act:confirm_paper"]',
     'first = ["act:name"]\nsecond = ["act:confirm_paper"]',
     "pairs.toml: pairs.5: act:name and act:confirm_paper are one act, which nobody could do"),
    ("pack.toml", "draw_houses = 2", "draw_houses = 5", "pack.toml: quorums.draw_houses: there are 4 houses"),
    ("pack.toml", 'houses = ["hr", "union", "federation", "commerce"]', 'houses = ["hr"]',
     "pack.toml: quorums.houses: what takes two persons of two houses can never be done by one house"),
    ("pack.toml", 'verification = "12m"', 'verification = "37m"',
     "titles.toml: titles.national_model.term: is over before the first verification (37m)"),
    ("pack.toml", 'renewal_opens = "6m"', 'renewal_opens = "36m"',
     "titles.toml: titles.national_model.term: is over before a renewal may wait for it (36m)"),
    ("pack.toml", 'hearing = "5wd"', 'hearing = "5 moons"', "pack.toml: windows.hearing: '5 moons' is no period"),
    ("titles.toml", '"nominate", "name"]', '"nominate"]', "titles.national_model.steps: end without a naming"),
)  # fmt: skip
"""A file, a text in it, what stands there instead, and how the problem that this makes begins, or what it has."""


@pytest.mark.parametrize(("name", "old", "new", "problem"), BREAKS, ids=[one[3][:60] for one in BREAKS])
def test_what_cannot_work_is_refused_with_its_place(copy: Path, name: str, old: str, new: str, problem: str) -> None:
    change(copy, name, old, new)
    assert [told for told in problems(copy) if problem in told]


PARTS = (
    ("titles.toml", "minimum_self_score = 91", "minimum_self_score = 101",
     "titles.county_harmonious.minimum_self_score: a unit of kind enterprise reaches 100 at most"),
    ("titles.toml", "foundations = 42", "foundations = 46",
     "titles.county_harmonious.minimum_part.foundations: no checklist for enterprise"),
    ("standards.toml", '["training", "care"]', '["training"]',
     "standards.toml: standard_sets.parts_enterprise.parts: have every standard once, and no other"),
    ("standards.toml", '["training", "care"]', '["training", "care", "union"]',
     "standards.toml: standard_sets.parts_enterprise.parts: have every standard once, and no other"),
    ("standards.toml", "weight = 45", "weight = 0", "standard_sets.parts_enterprise.parts.foundations.weight: Input"),
    ("standards.toml", "adjustment = 4", "adjustment = -4", "standard_sets.parts_enterprise.adjustment: Input"),
    ("titles.toml", 'requires_held = "12m"', 'requires_held = "37m"',
     "titles.prefecture_harmonious.requires_held: county_harmonious is held for 36m at most"),
    ("pack.toml", 'verification = "12m"', 'verification = "12 moons"', "windows.verification: '12 moons' is no period"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "problem"), PARTS, ids=[one[3][-50:] for one in PARTS])
def test_parts_tickets_and_holding_times_that_cannot_be_are_refused(
    tmp_path: Path, name: str, old: str, new: str, problem: str
) -> None:
    packs = EXAMPLE.parents[1]
    shutil.copytree(EXAMPLE, tmp_path / "example-1" / "1")
    folder = Path(shutil.copytree(packs / "three-parts" / "1", tmp_path / "three-parts" / "1"))
    change(folder, name, old, new)
    assert [told for told in problems(folder) if problem in told]


def test_check_tells_the_line_of_every_problem(copy: Path) -> None:
    change(copy, "pack.toml", 'hearing = "5wd"', 'hearing = "5 moons"')
    change(copy, "pairs.toml", 'scope = "signal"', 'scope = "moon"')
    told = CliRunner().invoke(app, ["policy", "check", str(copy)])
    assert told.exit_code == 1
    where = dict(re.findall(r"^(\w+\.toml):(\d+): ", told.output, re.MULTILINE))
    for file, text in (("pack.toml", '"5 moons"'), ("pairs.toml", '"moon"')):
        lines = (copy / file).read_text(encoding="utf-8").splitlines()
        assert text in lines[int(where[file]) - 1]
    assert CliRunner().invoke(app, ["policy", "check", PACKS[1]]).exit_code == 0


def test_the_line_of_a_key_or_of_what_is_nearest_above_it() -> None:
    titles = HUNAN / "titles.toml"
    lines = titles.read_text(encoding="utf-8").splitlines()
    found = line_of(titles, "titles.model_site.plaque.zh")
    assert found is not None
    assert lines[found - 1].startswith("plaque = ")
    assert line_of(titles, "titles.nothing") is line_of(HUNAN / "nothing.toml", "titles") is None


# --- told, and compared -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACKS)
def test_every_step_level_and_window_of_a_way_is_told(name: str) -> None:
    pack = load_pack(name)
    text, chart = as_text(pack), as_mermaid(pack)
    for key, title in pack.titles.items():
        stations = list(way_to(key, pack))
        levels = [station.level for station in stations if station.level is not None]
        assert {title.evaluated_by, title.named_by, title.revoked_by} <= set(levels)
        assert f"{title.minimum_score}分以上" in text
        assert f'subgraph {key}["' in chart
        assert chart.count(f"    {key}_") == 2 * len(stations) - 1
        for station in stations:
            assert station.zh in text
    assert pack.windows.publicity.zh in text


def test_the_way_to_the_nations_title_goes_through_every_level() -> None:
    way = list(way_to("national_model", load_pack(PACKS[0])))
    told = [(station.en, station.level) for station in way]
    assert told[1:7] == [
        ("accepted and forwarded", Level.COUNTY), ("evaluation", Level.PREFECTURE), ("review", Level.PROVINCE),
        ("publicity", Level.PROVINCE), ("nomination", Level.PROVINCE), ("naming", Level.NATION),
    ]  # fmt: skip
    assert way[-1].needs_en == ("the nation consents",)


def test_a_title_that_asks_for_another_comes_after_it_in_the_chart() -> None:
    chart = as_mermaid(load_pack(PACKS[1]))
    assert "county_lantern_5 --> provincial_beacon_0" in chart
    assert 'county_lantern_5["认定期' in chart


def test_two_packs_differ_where_they_say_otherwise(copy: Path) -> None:
    before = load_pack(PACKS[0])
    assert before.post_pairs, "what is derived of a pack is no difference"
    assert list(differences(before, before)) == []
    change(copy, "pack.toml", 'publicity = "5wd"', 'publicity = "7d"')
    change(copy, "titles.toml", "minimum_score = 80", "minimum_score = 85")
    told = {one.key: (one.before, one.after) for one in differences(before, read_pack(copy))}
    assert told == {
        "windows.publicity": ("5wd", "7d"),
        "titles.national_model.minimum_score": ("80", "85"),
    }
    assert CliRunner().invoke(app, ["policy", "diff", PACKS[0], str(copy)]).exit_code == 1
    same = CliRunner().invoke(app, ["policy", "diff", PACKS[0], PACKS[0]])
    assert (same.exit_code, same.output) == (0, "")


def test_explain_tells_text_and_chart() -> None:
    pack: Pack = load_pack(PACKS[0])
    assert as_text(pack) in CliRunner().invoke(app, ["policy", "explain", PACKS[0]]).output
    assert CliRunner().invoke(app, ["policy", "explain", PACKS[0], "--mermaid"]).output.startswith("flowchart TD")
