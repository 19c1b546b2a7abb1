"""承接: titles given before the register was opened, taken over on their paper and not judged here (T-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from events.envelope import Event
from events.governance.document import CarriedTitle, DocumentConfirmed, DocumentRecorded, DocumentTitlesCarriedIn
from events.governance.officer import OfficerInterestDeclared, OfficerRegistered
from events.record import ActProposed
from events.unit.application import UnitApplied
from events.unit.naming import UnitReserveListed, UnitTitleCarriedIn
from events.unit.registration import UnitRegistered
from events.words import (
    ActorKind,
    CodeScope,
    DocumentKind,
    House,
    Level,
    ObligationKind,
    Role,
    RoundKind,
    Route,
    UnitKind,
)
from projections.standings import standings
from services.casework.code.state import Code, code_stream
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from tests.casework.given import (
    COUNTY,
    LOCAL,
    NATIONAL,
    PREFECTURE,
    PROVINCIAL,
    a_paper,
    a_round,
    approver,
    valid_credit_code,
)
from tests.casework.stages import life_at
from tests.casework.world import World, seconding

DAY = date(2024, 3, 4)
"""The register was opened on 8 January 2024."""

PAPER_OF = date(2022, 5, 10)
BEGAN, ENDS = date(2022, 5, 10), date(2025, 5, 9)


@dataclass
class Office:
    """A register with approvers of two houses at every level, and those who record and confirm papers."""

    world: World
    first: UUID
    second: UUID
    same_house: UUID
    recorder: UUID
    confirmer: UUID
    local: tuple[UUID, UUID]

    def registered(self, n: int) -> UUID:
        """A unit of Changsha."""
        code = valid_credit_code(n)
        event = UnitRegistered(kind=UnitKind.ENTERPRISE, name=f"示例企业{n}号", code=code, place=COUNTY, headcount=300)
        stream = unit_id(code, COUNTY)
        self.world.act(DAY, self.recorder, stream, event)
        return stream

    def paper(
        self,
        *units: UUID,
        kind: DocumentKind = DocumentKind.NAMING,
        dated: date = PAPER_OF,
        confirmed: bool = True,
        number: str = "示例命名〔2022〕3号",
    ) -> UUID:
        """A paper that names these units, in the register."""
        event = DocumentRecorded(
            kind=kind, issuer="示例省三方", number=number, dated=dated, title="示例命名决定",
            sha256=sha256(number.encode()).hexdigest(), media_type="application/pdf", size=7,
        )  # fmt: skip
        stream = document_stream(event.issuer, event.number)
        self.world.act(DAY, self.recorder, stream, event)
        if confirmed:
            self.world.act(DAY, self.confirmer, stream, DocumentConfirmed(units=units))
        return stream


@pytest.fixture
def office() -> Office:
    world = World(load_pack())
    world.begin()
    hires = world.hires
    return Office(
        world,
        hires(DAY, Role.APPROVER, Level.PROVINCE),
        hires(DAY, Role.APPROVER, Level.PROVINCE, House.UNION),
        hires(DAY, Role.APPROVER, Level.PROVINCE),
        hires(DAY, Role.OFFICER, Level.PROVINCE),
        hires(DAY, Role.OFFICER, Level.PROVINCE, House.UNION),
        (
            hires(DAY, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE),
            hires(DAY, Role.APPROVER, Level.PREFECTURE, House.UNION, place=PREFECTURE),
        ),
    )


def _carried(paper: UUID, title: str = PROVINCIAL, **changes: object) -> UnitTitleCarriedIn:
    said = {"title": title, "term_from": BEGAN, "term_until": ENDS, "paper": paper, "plaque": "示例-2022-1"}
    return UnitTitleCarriedIn.model_validate(said | changes)


def _rows(*units: UUID, title: str = PROVINCIAL) -> DocumentTitlesCarriedIn:
    rows = [CarriedTitle(unit=unit, title=title, term_from=BEGAN, term_until=ENDS) for unit in units]
    return DocumentTitlesCarriedIn(titles=tuple(rows))


def test_t_24_two_of_the_titles_level_and_of_two_houses_carry_it_in(office: Office) -> None:
    world, unit = office.world, office.registered(1)
    event = _carried(office.paper(unit))
    assert world.rules(DAY, office.local[0], unit, event) == {"I-13"}
    assert world.rules(DAY, office.recorder, unit, event) == {"I-13"}
    proposal = world.act(DAY, office.first, unit, event)
    assert isinstance(proposal.event, ActProposed)
    assert not world.state(Unit, unit).naming.held
    for person, rule in ((office.first, "T-04"), (office.same_house, "T-04"), (office.local[1], "I-13")):
        assert world.rules(DAY, person, unit, seconding(proposal)) == {rule}
    world.act(DAY, office.second, unit, seconding(proposal))
    state = world.state(Unit, unit)
    assert (state.naming.held[PROVINCIAL].term_until, state.naming.held[PROVINCIAL].carried_in) == (ENDS, True)
    assert state.naming.plaques["示例-2022-1"].state is PlaqueState.ISSUED
    assert state.entries[-1].seconded_by is not None


def test_t_18_a_plaques_code_is_one_units_whoever_carries_it_in(office: Office) -> None:
    world, units = office.world, [office.registered(n) for n in (1, 2, 3)]
    paper = office.paper(*units)
    world.by_two(DAY, office.first, office.second, units[0], _carried(paper))
    assert world.state(Code, code_stream(CodeScope.PLAQUE, "示例-2022-1")).holder == units[0]
    assert world.rules(DAY, office.first, units[1], _carried(paper)) == {"T-18"}
    for plaques in (("示例-2022-1", None), ("示例-2022-2", "示例-2022-2")):
        listed = [
            row.model_copy(update={"plaque": code}) for row, code in zip(_rows(*units[1:]).titles, plaques, strict=True)
        ]
        assert world.rules(DAY, office.first, paper, DocumentTitlesCarriedIn(titles=tuple(listed))) == {"T-18"}
    rows = [row.model_copy(update={"plaque": f"示例-{n}"}) for n, row in enumerate(_rows(*units[1:]).titles)]
    world.by_two(DAY, office.first, office.second, paper, DocumentTitlesCarriedIn(titles=tuple(rows)))
    assert [world.state(Code, code_stream(CodeScope.PLAQUE, f"示例-{n}")).holder for n in (0, 1)] == units[1:]


def test_t_24_it_is_shown_as_taken_over_and_watched_from_then_on(office: Office) -> None:
    world, unit = office.world, office.registered(1)
    world.by_two(DAY, office.first, office.second, unit, _carried(office.paper(unit)))
    assert standings(world.state(Unit, unit), DAY)[PROVINCIAL]["carried_in"] is True
    owed = [duty for duty in world.owed(unit) if duty.kind is ObligationKind.VERIFICATION]
    assert [duty.since for duty in owed] == [DAY]
    assert all(duty.due > DAY for duty in world.owed(unit))
    assert ObligationKind.ISSUE_PLAQUE not in {duty.kind for duty in world.owed(unit)}
    named = life_at("named").unit
    assert standings(named, DAY)[PROVINCIAL]["carried_in"] is False


def test_t_24_only_what_a_confirmed_paper_of_naming_from_before_the_opening_says_of_the_unit(office: Office) -> None:
    world, unit, other = office.world, office.registered(1), office.registered(2)
    papers = {
        "T-08": [office.paper(other, number="1")],
        "T-23": [
            office.paper(unit, number="2", kind=DocumentKind.REPORT),
            office.paper(unit, number="5", confirmed=False),
        ],
        "T-24": [
            office.paper(unit, number="3", dated=world.day),
            office.paper(number="4"),
        ],
        "T-02": [world.new()],
    }
    for rule, wrong in papers.items():
        for paper in wrong:
            assert world.rules(DAY, office.first, unit, _carried(paper)) == {rule}
    right = office.paper(unit, number="6")
    for changes in (
        {"term_from": world.day, "term_until": date(2026, 1, 1)},
        {"term_until": DAY - timedelta(days=1)},
        {"term_until": ENDS + timedelta(days=1)},
    ):
        assert world.rules(DAY, office.first, unit, _carried(right, **changes)) == {"T-24"}
    assert world.rules(DAY, office.first, unit, _carried(right, "township_national")) == {"I-00"}


def test_t_24_a_term_begins_with_the_paper_that_names(office: Office) -> None:
    """A paper of years ago was to name somebody for a term that began last winter."""
    world, unit = office.world, office.registered(1)
    paper = office.paper(unit)
    for days, lawful in ((-1, False), (0, True), (30, True), (31, False)):
        since = PAPER_OF + timedelta(days=days)
        refusals = world.decided(DAY, office.first, unit, _carried(paper, term_from=since)).refusals
        assert {refusal.rule for refusal in refusals} == (set() if lawful else {"T-24"}), days


def test_t_24_what_this_register_gave_took_away_or_judges_is_not_brought_in() -> None:
    life = life_at("applied")
    event = _carried(a_paper().id)
    assert {r.rule for r in life.refused(DAY, approver(Level.PROVINCE, n=3), event)} == {"T-24"}
    listed = life_at("registered")
    reserve = a_round(PROVINCIAL, kind=RoundKind.RESERVE)
    listed.knows(reserve)
    listed.act(DAY, approver(Level.PROVINCE), UnitReserveListed(title=PROVINCIAL, round=reserve.id))
    assert {r.rule for r in listed.refused(DAY, approver(Level.PROVINCE, n=3), event)} == {"T-24"}
    held = life_at("named")
    assert {r.rule for r in held.refused(DAY, approver(Level.PROVINCE, n=3), event)} == {"T-24"}


def test_t_24_once_carried_in_a_title_is_renewed_and_not_carried_in_again(office: Office) -> None:
    world, unit = office.world, office.registered(1)
    paper = office.paper(unit)
    world.by_two(DAY, office.first, office.second, unit, _carried(paper))
    assert world.rules(DAY, office.first, unit, _carried(paper, plaque="示例-2")) == {"T-24"}
    agent = world.new()
    registered = OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,))
    world.act(DAY, world.people["administrator 1"], agent, registered)
    applied = UnitApplied(title=PROVINCIAL, report_digest="a" * 64, route=Route.LEVELS)
    assert "I-16" in world.rules(DAY, agent, unit, applied)
    assert "I-16" not in world.rules(date(2024, 12, 2), agent, unit, applied)


def test_t_24_a_national_title_takes_two_of_the_province_and_a_local_one_two_of_the_prefecture(office: Office) -> None:
    world, unit = office.world, office.registered(1)
    paper = office.paper(unit)
    national = _carried(paper, NATIONAL)
    assert world.rules(DAY, office.local[0], unit, national) == {"I-13"}
    world.by_two(DAY, office.first, office.second, unit, national)
    local = _carried(paper, LOCAL, plaque="示例-3")
    assert world.rules(DAY, office.first, unit, local) == {"I-13"}
    world.by_two(DAY, *office.local, unit, local)
    assert set(world.state(Unit, unit).naming.held) == {NATIONAL, LOCAL}


def test_t_24_an_import_is_one_proposal_seconded_once(office: Office) -> None:
    world = office.world
    units = [office.registered(n) for n in range(1, 6)]
    paper = office.paper(*units)
    proposal = world.act(DAY, office.first, paper, _rows(*units))
    assert isinstance(proposal.event, ActProposed)
    before = len(world.log)
    world.act(DAY, office.second, paper, seconding(proposal))
    assert len(world.log) - before == 2 + len(units)
    assert {entry.command_id for entry in world.log[before:]} == {world.log[-1].command_id}
    for unit in units:
        entry = world.last_of(unit)
        assert entry.seconded_by is not None
        assert entry.seconded_by.id == office.second
        assert entry.relied_on is not None
        assert not set(units) & set(entry.relied_on)
        assert world.state(Unit, unit).naming.held[PROVINCIAL].carried_in


def test_t_24_an_import_is_refused_whole_and_before_anybody_seconds_it(office: Office) -> None:
    world, unit, other = office.world, office.registered(1), office.registered(2)
    paper = office.paper(unit)
    for rows, rule in ((_rows(unit, other), "T-08"), (_rows(unit, unit), "T-24"), (_rows(unit, title=LOCAL), "I-13")):
        assert world.rules(DAY, office.first, paper, rows) == {rule}
    assert world.rules(DAY, office.local[0], paper, _rows(unit)) == {"I-13"}
    report = office.paper(unit, number="7", kind=DocumentKind.REPORT)
    assert world.rules(DAY, office.first, report, _rows(unit)) == {"T-24"}


def test_t_24_whoever_seconds_an_import_could_second_each_of_its_titles(office: Office) -> None:
    world, unit = office.world, office.registered(1)
    paper = office.paper(unit)
    proposal = world.act(DAY, office.first, paper, _rows(unit))
    declared: Event = OfficerInterestDeclared(unit=unit, reason="示例：亲属任职")
    world.act(DAY, office.second, office.second, declared)
    assert world.rules(DAY, office.second, paper, seconding(proposal)) == {"I-12"}
