"""What is written about Concord is so: commands, links, settings, rules, decisions and routes that are named exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi import APIRouter

from deploy.cli import app
from events.record import COMMON
from services.api import (
    acts,
    board,
    catalogue,
    coverage,
    cultivation,
    documents,
    feed,
    governance,
    health,
    inspection,
    ledgers,
    letters,
    national,
    national_decisions,
    outbox,
    persons,
    policy,
    public_lists,
    retention,
    sealed,
    signals,
    streams,
    surveys,
    year_papers,
)
from services.casework.kinds import KINDS
from services.casework.pack import load_pack
from services.settings import Settings

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
REFERENCE = ROOT / "docs" / "reference"
PAGES = (*READMES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
ROUTERS = (
    board,
    coverage,
    cultivation,
    acts,
    signals,
    feed,
    streams,
    catalogue,
    documents,
    inspection,
    ledgers,
    letters,
    year_papers,
    governance,
    sealed,
    health,
    national,
    national_decisions,
    policy,
    public_lists,
    retention,
    surveys,
    outbox,
    persons,
)
LONGEST_README = 150

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?:\./concord|`concord) ([a-z][^`\n]*)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ROUTE = re.compile(r"\b(GET|POST|PUT) (/[^\s`?]*)")

page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def headings(path: Path) -> list[tuple[int, str]]:
    """The level and text of each heading; code is no heading."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    return [(len(marks), title) for marks, title in _HEADING.findall(text)]


