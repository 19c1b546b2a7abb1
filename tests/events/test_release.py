"""A release is a frozen folder, and what comes after it may only grow: shown with versions that are made up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

import orjson
import pytest
from pydantic import Field, create_model
from vocabulary import ROOT, document

from deploy.contract.__main__ import main
from deploy.contract.documents import write
from deploy.contract.release import PACKS, RELEASES, SAMPLES, broken, check, freeze, releases, standing
from events.envelope import About, Event
from events.fields import Documents, Line, Prose
from events.registry import EVENT_TYPES, Upcaster, Vocabulary
from events.unit.registration import UnitClosed
from events.unit.signals import UnitSignalAssessed
from events.words import SignalOutcome

CLOSED, ASSESSED, NEXT = "unit.closed.v1", "unit.signal-assessed.v1", "unit.closed.v2"
NOW = Vocabulary({name: EVENT_TYPES[name] for name in (CLOSED, ASSESSED)})


class ClosedV2(Event):
    """A made-up next version: the reason is called a note."""

    about = About(NEXT, "注销", "Closed", "administration", "单位注销：{note}", "Unit closed: {note}")
    note: Prose
    documents: Documents = ()


def _lift(fields: dict[str, Any]) -> dict[str, Any]:
    return {"note": fields["reason"], "documents": fields["documents"]}


def _changed(event: type[Event], base: type[Event] = Event, **fields: Any) -> Vocabulary:
    """The vocabulary with another class under the name of an event."""
    made = create_model(event.__name__, __base__=base, **fields)
    made.about = event.about
    return Vocabulary({**NOW.types, event.about.type: made})


def _next(lift: Upcaster) -> Vocabulary:
    return Vocabulary({ASSESSED: EVENT_TYPES[ASSESSED], NEXT: ClosedV2}, {CLOSED: (NEXT, lift)})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of two types and the packs, nothing of it released."""
    (tmp_path / SAMPLES).mkdir(parents=True)
    for name in (CLOSED, ASSESSED):
        shutil.copy(ROOT / SAMPLES / f"{name}.json", tmp_path / SAMPLES)
    shutil.copytree(ROOT / PACKS, tmp_path / PACKS)
    write(tmp_path, NOW)
    return tmp_path


@pytest.fixture
def released(tree: Path) -> Path:
    """The same, released as 0.1.0."""
    assert freeze(tree, "0.1.0", NOW) == []
    return tree


def _pack(root: Path) -> Path:
    (found,) = (root / PACKS).glob("hunan-2023-15/1")
    return found


def test_before_the_first_release_the_check_passes_and_says_so(tree: Path) -> None:
    assert releases(tree) == []
    assert check(tree, NOW) == []
    assert "尚未发布" in standing(tree)
    assert "Nothing is released yet" in standing(tree)


def test_a_release_is_a_folder_with_schemas_samples_the_wire_and_the_packs(released: Path) -> None:
    folder = released / RELEASES / "0.1.0"
    assert {path.stem for path in (folder / "schemas").iterdir()} == {CLOSED, ASSESSED}
    assert {path.stem for path in (folder / "samples").iterdir()} == {CLOSED, ASSESSED}
    assert any((folder / "wire").iterdir())
    assert orjson.loads((folder / "asyncapi.json").read_bytes())["asyncapi"] == "3.0.0"
    packs = orjson.loads((folder / "packs.json").read_bytes())
    assert len(packs["hunan-2023-15@1"]) == 64
    assert check(released, NOW) == []
    assert standing(released).endswith("Compatible with release 0.1.0.")


@pytest.mark.parametrize("version", ["0.1", "v0.2.0", "0.01.0", "0.1.0", "0.0.9"])
def test_a_version_has_three_numbers_and_comes_after_the_last(released: Path, version: str) -> None:
    assert len(freeze(released, version, NOW)) == 1
    assert releases(released) == ["0.1.0"]


def test_what_drifted_or_has_no_sample_is_not_released(tree: Path) -> None:
    (tree / SAMPLES / f"{CLOSED}.json").unlink()
    assert freeze(tree, "0.1.0", NOW) == [f"{CLOSED}: there is no sample of it in tests/samples"]
    (tree / "docs/reference/glossary.md").unlink()
    assert freeze(tree, "0.1.0", NOW) == ["docs/reference/glossary.md is missing"]
    assert releases(tree) == []


def test_the_newest_release_is_the_one_with_the_highest_numbers(released: Path) -> None:
    assert freeze(released, "0.9.0", NOW) == []
    assert freeze(released, "0.10.0", NOW) == []
    assert releases(released) == ["0.1.0", "0.9.0", "0.10.0"]


