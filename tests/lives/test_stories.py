"""The told stories: what happens in them, in which order, and how things stand on the way."""

from __future__ import annotations

from datetime import date

import pytest

from events.unit.application import UnitApplied
from events.unit.naming import UnitNamed
from events.unit.publicity import UnitPublicityCompleted
from events.words import House, Level, Matter, ObligationKind, Route, Standing, Step, UnitKind, Watch
from services.casework.judgement import obligations
from services.casework.stream import fold
from services.casework.unit.application import current_step
from services.casework.unit.incentives import GrantState
from services.casework.unit.kind import UNIT
from services.casework.unit.naming.state import standing
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit
from tests.casework.given import (
    NATIONAL,
    PACK,
    PACKS,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    approver,
    cited,
    registration,
    signal,
)
from tests.lives.stories import (
    PETITIONS,
    PLAQUE,
    STORIES,
    arrears_at_a_model_unit,
    central_enterprise,
    central_enterprise_by_the_direct_route,
    clean_enterprise,
    mistaken_signal,
    park_and_township,
    petition_before_naming,
    petition_handled,
)

REPORT = ["self-evaluated", "report-adopted", "report-sealed", "report-sealed"]
BY_TRIPARTITE = ["self-evaluated", "report-sealed"]
OPINIONS = ["house-opined"] * 4
ASSESSED = ["act-proposed", "act-seconded", "signal-assessed"]
"""By two houses (T-10)."""
UP_TO_PREFECTURE = ["applied", "application-accepted", "application-forwarded", "application-accepted"]
EVALUATED = ["site-visited", *OPINIONS, "evaluated"]
DECIDED = ["application-forwarded", *OPINIONS, "reviewed", "publicity-started"]
CLEARED = ["publicity-completed"]
BY_LEVELS = [*UP_TO_PREFECTURE, *EVALUATED, *DECIDED]


def on(life: Life, day: date) -> Unit:
    """The unit as it stood at the end of that day."""
    return fold(UNIT, life.unit.id, [entry for entry in life.unit.entries if entry.day <= day])


def stands(life: Life, day: date, title: str) -> tuple[Standing, Step, Watch]:
    """Standing, step and watch at the end of that day."""
    unit = on(life, day)
    return standing(unit, title), current_step(unit)[1], watch(unit, PACK)


def owed(life: Life, day: date) -> dict[ObligationKind, tuple[str, date]]:
    """What was owed at the end of that day, by whom and until when."""
    return {o.kind: (o.holder, o.due) for o in obligations(on(life, day), PACKS)}


def test_1_a_clean_enterprise() -> None:
    life = clean_enterprise()
    assert life.types == [
        "registered", "contact-assigned", "coordinator-appointed", "followed-up",
        *REPORT, *BY_LEVELS, *CLEARED, "named", "plaque-issued", "incentive-granted",
        "followed-up", "verified", "followed-up", "verified",
        *REPORT, *BY_LEVELS, *CLEARED, "named",
    ]  # fmt: skip
    steps = [
        (date(2023, 9, 4), Standing.NONE, Step.NONE),
        (date(2024, 2, 26), Standing.NONE, Step.SEALED),
        (date(2024, 2, 28), Standing.NONE, Step.APPLIED),
        (date(2024, 3, 4), Standing.NONE, Step.ACCEPTED),
        (date(2024, 3, 12), Standing.NONE, Step.EVALUATED),
        (date(2024, 3, 14), Standing.NONE, Step.FORWARDED),
        (date(2024, 3, 20), Standing.NONE, Step.REVIEWED),
        (date(2024, 3, 22), Standing.NONE, Step.IN_PUBLICITY),
        (date(2024, 4, 1), Standing.NONE, Step.CLEARED),
        (date(2024, 4, 8), Standing.HELD, Step.NONE),
        (date(2026, 11, 2), Standing.HELD, Step.IN_PUBLICITY),
    ]
    for day, held, step in steps:
        assert stands(life, day, PROVINCIAL) == (held, step, Watch.CALM), day


def test_1_what_is_owed_in_a_clean_life() -> None:
    life = clean_enterprise()
    prefecture, province = "prefecture:430100", "province:430000"
    assert owed(life, date(2023, 9, 4)) == {ObligationKind.CONTACT: (prefecture, date(2023, 10, 8))}
    after_naming = owed(life, date(2024, 4, 8))
    assert after_naming[ObligationKind.ISSUE_PLAQUE] == (province, date(2024, 5, 8))
    assert after_naming[ObligationKind.VERIFICATION] == (prefecture, date(2025, 4, 8))
    assert after_naming[ObligationKind.END_TERM] == (province, date(2027, 4, 7))
    assert ObligationKind.ISSUE_PLAQUE not in owed(life, date(2024, 4, 18))
    assert owed(life, date(2024, 6, 28))[ObligationKind.FOLLOW_UP] == (prefecture, date(2024, 9, 26))
    renewed = life.unit.naming.held[PROVINCIAL]
    assert (renewed.term_from, renewed.term_until) == (date(2026, 11, 10), date(2029, 11, 9))
    assert {plaque.state for plaque in life.unit.naming.plaques.values()} == {PlaqueState.ISSUED}


