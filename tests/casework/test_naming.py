"""命名: nomination, naming, plaques, terms and the reserve list (I-05, I-07, I-08, I-11, I-12, I-18, I-20, I-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from events.unit.naming import (
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
)
from events.unit.registration import UnitClosed
from events.words import CodeScope, House, Level, ObligationKind, RoundKind, Standing, UnitKind
from services.casework.calendar import add_months
from services.casework.code.state import Code, code_stream
from services.casework.round.state import Round
from services.casework.unit.naming.state import standing
from tests.casework.given import (
    COUNTY,
    LOCAL,
    NATIONAL,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    a_paper,
    a_round,
    add_working_days,
    approver,
    cited,
    desk,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, life_at, renew, run_to_naming

DAY = ON["named"]
NAMED = UnitNamed(document_number="示例命名〔2024〕1号")
PAPER = a_paper()


def _nominated(life: Life, *rounds: Round) -> UnitNominated:
    life.known |= {state.id: state for state in rounds}
    return UnitNominated(title=NATIONAL, round=rounds[0].id, document_number="示例推荐〔2024〕1号")


def test_i_05_each_title_in_the_order_of_its_steps() -> None:
    for stage in ("applied", "at_evaluation", "evaluated", "at_decision", "reviewed", "in_publicity"):
        refusals = life_at(stage).refused(DAY, approver(Level.PROVINCE), NAMED)
        assert "I-05" in {refusal.rule for refusal in refusals}, stage
    life_at("cleared").act(DAY, approver(Level.PROVINCE), NAMED)
    national = life_at("cleared", NATIONAL)
    cited(national.refused(DAY, approver(Level.NATION), NAMED), "I-05")
    local = life_at("cleared", LOCAL)
    event = UnitNominated(round=somebody("轮次"), document_number="示例")
    cited(local.refused(DAY, approver(Level.PROVINCE), event), "I-05")
    local.act(DAY, approver(Level.PREFECTURE, n=2), NAMED)


def test_i_05_nothing_is_nominated_before_its_publicity() -> None:
    life = life_at("in_publicity", NATIONAL)
    cited(life.refused(DAY, approver(Level.PROVINCE), _nominated(life, a_round())), "I-05")
    cleared = life_at("cleared", NATIONAL)
    cleared.act(DAY, approver(Level.PROVINCE), _nominated(cleared, a_round()))


def test_i_07_no_nomination_naming_or_extension_while_frozen() -> None:
    petitions = source()
    held = life_at("named")
    late = add_months(held.unit.naming.held[PROVINCIAL].term_until, -3)
    extension = UnitTermExtended(until=date(2030, 4, 9), ground="示例")
    cleared, provincial = life_at("cleared", NATIONAL), life_at("cleared")
    for life, day in ((cleared, DAY), (provincial, DAY), (held, late)):
        if life is held:
            renew(life, day, PROVINCIAL)
        life.act(day, petitions, signal(petitions, day))
    name = (f"{petitions.uri}#示例-1",)
    nomination = _nominated(cleared, a_round())
    assert cited(cleared.refused(DAY, approver(Level.PROVINCE), nomination), "I-07") == name
    assert cited(provincial.refused(DAY, approver(Level.PROVINCE), NAMED), "I-07") == name
    assert cited(held.refused(late, approver(Level.PROVINCE), extension), "I-07") == name


def test_i_11_the_term_is_three_years_both_days_included() -> None:
    life = life_at("named")
    held = life.unit.naming.held[PROVINCIAL]
    assert (held.term_from, held.term_until) == (DAY, date(2027, 4, 9))
    entry = life.unit.entries[-1].event
    assert isinstance(entry, UnitNamed)
    assert len(entry.opinions or ()) == 8


def test_i_21_a_naming_may_hold_from_later_and_never_from_before() -> None:
    life = life_at("cleared")
    before = NAMED.model_copy(update={"term_from": DAY - timedelta(days=1)})
    cited(life.refused(DAY, approver(Level.PROVINCE), before), "I-21")
    with_paper = before.model_copy(update={"paper": PAPER.id})
    cited(life.refused(DAY, approver(Level.PROVINCE), with_paper), "I-21")
    life.act(DAY, approver(Level.PROVINCE), NAMED.model_copy(update={"term_from": date(2024, 5, 1)}))
    assert life.unit.naming.held[PROVINCIAL].term_until == date(2027, 4, 30)


def test_i_08_the_province_records_the_nations_decision_from_its_document() -> None:
    recorded = NAMED.model_copy(update={"paper": PAPER.id, "term_from": DAY - timedelta(days=2)})
    life = life_at("nominated", NATIONAL)
    cited(life.refused(DAY, approver(Level.PROVINCE, n=2), NAMED), "I-08")
    life.copy().act(DAY, approver(Level.NATION), NAMED)
    life.act(DAY, approver(Level.PROVINCE, n=2), recorded)
    refusing = life_at("nominated", NATIONAL)
    bare = UnitNamingRefused(reason="示例：国家未予命名")
    cited(refusing.refused(DAY, approver(Level.PROVINCE, n=2), bare), "I-08")
    numbered = bare.model_copy(update={"document_number": "示例"})
    cited(refusing.refused(DAY, approver(Level.PROVINCE, n=2), numbered), "I-08")
    refusing.copy().act(DAY, approver(Level.NATION), bare)
    refusing.act(DAY, approver(Level.PROVINCE, n=2), numbered.model_copy(update={"paper": PAPER.id}))


def test_t_03_who_visited_does_not_name() -> None:
    life = life_at("cleared", LOCAL)
    visiting = desk(Level.PREFECTURE, House.UNION)
    assert visiting.id in {v for visit in life.unit.evaluation.visits[LOCAL] for v in visit.visitors}
    promoted = replace(visiting, appointments=approver(Level.PREFECTURE, House.UNION).appointments)
    cited(life.refused(DAY, promoted, NAMED), "T-03")
    life.act(DAY, approver(Level.PREFECTURE, n=2), NAMED)


@pytest.mark.parametrize(
    "state",
    [
        replace(a_round(), until=DAY - timedelta(days=1)),
        replace(a_round(), since=DAY + timedelta(days=1)),
        replace(a_round(), title=PROVINCIAL),
        replace(a_round(), quotas={}),
        replace(a_round(), quotas={(PROVINCE, UnitKind.PARK): 5}),
        a_round(places=0),
    ],
)
def test_i_18_a_round_is_open_for_this_title_place_and_kind(state: Round) -> None:
    life = life_at("cleared", NATIONAL)
    cited(life.refused(DAY, approver(Level.PROVINCE), _nominated(life, state)), "I-18")
    life.act(DAY, approver(Level.PROVINCE), _nominated(life, a_round()))


@pytest.mark.parametrize("state", [Round(a_round().id), replace(a_round(), closed=True)])
def test_t_02_a_round_that_is_named_exists_and_is_open(state: Round) -> None:
    life = life_at("cleared", NATIONAL)
    assert cited(life.refused(DAY, approver(Level.PROVINCE), _nominated(life, state)), "T-02") == (str(state.id),)


def test_i_18_a_nomination_over_the_narrowest_quota_is_refused_with_who_holds_its_places() -> None:
    life, kind = life_at("cleared", NATIONAL), UnitKind.ENTERPRISE
    others = {somebody("甲企业"): (PREFECTURE, kind), somebody("乙企业"): (PROVINCE, kind)}
    state = replace(a_round(), quotas={(PROVINCE, kind): 9, (PREFECTURE, kind): 1, (COUNTY, UnitKind.PARK): 1})
    full = replace(state, taken=others)
    facts = cited(life.refused(DAY, approver(Level.PROVINCE), _nominated(life, full)), "I-18")
    assert facts == (str(somebody("甲企业")),)
    life.act(DAY, approver(Level.PROVINCE), _nominated(life, state))


def test_one_plaque_a_title_and_a_lost_one_is_replaced() -> None:
    life, day = life_at("named"), ON["enjoying"]
    owed = next(o for o in life.owed() if o.kind is ObligationKind.ISSUE_PLAQUE)
    assert owed.due == add_working_days(DAY, 20)
    lost = UnitPlaqueReportedLost(plaque="示例-1")
    cited(life.refused(day, life.agent, lost), "I-00")
    life.act(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-1"))
    cited(life.refused(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-2")), "I-00")
    cited(life.refused(day, life.agent, UnitPlaqueReportedLost(plaque="示例-9")), "I-00")
    life.act(day, life.agent, lost)
    cited(life.refused(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-1")), "T-18")
    life.act(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-2"))
    assert not [o for o in life.owed() if o.kind is ObligationKind.ISSUE_PLAQUE]


def test_t_18_the_code_of_a_plaque_is_one_units_in_the_whole_register() -> None:
    life, day = life_at("named"), ON["enjoying"]
    code = Code(code_stream(CodeScope.PLAQUE, "示例-1"), 1, scope=CodeScope.PLAQUE, value="示例-1", holder=uuid4())
    life.knows(code)
    cited(life.refused(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-1")), "T-18")
    life.act(day, desk(Level.PROVINCE), UnitPlaqueIssued(plaque="示例-2"))


def test_no_plaque_without_the_title() -> None:
    life = life_at("cleared")
    event = UnitPlaqueIssued(title=PROVINCIAL, plaque="示例-1")
    cited(life.refused(DAY, desk(Level.PROVINCE), event), "I-00")


def test_i_11_a_term_is_extended_in_its_last_half_year_as_far_as_a_renewal_takes() -> None:
    life = life_at("named")
    until = life.unit.naming.held[PROVINCIAL].term_until
    opens, latest = add_months(until, -6), add_months(until, 6)
    extension = UnitTermExtended(until=latest, ground="示例：核查合格")
    by = approver(Level.PROVINCE)
    cited(life.refused(opens - timedelta(days=1), by, extension), "I-11", "T-09")
    renew(life, opens, PROVINCIAL)
    cited(life.refused(until + timedelta(days=1), by, extension), "T-09")
    cited(life.refused(opens, by, extension.model_copy(update={"until": until})), "I-11")
    cited(life.refused(opens, by, extension.model_copy(update={"until": latest + timedelta(days=1)})), "I-11")
    life.act(opens, by, extension)
    assert life.unit.naming.held[PROVINCIAL].term_until == latest


def test_i_11_a_term_expires_after_its_last_day() -> None:
    life = life_at("named")
    until = life.unit.naming.held[PROVINCIAL].term_until
    expired = UnitTermExpired(title=PROVINCIAL, on=until)
    cited(life.refused(until, TIMEKEEPER, expired), "I-11")
    closed = life.copy()
    closed.act(DAY, approver(Level.PREFECTURE), UnitClosed(reason="示例"))
    cited(closed.refused(until + timedelta(days=1), TIMEKEEPER, expired), "I-00")
    life.act(until + timedelta(days=1), TIMEKEEPER, expired)
    assert standing(life.unit, PROVINCIAL) is Standing.EXPIRED
    cited(life.refused(until + timedelta(days=1), TIMEKEEPER, expired), "I-00")


def test_a_renewal_takes_the_place_of_the_old_term() -> None:
    life = life_at("named")
    first = add_months(life.unit.naming.held[PROVINCIAL].term_until, -2)
    day = run_to_naming(life, first, PROVINCIAL)
    assert life.unit.naming.held[PROVINCIAL].term_from == day
    assert standing(life.unit, PROVINCIAL) is Standing.HELD


def _listed(life: Life, state: Round) -> UnitReserveListed:
    life.known[state.id] = state
    return UnitReserveListed(title=NATIONAL, round=state.id, rank=1)


def test_i_20_a_18_the_reserve_list_keeps_to_its_size() -> None:
    life, by = life_at("registered"), approver(Level.PROVINCE)
    state = a_round(kind=RoundKind.RESERVE)
    cited(life.refused(DAY, by, _listed(life, a_round())), "I-20")
    holders = {somebody(f"储备{n}"): (PROVINCE, UnitKind.ENTERPRISE) for n in range(110)}
    cited(life.refused(DAY, by, _listed(life, replace(state, taken=holders))), "I-20")
    holders.popitem()
    life.act(DAY, by, _listed(life, replace(state, taken=holders)))
    assert standing(life.unit, NATIONAL) is Standing.RESERVE
    cited(life.refused(DAY, by, _listed(life, state)), "I-20")


def test_i_20_only_who_is_on_the_list_leaves_it_and_a_frozen_unit_does_not_enter() -> None:
    life, petitions = life_at("registered"), source()
    state = a_round(kind=RoundKind.RESERVE)
    leaving = UnitReserveDelisted(title=NATIONAL, reason="示例")
    cited(life.refused(DAY, desk(Level.PROVINCE), leaving), "I-20")
    life.act(DAY, approver(Level.PROVINCE), _listed(life, state))
    life.act(DAY, desk(Level.PROVINCE), leaving)
    life.act(DAY, petitions, signal(petitions, DAY))
    cited(life.refused(DAY, approver(Level.PROVINCE), _listed(life, state)), "I-07")


def test_a_named_unit_leaves_the_reserve_list_by_itself() -> None:
    life = life_at("nominated", NATIONAL)
    life.act(DAY, approver(Level.PROVINCE), _listed(life, a_round(kind=RoundKind.RESERVE)))
    life.act(DAY, approver(Level.NATION), NAMED)
    assert standing(life.unit, NATIONAL) is Standing.HELD
    assert not life.unit.naming.reserve