def test_a_new_optional_field_and_a_new_type_pass(released: Path) -> None:
    grown = _changed(UnitClosed, UnitClosed, note=(Line | None, None), items=(tuple[Line, ...], ()))
    assert broken(released, grown) == []
    assert broken(released, Vocabulary({**NOW.types, "unit.named.v1": EVENT_TYPES["unit.named.v1"]})) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (_changed(UnitClosed, reason=(Prose, ...)), f"{CLOSED}: /event/documents: removed"),
        (_changed(UnitClosed, UnitClosed, note=(Line, ...)), f"{CLOSED}: /event/note: made required"),
        (_changed(UnitClosed, UnitClosed, documents=(Documents, ...)), f"{CLOSED}: /event/documents: made required"),
        (
            _changed(UnitSignalAssessed, UnitSignalAssessed, outcome=(Literal[SignalOutcome.SERIOUS], ...)),
            f"{ASSESSED}: /event/outcome: the value 'unfounded' is gone",
        ),
        (
            Vocabulary({CLOSED: EVENT_TYPES[CLOSED]}),
            f"{ASSESSED}: the type is gone, and nothing brings it up to a newer one",
        ),
        (
            _changed(UnitClosed, UnitClosed, reason=(Prose, Field(exclude=True))),
            f"{CLOSED}: the sample no longer loads: 1 validation error for "
            "Entry[UnitClosed] event.reason Field required",
        ),
    ],
)
def test_what_was_released_neither_goes_nor_narrows(released: Path, changed: Vocabulary, problem: str) -> None:
    assert any(found.startswith(problem) for found in broken(released, changed)), broken(released, changed)


def test_a_sample_is_written_as_it_was(released: Path) -> None:
    unwritten = _changed(UnitClosed, UnitClosed, documents=(Documents, Field(default=(), exclude=True)))
    assert f"{CLOSED}: the sample is another once it is written again" in broken(released, unwritten)
    assert f"{CLOSED}: the sample's /event/documents is not written as it was" in broken(released, unwritten)


def test_a_second_version_of_a_type_passes_where_the_first_is_brought_up_to_it(released: Path) -> None:
    assert broken(released, _next(_lift)) == []
    entry = _next(_lift).decode(CLOSED, (released / RELEASES / "0.1.0/samples" / f"{CLOSED}.json").read_bytes())
    assert isinstance(entry.event, ClosedV2)
    assert entry.event.note == document(CLOSED)["event"]["reason"]


@pytest.mark.parametrize("lift", [lambda fields: fields, lambda fields: {"note": fields["why"]}])
def test_an_upcaster_that_does_not_fit_is_found(released: Path, lift: Upcaster) -> None:
    (problem,) = broken(released, _next(lift))
    assert problem.startswith(f"{CLOSED}: the sample no longer loads")


def test_the_sample_of_an_old_version_goes_into_every_later_release(released: Path) -> None:
    after = _next(_lift)
    (released / SAMPLES / f"{NEXT}.json").write_bytes(after.encode(after.decode(CLOSED, _sample(released))))
    write(released, after)
    assert freeze(released, "0.2.0", after) == []
    assert broken(released, after) == []
    assert broken(released, Vocabulary(after.types)) == [
        f"{CLOSED}: the type is gone, and nothing brings it up to a newer one"
    ]


def _sample(root: Path) -> bytes:
    return (root / SAMPLES / f"{CLOSED}.json").read_bytes()


def test_a_pack_is_not_changed_under_its_id_and_version(released: Path) -> None:
    with (_pack(released) / "pack.toml").open("a", encoding="utf-8") as file:
        file.write("# 多说一句\n")
    assert broken(released, NOW) == ["the pack hunan-2023-15@1 was changed: a change is a new version"]


def test_a_pack_that_judged_stays(released: Path) -> None:
    shutil.rmtree(_pack(released))
    (problem,) = broken(released, NOW)
    assert problem.startswith("the pack hunan-2023-15@1 is gone")


def test_a_pack_that_cannot_judge_is_told(released: Path) -> None:
    (_pack(released) / "pairs.toml").unlink()
    (problem,) = broken(released, NOW)
    assert "pairs.toml: is missing" in problem


def test_a_new_version_of_a_pack_passes(released: Path) -> None:
    second = shutil.copytree(_pack(released), _pack(released).with_name("2"))
    said = (second / "pack.toml").read_text(encoding="utf-8")
    (second / "pack.toml").write_text(said.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    assert broken(released, NOW) == []


def test_a_channel_stays_where_it_is(released: Path) -> None:
    path = released / RELEASES / "0.1.0/asyncapi.json"
    document = orjson.loads(path.read_bytes())
    document["channels"]["events"]["address"] = "concord.elsewhere"
    path.write_bytes(orjson.dumps(document))
    assert broken(released, NOW) == ["the channel events is no longer at concord.elsewhere"]


def test_the_command_line_says_why_it_releases_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "soon"], tree) == 1
    assert capsys.readouterr().out == "soon is no version: three numbers with dots between\n"