def test_2_a_central_enterprise_goes_to_the_province_directly() -> None:
    life = central_enterprise()
    by_the_county = UnitApplied(title=NATIONAL, report_digest=life.digest, route=Route.LEVELS)
    cited(life.refused(date(2024, 3, 12), life.agent, by_the_county), "I-03")
    assert current_step(life.unit) == (None, Step.SEALED)
    central_enterprise_by_the_direct_route(life)
    assert life.types == [
        "registered", *REPORT, "applied", "application-accepted", *EVALUATED, *OPINIONS, "reviewed",
        "publicity-started", *CLEARED, "nominated", "named",
    ]  # fmt: skip
    levels = {entry.actor.level for entry in life.unit.entries[1:] if entry.actor.level is not None}
    assert levels == {Level.PROVINCE, Level.NATION}
    assert stands(life, date(2024, 4, 18), NATIONAL) == (Standing.NONE, Step.NOMINATED, Watch.CALM)
    assert stands(life, date(2024, 6, 3), NATIONAL) == (Standing.HELD, Step.NONE, Watch.CALM)
    assert owed(life, date(2024, 3, 13))[ObligationKind.HANDLE_APPLICATION][0] == "province:430000"


def test_3_a_park_with_thirty_member_enterprises_and_the_township_beside_it() -> None:
    park, township, members = park_and_township()
    case = [*UP_TO_PREFECTURE, *EVALUATED, *DECIDED, *CLEARED, "named"]
    assert park.types == ["registered", *["member-joined"] * 30, "member-left", *BY_TRIPARTITE, *case]
    assert township.types == ["registered", *["member-joined"] * 30, *BY_TRIPARTITE, *case]
    assert len(on(park, date(2024, 3, 5)).life.members) == 30
    assert set(park.unit.life.members) == {member.unit.id for member in members[:-1]}
    assert {member.unit.life.kind for member in members} == {UnitKind.ENTERPRISE}
    for life in (park, township):
        assert standing(life.unit, PROVINCIAL) is Standing.HELD
        assert not life.unit.self_evaluation.adopted


def test_4_a_petition_stops_the_publicity_and_the_naming() -> None:
    life = petition_before_naming()
    petition = next(iter(life.unit.signals.all))
    assert stands(life, date(2024, 3, 29), PROVINCIAL) == (Standing.NONE, Step.IN_PUBLICITY, Watch.CALM)
    assert stands(life, date(2024, 4, 1), PROVINCIAL) == (Standing.NONE, Step.IN_PUBLICITY, Watch.FROZEN)
    stopped = life.refused(date(2024, 4, 2), TIMEKEEPER, UnitPublicityCompleted())
    assert cited(stopped, "I-07") == (petition,)
    named = UnitNamed(document_number="示例命名〔2024〕9号")
    assert petition in cited(life.refused(date(2024, 4, 3), approver(Level.PROVINCE), named), "I-05", "I-07")
    petition_handled(life)
    assert life.types == [
        "registered", *REPORT, *BY_LEVELS, "signal-recorded", "check-ordered", "check-conducted", *ASSESSED,
        "rectification-ordered", "rectification-reported", "rectification-concluded", *CLEARED, "named",
    ]  # fmt: skip
    assert stands(life, date(2024, 7, 18), PROVINCIAL) == (Standing.NONE, Step.IN_PUBLICITY, Watch.FROZEN)
    assert stands(life, date(2024, 7, 22), PROVINCIAL) == (Standing.NONE, Step.CLEARED, Watch.CALM)
    assert stands(life, date(2024, 10, 8), PROVINCIAL) == (Standing.HELD, Step.NONE, Watch.CALM)


def test_4_a_naming_proposed_before_the_petition_came_is_refused_with_the_petition() -> None:
    life = petition_before_naming()
    before = [(day, who, event) for day, who, event in life.told if event.about.type != "unit.signal-recorded.v1"]
    approving = Life.of(n=105, name=life.name)
    for day, who, event in before:
        approving.act(day, who, event)
    approving.act(date(2024, 4, 2), TIMEKEEPER, UnitPublicityCompleted())
    named = UnitNamed(document_number="示例命名〔2024〕9号")
    proposed, actor, refusals = approving.judged(date(2024, 4, 3), approver(Level.PROVINCE), named)
    version = approving.unit.version
    assert refusals == []
    late = signal(PETITIONS, date(2024, 4, 1), number="示例-群体访-7").model_copy(
        update={"reported_on": date(2024, 4, 3)}
    )
    approving.act(date(2024, 4, 3), PETITIONS, late)
    assert approving.unit.version == version + 1
    stale = approving.refused(date(2024, 4, 3), actor, proposed)
    assert cited(stale, "I-07") == (f"{PETITIONS.uri}#示例-群体访-7",)


