"""移交: a unit moves to another province, and nobody escapes anything by it (T-28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.governance.officer import OfficerRegistered
from events.record import ActProposed
from events.unit.application import UnitApplied
from events.unit.handover import TitleGoingAlong, UnitHandedOver, UnitReceived, WaitGoingAlong
from events.unit.registration import UnitDetailsChanged
from events.words import ActorKind, ComparableTitle, Level, ObligationKind, Role, Route, Standing, UnitKind
from projections.standings import standings
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.unit.handover import Handover, taken_in_as, waiting
from services.casework.unit.plaques import PlaqueState
from tests.casework.given import COUNTY, DAY, NATIONAL, PROVINCIAL, approver, signal, source
from tests.casework.moving import (
    BEGAN,
    ENDS,
    HUBEI,
    HUNAN,
    NATIONAL_ALONG,
    STREAM,
    Register,
    handing,
    receiving,
    settled,
)
from tests.casework.stages import ON, life_at
from tests.casework.world import seconding


@pytest.fixture
def old() -> Register:
    return settled()


@pytest.fixture
def new() -> Register:
    """Another register, which goes by the same policy."""
    return Register.of(HUNAN)


def test_t_28_two_of_the_province_and_of_two_houses_hand_over_on_a_transfer(old: Register) -> None:
    world, event = old.world, handing(old.paper())
    assert world.rules(DAY, old.recorder, STREAM, event) == {"I-13"}
    assert world.rules(DAY, old.first, STREAM, handing(event.paper, "430200")) == {"T-28"}
    assert world.rules(DAY, old.first, STREAM, handing(event.paper, "000000")) == {"T-28"}
    other = document_stream("示例省三方", "示例命名文件1号")
    assert "T-23" in world.rules(DAY, old.first, STREAM, handing(other))
    proposal = world.act(DAY, old.first, STREAM, event)
    assert isinstance(proposal.event, ActProposed), "one person alone hands nothing over"
    assert world.rules(DAY, old.same_house, STREAM, seconding(proposal)) == {"T-04"}
    world.act(DAY, old.second, STREAM, seconding(proposal))
    assert old.unit.life.closed


def test_t_28_titles_go_along_and_end_here_with_their_plaques_to_come_back(old: Register) -> None:
    old.two(handing(old.paper()))
    entry = old.world.last_of(STREAM)
    assert isinstance(entry.event, UnitHandedOver)
    assert entry.event.document_digest == "a" * 64
    assert entry.event.titles == (
        NATIONAL_ALONG, TitleGoingAlong(worth=ComparableTitle.PROVINCIAL, term_from=BEGAN, term_until=ENDS),
    )  # fmt: skip
    unit = old.unit
    assert {standing for standing, _ in unit.naming.gone.values()} == {Standing.HANDED_OVER}
    assert unit.naming.plaques["示例-1"].state is PlaqueState.TO_RECOVER
    assert ObligationKind.RECOVER_PLAQUE in {duty.kind for duty in old.world.owed(STREAM)}
    assert standings(unit, DAY)[NATIONAL]["standing"] == "handed_over"
    changed = UnitDetailsChanged(headcount=9, reason="示例")
    assert old.world.rules(DAY, old.recorder, STREAM, changed) == {"I-00"}, "it is closed here"


def test_t_28_the_other_register_takes_in_what_its_pack_maps(old: Register, new: Register) -> None:
    old.two(handing(old.paper()))
    said = old.world.last_of(STREAM).event
    assert isinstance(said, UnitHandedOver)
    event = receiving(new.paper(), *(said.titles or ()))
    assert new.world.rules(DAY, new.recorder, STREAM, event) == {"I-13"}
    new.two(event)
    entry, unit = new.world.last_of(STREAM), new.unit
    assert isinstance(entry.event, UnitReceived)
    assert entry.event.document_digest == said.document_digest, "one paper"
    assert list(unit.naming.held) == [NATIONAL], "a title of the other province is that province's word"
    held = unit.naming.held[NATIONAL]
    assert (held.term_from, held.term_until, held.carried_in) == (BEGAN, ENDS, True)
    assert (unit.life.name, unit.life.place, unit.life.kind) == ("示例企业1号", COUNTY, UnitKind.ENTERPRISE)
    assert ObligationKind.ISSUE_PLAQUE in {duty.kind for duty in new.world.owed(STREAM)}
    assert new.world.rules(DAY, new.first, STREAM, event) == {"T-28"}, "once"


def test_t_28_where_the_pack_has_no_such_title_it_ends(new: Register) -> None:
    assert taken_in_as(ComparableTitle.NATIONAL, HUNAN) == NATIONAL
    assert taken_in_as(ComparableTitle.PROVINCIAL, HUNAN) is None
    assert taken_in_as(ComparableTitle.NATIONAL, load_pack("example-1")) is None
    new.two(receiving(new.paper(), NATIONAL_ALONG.model_copy(update={"worth": ComparableTitle.COUNTY})))
    assert not new.unit.naming.held


def _term(since: date, until: date) -> TitleGoingAlong:
    return NATIONAL_ALONG.model_copy(update={"term_from": since, "term_until": until})


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        ({"from_": "430100"}, "T-28"),
        ({"place": HUBEI}, "I-13"),
        ({"place": "430000"}, "T-20"),
        ({"titles": (NATIONAL_ALONG, NATIONAL_ALONG)}, "T-28"),
        ({"titles": (NATIONAL_ALONG.model_copy(update={"term_until": date(2024, 3, 1)}),)}, "T-28"),
        ({"code": "91"}, "T-20"),
        ({"titles": (_term(date(2039, 1, 1), date(2041, 12, 31)),)}, "T-28"),
        ({"titles": (_term(BEGAN, date(2041, 1, 1)),)}, "T-28"),
    ],
    ids=[
        "from here",
        "to elsewhere",
        "to the province at large",
        "a title twice",
        "a term that is over",
        "no code",
        "a term of years to come",
        "a term longer than the policy gives",
    ],
)
def test_t_28_what_is_no_receipt_is_refused(new: Register, event: dict[str, object], rule: str) -> None:
    assert rule in new.world.rules(DAY, new.first, STREAM, receiving(new.paper(), **event))


def test_t_28_a_waiting_time_goes_along_and_is_over_on_its_day(new: Register) -> None:
    world, free = new.world, date(2026, 1, 1)
    new.two(receiving(new.paper(), waits=(WaitGoingAlong(worth=ComparableTitle.PROVINCIAL, until=free),)))
    agent = world.new()
    registered = OfficerRegistered(kind=ActorKind.APPLICANT, unit=STREAM, roles=(Role.APPLICANT,))
    world.act(DAY, world.people["administrator 1"], agent, registered)
    applied = UnitApplied(title=PROVINCIAL, report_digest="a" * 64, route=Route.LEVELS)
    assert "T-28" in world.rules(free - timedelta(days=1), agent, STREAM, applied)
    assert "T-28" not in world.rules(free, agent, STREAM, applied)


@pytest.mark.parametrize("stage", ["applied", "in_publicity", "found_serious", "proposed", "heard"])
def test_t_28_nobody_escapes_what_is_open_by_moving(stage: str) -> None:
    life = life_at(stage)
    refusals = life.refused(ON[stage], approver(Level.PROVINCE, n=5), handing(life.unit.id))
    assert refusals[0].rule in ("T-28", "T-21")
    assert refusals[0].facts


def test_t_28_a_signal_that_nobody_has_looked_at_holds_it_back() -> None:
    life, sender = life_at("registered"), source()
    life.act(DAY, sender, signal(sender, DAY))
    assert "T-28" in {one.rule for one in life.refused(DAY, approver(Level.PROVINCE, n=5), handing(life.unit.id))}


def test_t_28_what_was_rejected_or_revoked_waits_wherever_the_unit_goes() -> None:
    unit, revoked_on = life_at("registered").unit, date(2024, 3, 1)
    regions = replace(unit.application, revoked={NATIONAL: revoked_on}, rejected={PROVINCIAL: date(2023, 1, 2)})
    assert waiting(replace(unit, application=regions), DAY, HUNAN) == {ComparableTitle.NATIONAL: date(2027, 3, 1)}
    before = Handover(None, {ComparableTitle.NATIONAL: date(2028, 1, 1), ComparableTitle.SITE: DAY})
    again = replace(unit, application=regions, handover=before)
    assert waiting(again, DAY, HUNAN) == {ComparableTitle.NATIONAL: date(2028, 1, 1)}, "a time that is over is none"


def test_t_28_a_unit_that_came_back_goes_on_in_its_old_file(old: Register) -> None:
    old.two(handing(old.paper()))
    back = receiving(old.paper(number=2), NATIONAL_ALONG)
    old.two(back)
    assert not old.unit.life.closed
    assert list(old.unit.naming.held) == [NATIONAL]
    changed = UnitDetailsChanged(headcount=9, reason="示例")
    old.world.act(DAY, old.recorder, STREAM, changed)


def test_t_28_a_title_that_was_taken_away_here_does_not_come_back_by_a_receipt(new: Register) -> None:
    new.two(receiving(new.paper()))
    since = {NATIONAL: DAY - timedelta(days=200)}
    revoked = replace(new.unit, application=replace(new.unit.application, revoked=since))
    new.world.states[STREAM] = replace(revoked, handover=Handover(HUBEI, {}))
    event = receiving(new.paper(number=2), NATIONAL_ALONG)
    assert "T-28" in new.world.rules(DAY, new.first, STREAM, event)
    other = NATIONAL_ALONG.model_copy(update={"worth": ComparableTitle.COUNTY})
    new.two(event.model_copy(update={"titles": (other,)}))