def anchors(path: Path) -> set[str]:
    """What a link into the page may name: headings in lower case, words joined by hyphens, other signs left out."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(path)}


def test_both_readmes_have_the_same_headings_blocks_and_tables() -> None:
    english, chinese = READMES
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    for shape in (r"^```\w*", r"<!-- .* -->", r"^\|", r"^- ", r"^\d\. ", r"\]\(docs/[^)]*\)"):
        found = [re.findall(shape, readme.read_text(encoding="utf-8"), re.MULTILINE) for readme in READMES]
        assert len(found[0]) == len(found[1]), shape


def test_readmes_are_short() -> None:
    for readme in READMES:
        assert len(readme.read_text(encoding="utf-8").splitlines()) <= LONGEST_README


def commands(path: Path) -> Iterator[list[str]]:
    """The words of each call of the command line that a page names."""
    for called in _COMMAND.findall(path.read_text(encoding="utf-8")):
        yield re.split(r"\s+#|\s{2,}|[;|)]", called)[0].split()


@page
def test_commands_exist_with_their_options(path: Path) -> None:
    for words in commands(path):
        command: Any = typer.main.get_command(app)
        for word in words:
            found = command.get_command(None, word) if hasattr(command, "commands") else None
            if found is None:
                break
            command = found
        assert not hasattr(command, "commands") or words == [command.name], f"no such command: {' '.join(words)}"
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
            "--help"
        }
        unknown = {word for word in words if word.startswith("--")} - known
        assert not unknown, f"{' '.join(words)}: no option {unknown}"


@page
def test_relative_links_resolve(path: Path) -> None:
    for link in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@page
def test_settings_that_are_named_exist(path: Path) -> None:
    named = {name.lower() for name in re.findall(r"\bCONCORD_([A-Z_]+)\b", path.read_text(encoding="utf-8"))}
    assert named <= Settings.model_fields.keys()


def test_every_setting_is_explained_with_its_default() -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        default = "–" if field.default is None else f"`{field.default}`"
        assert f"| `CONCORD_{name.upper()}` | {default} | {field.description}" in text


def test_every_rule_is_told_as_the_pack_has_it() -> None:
    text = (REFERENCE / "rules.md").read_text(encoding="utf-8")
    rules = load_pack().rules
    assert re.findall(r"^\| ([IAT]-\d\d) \|", text, re.MULTILINE) == list(rules)
    for name, rule in rules.items():
        for said in (f"| {name} | {rule.clause} | {rule.zh}<br>{rule.en}", f"{rule.needs_zh}<br>{rule.needs_en} |"):
            assert said in text


def test_titles_windows_quorums_limits_and_grounds_are_told_as_the_pack_has_them() -> None:
    text, pack = (REFERENCE / "rules.md").read_text(encoding="utf-8"), load_pack()
    for name, title in pack.titles.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert row.endswith(f"| {title.minimum_score} | {title.term.zh}<br>{title.term.en} |")
        assert " → ".join(title.steps) in row
        assert title.minimum_self_score == 0, "no title asks for a least score of the self-evaluation"
    for name, span in pack.windows:
        assert f"\n| `{name}` | {span.en} |" in text, name
    for name, value in (*pack.quorums, *pack.limits):
        shown = "、".join(house.zh for house in value) if isinstance(value, tuple) else value
        assert f"\n| `{name}` | {shown} |" in text, name
    for ground, text_of in pack.grounds.items():
        numbers = (text_of.people, text_of.amount_fen, text_of.months, text_of.share)
        shown = " | ".join("–" if number is None else str(number) for number in numbers)
        assert f"\n| `{ground.value}` | {shown} | {text_of.major_zh}<br>{text_of.major_en} |" in text, ground
    assert [ground.value for ground, text_of in pack.grounds.items() if text_of.together] == ["excess_overtime"]
    for pair in pack.pairs:
        first, second = (", ".join(f"`{name}`" for name in names) for names in (pair.first, pair.second))
        assert f"| {first} | {second} | {pair.zh}<br>{pair.en} |" in text
    assert text.partition("## Pairs")[2].count("\n| `") == len(pack.pairs)


def test_every_decision_is_listed_and_facts_are_marked() -> None:
    text = (REFERENCE / "http.md").read_text(encoding="utf-8")
    listed = text.split("<!-- decisions -->")[1].split("<!-- /decisions -->")[0]
    decisions = KINDS["unit"].decisions
    wanted = [(name, "*" if law.event.about.fact else "") for name, law in decisions.items() if name != "register"]
    assert re.findall(r"`([a-z-]+)`(\*?)", listed) == wanted


def test_every_decision_on_other_kinds_is_listed() -> None:
    text = (REFERENCE / "http.md").read_text(encoding="utf-8")
    listed = text.split("<!-- other decisions -->")[1].split("<!-- /other decisions -->")[0]
    rows = dict(re.findall(r"^\| `([a-z-]+)` [^|]*\| (.*) \|$", listed, re.MULTILINE))
    common = {event.about.decision for event in COMMON["unit"].all}
    wanted = {kind.words.plural: kind.decisions.keys() - common for kind in KINDS.values() if kind.name != "unit"}
    assert {plural: set(re.findall(r"`([a-z-]+)`", row)) for plural, row in rows.items()} == {
        plural: names for plural, names in wanted.items() if names
    }


def test_routes_that_are_named_exist_and_all_are_named() -> None:
    routers = [found for module in ROUTERS for found in vars(module).values() if isinstance(found, APIRouter)]
    served = [route for router in routers for route in router.routes] + [streams.DECIDING]
    routes = {
        (method, _shape(route.path.removeprefix("/api/v1"))) for route in served for method in route.methods or ()
    }
    text = (REFERENCE / "http.md").read_text(encoding="utf-8")
    named = {(method, _shape(path)) for method, path in _ROUTE.findall(text)}
    assert named <= routes
    operations = {("GET", path) for path in ("/livez", "/readyz", "/metrics") if f"`{path}`" in text}
    assert routes == named | operations


def _shape(path: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "{}", path)


ASVS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3,
    "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3,
    "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they come first in it."""


def test_every_requirement_of_the_asvs_is_answered_once_by_tests_that_exist() -> None:
    rows = re.findall(
        r"^\| ([\d. ]+) \| ([✓◐✕–]) \| (.+) \| (.*)\|$", (REFERENCE / "asvs.md").read_text("utf-8"), re.MULTILINE
    )
    told = [number for numbers, *_ in rows for number in numbers.split()]
    assert sorted(told) == sorted(f"{section}.{n}" for section, most in ASVS.items() for n in range(1, most + 1))
    assert all(here.strip() for _, _, here, _ in rows)
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    missing = {name for *_, by in rows for name in re.findall(r"`(test_\w+)`", by) if f"def {name}(" not in tests}
    assert not missing
