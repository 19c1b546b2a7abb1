"""The demonstration is lawful act by act, the same every time, and tells what its stories promise."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.demo import programme, stories
from deploy.demo.application import LOCAL, NATIONAL, PROVINCIAL
from deploy.demo.load import Loaded, accounts, edition, form, load, whole_script
from deploy.demo.people import PROVINCE, officers
from deploy.demo.prepared import LOADING, NOTE, ask_for_reset
from deploy.demo.script import Act, Profile
from deploy.demo.setting import Days
from deploy.demo.tripartite import OWN_BODY
from deploy.demo.world import Issued, NotRefusedError, World
from events.envelope import CHINA, Entry, Event
from events.places import PLACES
from events.record import COMMON, DeadlineMissed
from events.registry import EVENT_TYPES, stream_kind
from events.sealed import Sealed
from events.unit.application import UnitApplied
from events.unit.checks import UnitVerified
from events.unit.cultivation import UnitFollowedUp
from events.unit.evaluation import UnitSiteVisited
from events.unit.incentives import UnitIncentiveSuspended
from events.unit.naming import UnitNamed, UnitTermExtended
from events.unit.publicity import UnitPublicityCompleted
from events.unit.revocation import UnitConsentGiven, UnitRevoked
from events.unit.self_evaluation import UnitReportSealed, UnitSelfEvaluated
from events.unit.signals import UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    ActorKind,
    House,
    Level,
    ObligationKind,
    Role,
    Route,
    Sealer,
    Standing,
    Step,
    SurveyCounter,
    UnitKind,
    Watch,
)
from services.access.accounts import list_accounts
from services.audit import audit
from services.casework.body.state import Body
from services.casework.document.state import Paper
from services.casework.judgement import rejudge
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.policy.state import Packs
from services.casework.register.state import Register, register_stream
from services.casework.unit.application import case_step
from services.casework.unit.kind import UNIT
from services.casework.unit.naming.state import standing
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.registration import unit_id
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit
from services.casework.year.state import Year
from services.errors import KeyReused, Refused, Unavailable
from services.vault import KeyFile
from services.verifier.verify import verify

TODAY = date(2026, 11, 24)
PACK = load_pack()
FEW = 120
"""Units where the number of them is not what is tested."""

FEWER = 60
"""Units where their variety is not, either."""


@dataclass(frozen=True)
class Told:
    """A demonstration that was told without a database."""

    world: World
    commands: tuple[Issued, ...]

    @property
    def entries(self) -> list[Entry[Event]]:
        return [entry for command in self.commands for entry in command.entries]

    def unit(self, profile: Profile) -> Unit:
        return self.world.units[profile.id]


@cache
def told(today: date = TODAY, units: int = 600, seed: int = 2023) -> Told:
    days = Days(today, PACK)
    world = World(edition(days, seed, units), PACK)
    return Told(world, tuple(world.commands(whole_script(days, seed, units), days.until)))


def count(unit: Unit, event_type: type[Event]) -> int:
    return sum(isinstance(entry.event, event_type) for entry in unit.entries)


def test_it_shows_the_kinds_that_a_province_keeps() -> None:
    shown = {stream_kind(entry.event.about.type) for entry in told().entries}
    assert shown >= {
        "body", "code", "document", "honour", "officer", "policy", "register", "round", "source", "standard", "station",
        "task", "unit", "year",
    }  # fmt: skip


_ANOTHER_PROVINCE = "the nation's register and those of other provinces have it: ./concord demo --nation"
_BY_THE_REGISTER = "the register works it out of its log as it is stored, and no log is there yet"
_EMERGENCY = "what a demonstration should not look like: its register was never lost, unwatched or robbed of a key"
NOT_SHOWN = {
    **dict.fromkeys((
        "province.joined", "province.left", "province.branch-followed", "national.decided", "crosscheck.planned",
        "crosscheck.lists-frozen", "crosscheck.share-committed", "crosscheck.share-revealed",
        "crosscheck.share-withheld", "crosscheck.assigned", "crosscheck.reported", "unit.cross-inspected",
        "decision.declined", "unit.handed-over", "unit.received", "register.nation-recognised",
    ), _ANOTHER_PROVINCE),
    **dict.fromkeys((
        "check.planned", "check.list-frozen", "check.share-committed", "check.share-revealed", "check.share-withheld",
        "check.drawn", "check.ordered", "register.content-destroyed", "unit.personal-data-erased",
    ), _BY_THE_REGISTER),
    **dict.fromkeys((
        "register.recovered", "register.not-watched", "register.key-rotated", "register.branched",
    ), _EMERGENCY),
    "policy.holidays-announced": "the days of a year to come are the State Council's to say, and are not made up",
    "standard.taken-up": "the pack has no checklist of one of these made-up standards",
    "document.titles-carried-in": "a register that begins with its first title carries none in",
    "unit.title-carried-in": "a register that begins with its first title carries none in",
}  # fmt: skip
"""Every type that the demonstration does not show, with the reason; what all kinds have is told below."""

COMMON_NOT_SHOWN = {"entry-corrected", "duty-released", "duty-extended", "duty-suspended", "duty-resumed"}
"""What every stream can have and no stream here has: few duties are put off, and few figures corrected."""


def test_what_it_does_not_show_is_named_with_its_reason() -> None:
    shown = {entry.event.about.type.rpartition(".")[0] for entry in told().entries}
    common = {event.about.type.rpartition(".")[0] for kind in COMMON.values() for event in kind.all}
    own = {name.rpartition(".")[0] for name in EVENT_TYPES} - common
    assert own - shown == NOT_SHOWN.keys()
    assert all(NOT_SHOWN.values())
    seen = {name.partition(".")[2] for name in shown & common}
    assert {name.partition(".")[2] for name in common} - seen == COMMON_NOT_SHOWN


def test_a_year_is_answered_for_in_every_prefecture_and_the_lazy_one_is_found_out() -> None:
    years = [state for state in told().world.states.values() if isinstance(state, Year) and state.opened is not None]
    assert {year.place for year in years} == {PROVINCE, *programme.PREFECTURES}
    lazy = next(year for year in years if year.place == programme.LAZY and year.criticised)
    assert {lapse.obligation for lapse in lazy.lapses.values()} >= {
        ObligationKind.FILE_PLAN, ObligationKind.FILE_REPORT, ObligationKind.TRAIN, ObligationKind.SUPERVISE_SELF,
    }  # fmt: skip
    assert lazy.deducted > 0
    assert lazy.contested
    assert all(lapse.answered for lapse in lazy.lapses.values())
    diligent = [year for year in years if year.place not in (PROVINCE, programme.LAZY) and year.ended]
    assert all(year.reported is not None and year.plan is not None and year.plan.accepted for year in diligent)


def test_some_workers_are_asked_by_the_register_itself() -> None:
    asked = [unit for unit in told().world.units.values() if unit.surveys.counted]
    assert len(asked) > 30
    by_the_register = [
        entry.event
        for unit in asked
        for entry in unit.entries
        if isinstance(entry.event, UnitSelfEvaluated) and entry.event.survey_ref is not None
    ]
    assert by_the_register
    assert all(event.survey_by is SurveyCounter.REGISTER for event in by_the_register)


def test_no_stream_is_called_by_the_code_of_a_place_or_an_id_of_the_pack() -> None:
    ids = {name for table in ("tasks", "awards", "titles") for name in PACK.texts(table)} | {PACK.id}
    for state in told().world.states.values():
        zh, en = (state.descriptor.label(state, language) for language in ("zh", "en"))
        assert not (PLACES.keys() | ids) & set(zh.split(" ")), f"{state.descriptor.name}: {zh}"
        assert not PLACES.keys() & set(en.split(" ")), f"{state.descriptor.name}: {en}"


def test_its_size_and_variety_are_real() -> None:
    known = told()
    types = Counter(entry.event.about.type for entry in known.entries)
    of_units = sum(number for name, number in types.items() if name.startswith("unit."))
    assert len(known.world.units) == 600
    assert 8_500 <= of_units <= 11_000
    assert len(types) >= 130
    units = known.world.units.values()
    assert {unit.life.kind for unit in units} == set(UnitKind)
    assert len({unit.life.place for unit in units}) > 100
    assert len({unit.life.place[:4] for unit in units}) == 14
    standings = {standing(unit, title) for unit in units for title in PACK.titles}
    assert standings >= {Standing.RESERVE, Standing.HELD, Standing.REVOKED, Standing.EXPIRED}
    assert {watch(unit, PACK) for unit in units} == set(Watch)
    steps = {case_step(unit, title) for unit in units for title in unit.application.cases}
    assert steps >= {Step.APPLIED, Step.ACCEPTED, Step.FORWARDED, Step.EVALUATED, Step.IN_PUBLICITY, Step.NOMINATED}


@pytest.mark.long
@pytest.mark.parametrize("today", [TODAY, date(2026, 3, 1), date(2026, 7, 4), date(2027, 2, 15), date(2028, 2, 29)])
def test_it_is_lawful_on_any_day(today: date) -> None:
    known = told(today, FEW)
    assert len(known.world.units) == FEW
    assert len(known.world.refused) == 4
    assert standing(known.unit(stories.ARREARS), NATIONAL) is Standing.REVOKED
    assert standing(known.unit(stories.PETITION), PROVINCIAL) is Standing.HELD
    for story in stories.STORIES:
        assert (count(known.unit(story.unit), DeadlineMissed) > 0) is (story.unit == stories.SAT_ON), story.en
    assert case_step(known.unit(stories.APPLIED), LOCAL) is Step.APPLIED
    assert max(entry.recorded_at for entry in known.entries) < datetime.combine(today, datetime.min.time(), CHINA)


def test_it_is_the_same_for_the_same_seed_and_day() -> None:
    first, again = told(units=FEWER), told.__wrapped__(units=FEWER)
    assert [command.id for command in first.commands] == [command.id for command in again.commands]
    assert first.entries == again.entries
    assert told(units=FEWER, seed=7).entries != first.entries


def test_the_log_is_in_the_order_of_time() -> None:
    moments = [command.entries[0].recorded_at for command in told().commands]
    assert all(before < after for before, after in pairwise(moments))


def test_every_entry_is_lawful_when_it_is_judged_again() -> None:
    for story in stories.STORIES:
        unit = told().unit(story.unit)
        assert rejudge(UNIT, unit.id, tuple(unit.entries), lambda _day: PACK) == []


def test_every_entry_is_later_than_the_one_before_it() -> None:
    moments = [entry.recorded_at for entry in told().entries]
    assert all(before < after for before, after in pairwise(moments))


def test_it_fits_its_size() -> None:
    assert len(told().entries) < 25_000


def test_the_register_says_that_its_clock_was_made_up() -> None:
    register = told().world.states[register_stream(PROVINCE)]
    assert isinstance(register, Register)
    assert register.simulated
    assert register.opened_on == Days(TODAY, PACK).first


def test_ids_are_given_in_a_form_that_clients_may_give() -> None:
    free = {"officer", "round", "check", "crosscheck"}
    given = {entry.stream.version for entry in told().entries if stream_kind(entry.event.about.type) in free}
    assert given == {4}


def test_administration_is_by_different_persons_whose_tags_say_so() -> None:
    states = told().world.states
    people = [state for person in officers() if isinstance(state := states[person.id], Officer)]
    assert len({person.tag for person in people}) == len(people)
    assert None not in {person.tag for person in people}
    apart = (Role.ADMINISTRATOR, Role.APPROVER, Role.AUDITOR, Role.DATA_OFFICER)
    for person in people:
        roles = {role for post in person.appointments for role in post.roles}
        assert len(roles & set(apart)) <= 1
        for post in person.appointments:
            if Role.APPROVER in post.roles:
                assert post.seconded_by is not None
                assert post.seconded_by != post.by


def test_visitors_of_two_houses_hold_their_posts_in_the_place() -> None:
    states = told().world.states
    visits = [(entry.stream, entry.event) for entry in told().entries if isinstance(entry.event, UnitSiteVisited)]
    assert len(visits) > 100
    for stream, visit in visits:
        visited = states[stream]
        assert isinstance(visited, Unit)
        assert len({visitor.house for visitor in visit.visitors}) == 2
        for visitor in visit.visitors:
            person = states[visitor.officer]
            assert isinstance(person, Officer)
            assert person.held_on(visit.on, visited.life.place, visitor.house)


def test_what_the_nation_decides_is_recorded_on_confirmed_papers() -> None:
    states = told().world.states
    national = [
        entry.event
        for entry in told().entries
        if isinstance(entry.event, UnitNamed | UnitConsentGiven) and entry.event.title == NATIONAL
    ]
    assert len(national) > 10
    for event in national:
        paper = states[event.paper] if event.paper is not None else None
        assert isinstance(paper, Paper)
        assert paper.confirmed is not None


def test_a_park_and_a_township_are_sealed_for_by_their_tripartite_bodies() -> None:
    states = told().world.states
    own = [
        (unit, entry, entry.event)
        for entry in told().entries
        if isinstance(entry.event, UnitReportSealed)
        and isinstance(unit := states[entry.stream], Unit)
        and unit.life.kind in OWN_BODY
    ]
    assert len(own) > 10
    for unit, entry, sealed in own:
        assert sealed.sealed_by is Sealer.TRIPARTITE
        body = states[sealed.body] if sealed.body is not None else None
        assert isinstance(body, Body)
        assert body.unit == unit.id
        assert {member.house for member in body.members} == set(House)
        assert body.member_on(entry.actor.id, entry.day) is not None


def test_people_act_on_working_days_in_office_hours() -> None:
    for entry in told().entries:
        moment = entry.recorded_at.astimezone(CHINA)
        if entry.actor.kind not in (ActorKind.TIMEKEEPER, ActorKind.SYSTEM):
            assert PACK.is_working_day(moment.date()), entry
            assert 8 <= moment.hour < 18, entry


def test_everybody_and_everything_is_marked_as_fictional() -> None:
    for unit in told().world.units.values():
        assert unit.life.name.endswith("（示例）")
    for entry in told().entries:
        for name in type(entry.event).model_fields:
            value = getattr(entry.event, name)
            assert not isinstance(value, Sealed) or "示例" in (value.clear or "")


def test_every_house_and_level_has_its_officers() -> None:
    posts = {(person.level, person.house) for person in officers()}
    above = {(level, house) for level in (Level.PROVINCE, Level.PREFECTURE) for house in House}
    assert posts >= above | {(Level.COUNTY, House.HR)}
    assert sum(person.level is Level.COUNTY for person in officers()) == 2 * 122
    assert len({person.key for person in officers()}) == len(officers())


def test_story_1_a_clean_enterprise_is_named_and_its_term_extended() -> None:
    unit = told().unit(stories.CLEAN)
    assert standing(unit, NATIONAL) is Standing.HELD
    assert watch(unit, PACK) is Watch.CALM
    assert count(unit, UnitTermExtended) == 1
    assert count(unit, UnitVerified) == 3
    assert len(unit.incentives.grants) == 4


def test_story_2_a_central_enterprise_is_refused_the_county_and_takes_the_direct_route() -> None:
    unit = told().unit(stories.CENTRAL)
    routes = [entry.event.route for entry in unit.entries if isinstance(entry.event, UnitApplied)]
    assert routes == [Route.DIRECT]
    assert _refused(stories.CENTRAL) == [("unit.applied.v1", {"I-03"})]
    assert standing(unit, PROVINCIAL) is Standing.HELD


def test_story_3_a_park_gathers_its_members_beside_a_township() -> None:
    park, township = told().unit(stories.PARK), told().unit(stories.TOWNSHIP)
    *others, left = (company.id for company in stories.COMPANIES)
    assert set(park.life.members) == set(others)
    assert left in told().world.units
    assert all(told().unit(company).life.since is not None for company in stories.COMPANIES)
    assert standing(park, PROVINCIAL) is Standing.HELD
    assert standing(township, LOCAL) is Standing.HELD


def test_story_4_a_petition_stops_the_naming_for_half_a_year() -> None:
    unit = told().unit(stories.PETITION)
    days = {type(entry.event): entry.day for entry in unit.entries}
    assert timedelta(days=120) < days[UnitNamed] - days[UnitSignalRecorded] < timedelta(days=240)
    completed, named = _refused(stories.PETITION)
    assert "I-07" in completed[1] & named[1]
    (signal,) = unit.signals.all
    facts = [r.facts for act, found in told().world.refused if act.stream == unit.id for r in found if r.rule == "I-07"]
    assert facts == [(signal,)] * 2
    assert standing(unit, PROVINCIAL) is Standing.HELD


def test_story_5_a_model_title_is_revoked_with_all_that_follows() -> None:
    unit = told().unit(stories.ARREARS)
    revoked = next(entry.event for entry in unit.entries if isinstance(entry.event, UnitRevoked))
    assert revoked.consent_ref is not None
    assert len(revoked.opinions or ()) == 4
    assert len(revoked.incentives_ended or ()) == 3
    assert count(unit, UnitIncentiveSuspended) == 1
    assert not unit.incentives.running()
    assert standing(unit, NATIONAL) is Standing.REVOKED
    assert watch(unit, PACK) is Watch.FROZEN
    assert unit.revocation.done[NATIONAL].announced
    assert [plaque.state for plaque in unit.naming.plaques.values()] == [PlaqueState.RECOVERED]


def test_story_6_a_withdrawn_signal_is_assessed_and_stays_visible() -> None:
    unit = told().unit(stories.MISTAKEN)
    assert _refused(stories.MISTAKEN) == [("unit.publicity-completed.v1", {"I-07"})]
    assert (
        count(unit, UnitSignalRecorded) == count(unit, UnitSignalWithdrawn) == count(unit, UnitPublicityCompleted) == 1
    )
    assert standing(unit, PROVINCIAL) is Standing.HELD
    assert watch(unit, PACK) is Watch.CALM


def test_story_7_a_prefecture_that_sat_on_a_ground_is_found_out_and_has_points_deducted() -> None:
    unit = told().unit(stories.SAT_ON)
    missed = next(entry for entry in unit.entries if isinstance(entry.event, DeadlineMissed))
    assert isinstance(missed.event, DeadlineMissed)
    assert missed.event.obligation is ObligationKind.PROPOSE_REVOCATION
    found = [
        (year.place, lapse)
        for year in told().world.states.values()
        if isinstance(year, Year)
        for lapse in year.lapses.values()
        if lapse.obligation is ObligationKind.PROPOSE_REVOCATION and lapse.unit == unit.id
    ]
    ((place, lapse),) = found
    assert place == "430500"
    assert lapse.deducted is not None
    assert standing(unit, LOCAL) is Standing.REVOKED


def _refused(profile: Profile) -> list[tuple[str, set[str]]]:
    return [
        (act.event.about.type, {refusal.rule for refusal in refusals})
        for act, refusals in told().world.refused
        if act.stream == profile.id and isinstance(act.event, Event)
    ]


def test_a_rule_that_refuses_a_lawful_act_breaks_it() -> None:
    days = Days(TODAY, PACK)
    unlawful = UnitFollowedUp.model_validate({"kind": "visit", "on": days.first, "summary": "示例"}, strict=False)
    act = Act(days.until - timedelta(days=1), officers()[0].id, stories.CLEAN.id, unlawful)
    with pytest.raises(Refused, match="I-13"):
        list(World("", PACK).commands([act], days.until))


def test_an_act_that_must_be_refused_and_is_not_breaks_it() -> None:
    days = Days(TODAY, PACK)
    script = [
        act if not isinstance(act.event, UnitFollowedUp) else Act(act.moment, act.who, act.stream, act.event, ("I-07",))
        for act in whole_script(days, 2023, FEW)
    ]
    with pytest.raises(NotRefusedError, match="followed-up"):
        list(World("", PACK).commands(script, days.until))


def test_it_is_loaded_once_and_its_people_get_tokens(database: str, tmp_path: Path) -> None:
    keys = KeyFile.at(tmp_path / "key")
    seen: list[tuple[int, int]] = []
    loaded = load(database, keys, TODAY, PACK, progress=lambda done, total: seen.append((done, total)), units=FEWER)
    assert (loaded.units, loaded.repeated) == (FEWER, False)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    assert len({total for _, total in seen}) == 1
    with psycopg.connect(database) as conn:
        assert _stored(conn) == len(told(units=FEWER).entries) == loaded.events
        assert list(audit(conn, Packs.fixed(PACK))) == []
        _check_accounts(conn, loaded)
    assert verify(database).findings == []
    again = load(database, keys, TODAY, PACK, progress=quietly, units=FEWER)
    assert (again.events, again.repeated) == (loaded.events, True)
    with pytest.raises(KeyReused):
        load(database, keys, TODAY + timedelta(days=1), PACK, progress=quietly, units=FEWER)
    with psycopg.connect(database) as conn:
        assert _stored(conn) == loaded.events


def test_a_demonstration_of_another_edition_asks_for_a_reset(tmp_path: Path) -> None:
    ask_for_reset(tmp_path, PACK)
    for name, content in ((NOTE, '{"units": 600}'), (LOADING, "")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(Unavailable, match="--reset"):
            ask_for_reset(tmp_path, PACK)
        (tmp_path / name).unlink()
    (tmp_path / NOTE).write_text(json.dumps({"form": form(PACK)}), encoding="utf-8")
    ask_for_reset(tmp_path, PACK)


def quietly(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def _stored(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("SELECT count(*) FROM register.events").fetchone()
    assert row is not None
    return int(row[0])


def _check_accounts(conn: psycopg.Connection[Any], loaded: Loaded) -> None:
    document = accounts(conn, loaded, datetime.now(UTC) + timedelta(days=1), base="http://127.0.0.1:8000")
    people = document["accounts"]
    wanted = {
        "province-hr-officer", "province-hr-approver", "province-union-officer", "prefecture-430100-hr-officer",
        "prefecture-430100-union-officer", "county-430102-hr-officer", "auditor", "assessor",
        "administrator-1", "administrator-2", "administrator-3", "data-officer-1", "data-officer-2",
        "source-petitions", "public", "story-1-applicant", "story-1-union",
        "story-3-applicant", "applicant-new", "union-new",
    }  # fmt: skip
    assert people.keys() >= wanted
    assert len(list_accounts(conn)) == len(people)
    assert len({one["token"] for one in people.values()}) == len(people)
    assert document["stories"].keys() == {str(number) for number in range(1, 9)}
    new = document["new_unit"]
    assert new["unit"] == people["applicant-new"]["unit"] == str(unit_id(new["code"], new["place"]))
    assert all(name in EVENT_TYPES for (name,) in conn.execute("SELECT DISTINCT type FROM register.events"))
