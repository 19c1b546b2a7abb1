"""R-31, R-33 (五(六)1): collectives and persons are commended step by step, and others praised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.honour import (
    HonourAwarded,
    HonourDeclined,
    HonourObjectionRaised,
    HonourObjectionResolved,
    HonourObjectionSetAside,
    HonourProposed,
    HonourPublicised,
    HonourReviewed,
)
from events.governance.round import RoundOpened
from events.governance.round_awards import RoundAwardQuotaSet
from events.registry import encode
from events.sealed import Sealed
from events.unit.naming import UnitCommended
from events.words import (
    DocumentKind,
    House,
    Level,
    ObligationKind,
    Recipient,
    Recommendation,
    Role,
    RoundKind,
    UnitKind,
)
from services.casework.document.state import document_stream
from services.casework.honour.state import Honour
from services.casework.pack import load_pack
from services.casework.round.state import Round
from services.checker import check
from tests.casework.given import PUBLIC, Life, document, registration
from tests.casework.years import PLACE, Years
from tests.checker.told import PACK as FOLDER

PACK, PROVINCE = load_pack(), "430000"
DAY = date(2024, 3, 4)
RECOMMENDED = HonourReviewed(outcome=Recommendation.RECOMMEND, reason="示例：事迹突出")


class Told:
    """A province with its people and a round of commendation; days go on as it is told."""

    def __init__(self) -> None:
        self.years, self.day = Years.begun(), DAY
        self.world = self.years.world
        self.desk, self.above = self.years.desk(PLACE), self.years.desk(PROVINCE)
        self.approvers = [self.years.approver(PROVINCE, house) for house in (House.HR, House.UNION, House.FEDERATION)]
        self.round, self.papers = self.world.new(), 0
        opened = RoundOpened(
            kind=RoundKind.COMMENDATION, name="示例表彰", title="national_model", place=PROVINCE, from_=DAY,
            until=DAY + timedelta(days=300),
        )  # fmt: skip
        self.act(self.approvers[0], self.round, opened)
        for award in ("national_collective", "national_individual"):
            self.gives(award, PROVINCE, 4)

    def gives(self, award: str, place: str, places: int) -> None:
        self.act(self.approvers[0], self.round, RoundAwardQuotaSet(place=place, award=award, places=places))

    def act(self, who: UUID, stream: UUID, event: object) -> int:
        return self.world.act(self.day, who, stream, event).version  # type: ignore[arg-type]

    def rules(self, who: UUID, stream: UUID, event: object) -> set[str]:
        return self.world.rules(self.day, who, stream, event)  # type: ignore[arg-type]

    def proposes(self, recipient: Recipient, award: str, **fields: object) -> UUID:
        stream = self.world.new()
        made = HonourProposed(award=award, recipient=recipient, place=PLACE, merits="示例事迹", **fields)  # type: ignore[arg-type]
        self.act(self.desk, stream, made)
        return stream

    def public(self, who: UUID, stream: UUID, paper: UUID | None = None) -> None:
        until = PACK.after(self.day, PACK.windows.publicity)
        self.act(who, stream, HonourPublicised(from_=self.day, until=until, channel="示例网站", paper=paper))

    def passes(self, days: int = 10) -> None:
        self.day += timedelta(days=days)

    def paper(self, dated: date | None = None) -> UUID:
        self.papers += 1
        recorded = DocumentRecorded(
            kind=DocumentKind.ORDER, issuer="示例国家三方", number=f"示例〔2024〕{self.papers}号", title="示例",
            dated=dated or self.day, sha256=document(str(self.papers)).sha256, media_type="application/pdf", size=9,
        )  # fmt: skip
        stream = document_stream(recorded.issuer, recorded.number)
        self.act(self.above, stream, recorded)
        self.act(self.approvers[2], stream, DocumentConfirmed())
        return stream

    def state(self, stream: UUID) -> Honour:
        return self.world.state(Honour, stream)

    def commended(self, stream: UUID) -> Iterator[str]:
        """Every step of the national award, each with what it is called."""
        first, second, third = self.approvers
        self.public(self.desk, stream)
        self.passes()
        self.act(first, stream, RECOMMENDED)
        self.public(self.above, stream)
        self.passes()
        self.act(second, stream, RECOMMENDED.model_copy(update={"paper": self.paper()}))
        self.public(self.above, stream, self.paper())
        self.passes()
        self.act(third, stream, HonourAwarded(document_number="示例〔2024〕9号", paper=self.paper()))
        for entry in self.state(stream).entries:
            if isinstance(entry.event, HonourPublicised | HonourReviewed):
                yield entry.event.step or ""

    def checked(self) -> set[str]:
        lines = (f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}' for entry in self.world.log)
        return {str(finding) for finding in check(lines, FOLDER, whole=False)}


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


def test_R_31_a_person_is_commended_sealed_after_two_reviews_and_three_publicities(told: Told) -> None:
    person = Sealed(subject=told.world.new(), kid=told.world.new(), kc="示例", nonce="示例", ct="示例")
    stream = told.proposes(
        Recipient.INDIVIDUAL, "national_individual", person=person, front_line=True, round=told.round
    )
    assert list(told.commended(stream)) == ["本单位公示", "省级初审", "省级公示", "全国复审", "全国公示"]
    state = told.state(stream)
    assert (state.awarded is not None, state.name) == (True, "")
    assert HonourAwarded(document_number="示例", award="national_individual").award == state.award
    assert told.checked() == set()


def test_R_31_steps_are_the_packs_and_no_two_are_one_persons(told: Told) -> None:
    first, second, _ = told.approvers
    stream = told.proposes(Recipient.BODY, "national_collective", name="示例三方办公室", round=told.round)
    assert told.rules(first, stream, RECOMMENDED) == {"A-52", "I-13"}
    assert "A-52" in told.rules(first, stream, HonourAwarded(document_number="示例"))
    short = HonourPublicised(from_=told.day, until=told.day + timedelta(days=2), channel="示例")
    assert told.rules(told.desk, stream, short) == {"I-06"}
    told.public(told.desk, stream)
    assert told.rules(first, stream, RECOMMENDED) == {"I-06"}
    told.passes()
    told.act(first, stream, RECOMMENDED)
    told.public(told.above, stream)
    told.passes()
    assert told.rules(second, stream, RECOMMENDED) == {"I-08"}
    by_paper = RECOMMENDED.model_copy(update={"paper": told.paper()})
    assert told.rules(first, stream, by_paper) == {"A-52"}
    against = by_paper.model_copy(update={"outcome": Recommendation.DECLINE})
    told.act(second, stream, against)
    until, paper = told.day + timedelta(days=12), told.paper()
    publicity = HonourPublicised(from_=told.day, until=until, channel="示例", paper=paper)
    assert "A-52" in told.rules(told.above, stream, publicity)
    told.act(second, stream, HonourDeclined(reason="复审未通过（示例）"))
    assert "A-52" in told.rules(told.above, stream, publicity)


def test_R_31_an_objection_is_answered_before_anything_goes_on(told: Told) -> None:
    first = told.approvers[0]
    stream = told.proposes(Recipient.SOCIAL_ORGANISATION, "national_collective", name="示例商会", round=told.round)
    objection = HonourObjectionRaised(ground="示例", text="示例")
    assert told.rules(told.desk, stream, objection) == {"I-06"}
    told.public(told.desk, stream)
    raised = [told.world.act(told.day, PUBLIC, stream, objection).version for _ in range(2)]
    assert {duty.kind for duty in told.world.owed(stream)} == {ObligationKind.RESOLVE_OBJECTION}
    approver = told.years.approver(PLACE)
    told.act(approver, stream, HonourObjectionSetAside(objection=raised[0], reason="示例：无实质内容"))
    told.passes()
    assert told.rules(first, stream, RECOMMENDED) == {"T-26"}
    late = HonourObjectionSetAside(objection=raised[1], reason="示例")
    assert told.rules(approver, stream, late) == {"T-26"}
    resolved = HonourObjectionResolved(objection=raised[1], upheld=True, findings="示例")
    assert told.rules(told.desk, stream, resolved) == {"T-03"}, "who proposed answers no objection"
    told.act(approver, stream, resolved)
    assert told.rules(first, stream, RECOMMENDED) == {"T-26"}
    told.act(first, stream, HonourDeclined(reason="异议成立（示例）"))
    assert not told.world.owed(stream)


def test_T_03_who_raised_an_objection_to_a_candidate_does_not_answer_it(told: Told) -> None:
    stream = told.proposes(Recipient.SOCIAL_ORGANISATION, "national_collective", name="示例协会", round=told.round)
    told.public(told.desk, stream)
    approver = told.years.approver(PLACE)
    raised = told.act(approver, stream, HonourObjectionRaised(ground="示例", text="示例"))
    for answer in (
        HonourObjectionSetAside(objection=raised, reason="示例"),
        HonourObjectionResolved(objection=raised, upheld=True, findings="示例"),
    ):
        assert told.rules(approver, stream, answer) == {"T-03"}
    told.act(told.years.desk(PLACE, House.UNION), stream, answer)
    assert told.checked() == set()


def test_R_31_places_are_given_by_award_and_place_and_nobody_is_put_forward_beyond_them() -> None:
    told = Told()
    first, second = told.approvers[:2]
    quota = RoundAwardQuotaSet(place=PLACE, award="national_collective", places=1)
    assert told.rules(told.desk, told.round, quota) == {"I-13"}
    wrong = (
        {"place": "420000"}, {"award": "provincial_praise"}, {"award": "national_collective", "places": 101},
        {"award": "national_individual", "places": 301},
    )  # fmt: skip
    for fields in wrong:
        assert told.rules(first, told.round, quota.model_copy(update=fields)) & {"A-54", "I-13"}
    told.act(first, told.round, quota)
    one, two = _own(told), _own(told)
    for candidate in (one, two):
        told.public(told.desk, candidate)
    told.passes()
    told.act(first, one, RECOMMENDED)
    assert told.world.state(Round, told.round).award_places == {one: (PLACE, "national_collective")}
    assert told.rules(first, two, RECOMMENDED) == {"A-54"}
    assert told.rules(first, told.round, quota.model_copy(update={"places": 0})) == {"A-54"}
    told.act(second, one, HonourDeclined(reason="示例：本人放弃"))
    assert not told.world.state(Round, told.round).award_places
    told.act(first, two, RECOMMENDED)
    told.public(told.above, two)
    told.passes()
    against = {"outcome": Recommendation.DECLINE, "paper": told.paper()}
    told.act(second, two, RECOMMENDED.model_copy(update=against))
    assert not told.world.state(Round, told.round).award_places, "a later review was against it"
    assert told.checked() == set()


def test_A_54_nobody_is_put_forward_twice_in_a_round() -> None:
    """A friend proposed twice took two places of the quota, and somebody else had none."""
    told = Told()
    one, two, other = (
        told.proposes(Recipient.BODY, "national_collective", name=name, round=told.round)
        for name in ("示例三方办公室", "示例三方办公室", "另一示例三方办公室")
    )
    for candidate in (one, two, other):
        told.public(told.desk, candidate)
    told.passes()
    told.act(told.approvers[0], one, RECOMMENDED)
    assert told.rules(told.approvers[0], two, RECOMMENDED) == {"A-54"}
    told.act(told.approvers[0], other, RECOMMENDED)
    assert told.checked() == set()


def test_R_31_where_no_places_were_given_nobody_is_put_forward() -> None:
    told = Told()
    told.act(told.approvers[0], told.round, RoundAwardQuotaSet(place=PROVINCE, award="national_collective", places=0))
    stream = _own(told)
    told.public(told.desk, stream)
    told.passes()
    assert told.rules(told.approvers[0], stream, RECOMMENDED) == {"A-54"}
    told.act(told.approvers[0], stream, RECOMMENDED.model_copy(update={"outcome": Recommendation.DECLINE}))


def test_T_07_a_lower_level_declines_nothing_that_a_higher_one_took_on(told: Told) -> None:
    stream, below = _own(told), told.years.approver(PLACE)
    declined = HonourDeclined(reason="示例")
    told.public(told.desk, stream)
    told.passes()
    county = told.world.hires(told.day, Role.APPROVER, Level.COUNTY, place="430104")
    assert told.rules(county, stream, declined) >= {"T-07"}
    told.act(told.approvers[0], stream, RECOMMENDED)
    assert told.rules(below, stream, declined) == {"T-07"}
    told.act(told.approvers[1], stream, declined)


def _own(told: Told) -> UUID:
    """Another body that is proposed for the nation's award."""
    return told.proposes(Recipient.BODY, "national_collective", name=f"示例{told.world.new()}", round=told.round)


