"""The fold: the same state by every way to it, whatever lawfully happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Entry, Event
from events.registry import decode, encode
from events.unit.cultivation import UnitFollowedUp
from events.words import FollowUpKind, Level, Role
from services.casework.entry_history import EntryHistory
from services.casework.judgement import obligations
from services.casework.stream import advance, as_of, fold
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from tests.casework.filled import filled
from tests.casework.given import (
    DAY,
    NATIONAL,
    PACKS,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    Somebody,
    UnitEntryVoided,
    approver,
    desk,
    post,
    source,
)
from tests.casework.stages import ON, life_at

LIVES = settings(max_examples=15)
ANY = st.integers(0, 9_999)
STEPS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 999), st.integers(0, 40)), max_size=14)


def _people(life: Life) -> list[Somebody]:
    desks: list[Somebody] = [desk(level) for level in Level]
    approvers: list[Somebody] = [approver(level) for level in Level]
    return [
        *desks,
        *approvers,
        life.agent,
        life.union,
        source(),
        PUBLIC,
        TIMEKEEPER,
        post(Role.INSPECTOR, Level.COUNTY),
    ]


@st.composite
def lawful_lives(draw: st.DrawFn) -> Life:
    """A life that has come to some stage, and goes on as anybody may."""
    life = life_at(draw(st.sampled_from(list(ON))), draw(st.sampled_from([NATIONAL, PROVINCIAL])))
    day, people = life.unit.entries[-1].day, _people(life)
    for who_acts, what, days in draw(STEPS):
        who = people[who_acts % len(people)]
        day += timedelta(days=days)
        open_to = [possibility for possibility in life.may(day, who) if possibility.allowed]
        if not open_to:
            continue
        chosen = open_to[what % len(open_to)]
        event = filled(life, day, who, chosen.decision, chosen.subject, what)
        if event is not None and not life.judged(day, who, event)[2]:
            life.act(day, who, event)
    return life


def _regions(unit: Unit) -> dict[str, object]:
    return {name: getattr(unit, name) for chapter in UNIT.all_chapters if (name := chapter.region) is not None}


def _one_by_one(life: Life) -> Unit:
    unit = fold(UNIT, life.unit.id, ())
    for entry in life.unit.entries:
        unit = advance(unit, (entry,))
    return unit


@LIVES
@given(lawful_lives())
def test_one_by_one_in_pieces_or_all_at_once_it_is_the_same_unit(life: Life) -> None:
    whole, entries = fold(UNIT, life.unit.id, life.unit.entries), life.unit.entries
    assert _one_by_one(life) == whole == life.unit
    half = len(entries) // 2
    assert advance(fold(UNIT, life.unit.id, entries[:half]), entries[half:]) == whole
    assert advance(whole, ()) == whole


@LIVES
@given(lawful_lives(), ANY)
def test_as_of_a_version_is_the_fold_of_the_first_entries(life: Life, which: int) -> None:
    n, entries = which % (life.unit.version + 1), life.unit.entries
    assert as_of(entries, version=n) == entries[:n]
    assert fold(UNIT, life.unit.id, as_of(entries, version=n)) == fold(UNIT, life.unit.id, entries[:n])
    if n:
        moment = entries[n - 1].recorded_at
        assert as_of(entries, known=moment) == entries[:n]
        assert as_of(entries, known=moment, version=n, on=date.max) == entries[:n]
        assert entries[n - 1] in as_of(entries, on=entries[n - 1].effective_on)


def _voiding(unit: Unit, version: int) -> Entry[Event]:
    last = unit.entries[-1]
    event = UnitEntryVoided(version=version, reason="示例")
    return last.model_copy(update={"version": last.version + 1, "event": event, "command_id": uuid4()})


def _without(entries: Sequence[Entry[Event]], versions: frozenset[int]) -> list[Entry[Event]]:
    return [e for e in entries if e.version not in versions and not isinstance(e.event, UnitEntryVoided)]


@LIVES
@given(lawful_lives(), ANY)
def test_voiding_an_entry_is_folding_without_it(life: Life, which: int) -> None:
    version = which % life.unit.version + 1
    if isinstance(life.unit.entries[version - 1].event, UnitEntryVoided):
        return
    voiding = _voiding(life.unit, version)
    voided = advance(life.unit, (voiding,))
    assert voided == fold(UNIT, life.unit.id, (*life.unit.entries, voiding))
    assert voided.version == life.unit.version + 1
    assert _regions(voided) == _regions(fold(UNIT, life.unit.id, _without(life.unit.entries, voided.voided)))


@LIVES
@given(lawful_lives())
def test_a_lawful_life_is_found_lawful_again_and_what_it_owes_follows_from_it_alone(life: Life) -> None:
    assert life.judged_again() == []
    owed = obligations(life.unit, PACKS)
    assert obligations(fold(UNIT, life.unit.id, life.unit.entries), PACKS) == owed
    assert len({obligation.key for obligation in owed}) == len(owed)
    assert all(obligation.since <= obligation.due for obligation in owed)


def test_what_is_read_back_from_its_bytes_folds_to_the_same_unit() -> None:
    life = life_at("heard", NATIONAL)
    read = [decode(entry.event.about.type, encode(entry)) for entry in life.unit.entries]
    assert _regions(fold(UNIT, life.unit.id, read)) == _regions(life.unit)


def test_a_thousand_visits_are_folded_one_after_the_other() -> None:
    life = life_at("registered")
    contact = post(Role.CONTACT, Level.COUNTY)
    first = life.act(DAY, contact, UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY, summary="示例"))
    visits = [
        first.model_copy(
            update={
                "version": first.version + n,
                "event": first.event.model_copy(update={"on": DAY + timedelta(days=n)}),
                "recorded_at": first.recorded_at + timedelta(days=n),
            }
        )
        for n in range(1_000)
    ]
    unit = fold(UNIT, life.unit.id, (*life.unit.entries[:-1], *visits))
    assert (unit.cultivation.follow_ups, unit.cultivation.last_seen) == (1_000, DAY + timedelta(days=999))
    assert unit.version == 1_001
    untouched = replace(unit.cultivation, follow_ups=0, last_seen=None)
    assert untouched == life_at("registered").unit.cultivation


def test_the_newest_entry_is_kept_as_the_bytes_that_it_is_told_to_stand_as() -> None:
    first = life_at("registered").unit.entries[0]
    new = tuple(first.model_copy(update={"version": version}) for version in (2, 3))
    history = EntryHistory([first])
    stored = encode(first)
    history.stands_as(stored)
    grown = history + new
    kept = grown.parts[0]
    assert isinstance(kept, tuple)
    assert kept[1] is stored, "nothing is written a second time"
    assert list(grown) == [first, *new]


def test_nothing_folds_to_a_unit_that_nobody_knows() -> None:
    life = Life.of()
    assert fold(UNIT, life.unit.id, ()) == Unit(life.unit.id)
    assert obligations(Unit(life.unit.id), PACKS) == ()