def test_4_what_the_petition_makes_the_prefecture_owe() -> None:
    life, prefecture = petition_before_naming(), "prefecture:430100"
    petition_handled(life)
    at_once = owed(life, date(2024, 4, 1))
    assert at_once[ObligationKind.ORDER_CHECK] == (prefecture, date(2024, 4, 9))
    assert at_once[ObligationKind.ASSESS_SIGNAL] == (prefecture, date(2024, 4, 16))
    assert owed(life, date(2024, 4, 3))[ObligationKind.CONDUCT_CHECK] == (prefecture, date(2024, 5, 6))
    assert owed(life, date(2024, 4, 15))[ObligationKind.RECTIFY] == ("unit", date(2024, 7, 12))
    assert owed(life, date(2024, 7, 8))[ObligationKind.CONCLUDE_RECTIFICATION] == (prefecture, date(2024, 8, 5))
    assert ObligationKind.PROPOSE_REVOCATION not in owed(life, date(2024, 4, 12))


def test_5_arrears_and_a_stoppage_cost_a_national_model_unit_its_name() -> None:
    life = arrears_at_a_model_unit()
    assert life.types == [
        "registered", *REPORT, *BY_LEVELS, *CLEARED, "nominated", "named", "plaque-issued",
        "incentive-granted", "incentive-granted", "verified", "signal-recorded", "signal-recorded",
        "check-ordered", "check-conducted", *ASSESSED, *ASSESSED, "revocation-proposed", "hearing-notified",
        "notice-served", "statement-heard", *OPINIONS, "consent-requested", "consent-given", "revoked",
        "plaque-recovered", "revocation-announced",
    ]  # fmt: skip
    assert stands(life, date(2025, 5, 11), NATIONAL) == (Standing.HELD, Step.NONE, Watch.CALM)
    assert stands(life, date(2025, 5, 12), NATIONAL) == (Standing.HELD, Step.NONE, Watch.FROZEN)
    assert stands(life, date(2025, 5, 30), NATIONAL) == (Standing.REVOCATION_PROPOSED, Step.NONE, Watch.FROZEN)
    assert stands(life, date(2025, 7, 8), NATIONAL) == (Standing.REVOKED, Step.NONE, Watch.FROZEN)
    assert {grant.state for grant in life.unit.incentives.grants.values()} == {GrantState.ENDED}
    assert life.unit.naming.plaques[PLAQUE].state is PlaqueState.RECOVERED
    given = life.unit.evaluation.given(Matter.REVOCATION, NATIONAL, Level.PROVINCE)
    assert set(given) == set(House)


def test_5_what_is_owed_on_the_way_to_the_end() -> None:
    life = arrears_at_a_model_unit()
    prefecture, province = "prefecture:430100", "province:430000"
    assert owed(life, date(2025, 5, 22))[ObligationKind.PROPOSE_REVOCATION] == (prefecture, date(2025, 6, 13))
    assert ObligationKind.PROPOSE_REVOCATION not in owed(life, date(2025, 5, 30))
    assert owed(life, date(2025, 6, 3))[ObligationKind.STATEMENT] == ("unit", date(2025, 6, 10))
    revoked = owed(life, date(2025, 7, 8))
    assert revoked[ObligationKind.RECOVER_PLAQUE] == (prefecture, date(2025, 7, 29))
    assert revoked[ObligationKind.ANNOUNCE] == (province, date(2025, 7, 22))
    assert not {ObligationKind.RECOVER_PLAQUE, ObligationKind.ANNOUNCE} & owed(life, date(2025, 7, 18)).keys()


def test_6_a_mistaken_signal_is_withdrawn_and_stays_visible() -> None:
    life = mistaken_signal()
    case = [*REPORT, *BY_LEVELS, *CLEARED, "named"]
    assert life.types == [
        "registered",
        *case,
        "signal-recorded",
        "signal-withdrawn",
        "signal-assessed",
        "plaque-issued",
    ]
    assert stands(life, date(2024, 9, 3), PROVINCIAL) == (Standing.HELD, Step.NONE, Watch.FROZEN)
    assert stands(life, date(2024, 9, 5), PROVINCIAL) == (Standing.HELD, Step.NONE, Watch.FROZEN)
    assert stands(life, date(2024, 9, 6), PROVINCIAL) == (Standing.HELD, Step.NONE, Watch.CALM)
    assert [s.withdrawn for s in life.unit.signals.all.values()] == [True]
    assert ObligationKind.ASSESS_SIGNAL in owed(life, date(2024, 9, 3))
    assert ObligationKind.ASSESS_SIGNAL in owed(life, date(2024, 9, 5))
    assert not {ObligationKind.ASSESS_SIGNAL, ObligationKind.ORDER_CHECK} & owed(life, date(2024, 9, 6)).keys()


@pytest.mark.parametrize("number", STORIES)
def test_every_story_is_lawful_and_can_be_told_again(number: int) -> None:
    for life in STORIES[number]():
        assert life.judged_again() == []
        days = [entry.day for entry in life.unit.entries]
        assert days == sorted(days)
        again = Life.of(life.kind, life.unit.version)
        again.unit, again.code, again.known = Unit(life.unit.id), life.code, dict(life.known)
        for day, who, event in life.told:
            again.act(day, who, event)
        assert again.unit == life.unit
        assert registration(life).name.startswith("示例")