def test_T_23_a_paper_is_shown_for_one_step_and_is_no_older_than_the_proposal(told: Told) -> None:
    stream, (first, second, third) = _own(told), told.approvers
    old, one, other = (told.paper(dated) for dated in (told.day - timedelta(days=1), None, None))
    public = HonourPublicised(from_=told.day, until=PACK.after(told.day, PACK.windows.publicity), channel="示例")
    assert told.rules(told.desk, stream, public.model_copy(update={"paper": old})) == {"T-23"}, "at any step"
    told.public(told.desk, stream)
    told.passes()
    told.act(first, stream, RECOMMENDED)
    told.public(told.above, stream)
    told.passes()
    assert told.rules(second, stream, RECOMMENDED.model_copy(update={"paper": old})) == {"T-23"}
    told.act(second, stream, RECOMMENDED.model_copy(update={"paper": one}))
    until = PACK.after(told.day, PACK.windows.publicity)
    again = public.model_copy(update={"from_": told.day, "until": until, "paper": one})
    assert told.rules(told.above, stream, again) == {"T-23"}
    told.act(told.above, stream, again.model_copy(update={"paper": other}))
    told.passes()
    given = HonourAwarded(document_number="示例", paper=other)
    assert told.rules(third, stream, given) == {"T-23"}
    told.act(third, stream, given.model_copy(update={"paper": told.paper()}))


def test_A_52_a_unit_is_given_an_honour_once_a_year(told: Told) -> None:
    life = Life.of(UnitKind.PARK)
    life.act(DAY, life.agent, registration(life))
    told.world.knows(life.unit)
    given = HonourAwarded(document_number="示例通报〔2024〕2号")
    first, again = (told.proposes(Recipient.PARK, "provincial_praise", unit=life.unit.id) for _ in range(2))
    told.act(told.approvers[0], first, given)
    assert told.rules(told.approvers[0], again, given) == {"A-52"}
    in_a_year = told.day.replace(year=told.day.year + 1)
    assert not told.world.decided(in_a_year, told.approvers[0], again, given).refusals


@pytest.mark.parametrize("recipient", list(Recipient))
def test_R_33_whoever_works_well_is_praised_by_the_province(told: Told, recipient: Recipient) -> None:
    fields: dict[str, object] = {"name": "示例商会"}
    unit: UUID | None = None
    if recipient is Recipient.INDIVIDUAL:
        fields = {"person": Sealed(subject=told.world.new(), kid=told.world.new(), kc="示例", nonce="示例", ct="示例")}
    elif recipient.value in UnitKind._value2member_map_:
        life = Life.of(UnitKind(recipient.value))
        life.act(DAY, life.agent, registration(life))
        told.world.knows(life.unit)
        unit = life.unit.id
        fields = {"unit": unit}
    stream = told.proposes(recipient, "provincial_praise", **fields)
    given = HonourAwarded(document_number="示例通报〔2024〕1号")
    assert "I-13" in told.rules(told.desk, stream, given)
    told.act(told.approvers[0], stream, given)
    if unit is not None:
        event = told.world.last_of(unit).event
        assert isinstance(event, UnitCommended)
        assert (event.honour, event.year) == ("省通报表扬", 2024)


def test_R_33_a_recipient_is_named_as_its_kind_is(told: Told) -> None:
    stream = told.world.new()
    wrong = (
        {"recipient": Recipient.INDIVIDUAL, "name": "示例姓名"},
        {"recipient": Recipient.BODY},
        {"recipient": Recipient.ENTERPRISE, "name": "示例企业"},
    )
    for fields in wrong:
        made = HonourProposed(award="provincial_praise", place=PLACE, merits="示例", **fields)  # type: ignore[arg-type]
        assert told.rules(told.desk, stream, made) == {"A-52"}
    commended = HonourProposed(
        award="national_collective", recipient=Recipient.BODY, name="示例", place=PLACE, merits="示例"
    )
    assert told.rules(told.desk, stream, commended) == {"T-18"}


def test_a_persons_name_is_in_no_list(told: Told) -> None:
    for state in told.world.states.values():
        if isinstance(state, Honour) and state.recipient is Recipient.INDIVIDUAL:
            shown = json.dumps([state.name, state.descriptor.label(state, "zh")], ensure_ascii=False)
            assert "姓名" not in shown
