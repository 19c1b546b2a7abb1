"""Chapter 命名: nomination, naming, plaques, terms, the reserve list, commendation (policy 五(六)1, 五(六)2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.governance.round import RoundPlaceTaken
from events.places import within
from events.unit.application import UnitApplicationRejected, UnitApplicationWithdrawn
from events.unit.evaluation import UnitEvaluated, UnitReviewed
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.naming import (
    UnitCommended,
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
    UnitTitleCarriedIn,
)
from events.unit.publicity import UnitPublicityCompleted
from events.unit.registration import UnitClosed, UnitSucceeded, UnitTitleTakenOver
from events.unit.revocation import UnitPlaqueRecovered, UnitReconsiderationDecided, UnitRevoked
from events.words import (
    DocumentKind,
    Level,
    Matter,
    ObligationKind,
    PublicityOutcome,
    Recommendation,
    ReconsiderationOutcome,
    RoundKind,
    Standing,
    Step,
    UnitKind,
)
from services.casework.document.state import Paper
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation
from services.casework.office import (
    AGENT,
    ALL_LEVELS,
    COUNTY_UP,
    PROVINCE,
    SYSTEM,
    TIMEKEEPER,
    approver,
    desk,
)
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit.application import (
    at_step,
    case_of,
    case_open,
    deciding_level,
    evaluating_level,
    leave_place,
    nothing_proposed,
    people_and_rounds,
    title_for_kind,
    waiting_period_over,
)
from services.casework.unit.carried_in import (
    given_before_the_register,
    never_held_here,
    not_being_applied_for,
    not_on_a_reserve_list,
    paper_names_units,
    term_as_the_policy_has_it,
    term_begins_with_its_paper,
    what_carrying_in_rests_on,
    where_carried_in,
)
from services.casework.unit.duties import of_office
from services.casework.unit.evaluation import (
    MAJORITY,
    not_refused_against_the_houses,
    opinions_relied_on,
)
from services.casework.unit.papers import paper_of
from services.casework.unit.places import place_left_in
from services.casework.unit.plaques import (
    Plaque,
    PlaqueState,
    claim_plaque_code,
    no_plaque_out,
    plaque_code_new,
    plaque_code_of,
    plaque_is_out,
    some_plaque_out,
)
from services.casework.unit.publicity import cleared_still_counts
from services.casework.unit.registration import registered
from services.casework.unit.separation import (
    apart_from_other_steps,
    apart_from_the_unit,
    not_of_the_papers_hands,
    people_before,
)
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import titles_for_kind, titles_held, titles_in_case, titles_in_reserve

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


_AttemptOver = (
    UnitApplicationWithdrawn
    | UnitApplicationRejected
    | UnitNamingRefused
    | UnitEvaluated
    | UnitReviewed
    | UnitPublicityCompleted
)
"""What ends an application without a naming; the last three where they go against it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A title that is held, or was: its naming and its term (both days included).

    `named_on` is the day of its recording; what was `carried_in` was named before the register and not judged here.
    """

    title: str
    version: int
    term_from: date
    term_until: date
    named_on: date
    extended_from: date | None = None
    carried_in: bool = False

    @property
    def watched_from(self) -> date:
        """From when the register answers for watching over it: nobody is late by what was entered later."""
        return max(self.term_from, self.named_on)

    def in_force(self, day: date) -> bool:
        """Whether the term has begun and is not over on that day, whatever was recorded of it (T-09)."""
        return self.term_from <= day <= self.term_until


@dataclass(frozen=True, slots=True)
class Naming:
    """Titles held, titles gone with how they went, plaques, and the reserve lists by title."""

    held: Mapping[str, Held] = field(default_factory=dict)
    gone: Mapping[str, tuple[Standing, Held]] = field(default_factory=dict)
    plaques: Mapping[str, Plaque] = field(default_factory=dict)
    reserve: Mapping[str, UUID] = field(default_factory=dict)
    closed_on: date | None = None

    def held_on(self, day: date) -> Mapping[str, Held]:
        """The titles in force on that day (T-09)."""
        return {title: held for title, held in self.held.items() if held.in_force(day)}

    def lasting_on(self, day: date) -> Mapping[str, Held]:
        """The titles whose term is not over on that day, those not yet in force among them (T-14)."""
        return {title: held for title, held in self.held.items() if day <= held.term_until}

    def answerable(self) -> Mapping[str, Held]:
        """The titles for which serious facts of their terms are answered (I-14): those held, and those that ended with
        their term or, until that day, with the unit's closing.
        """
        over = {title: held for title, (how, held) in self.gone.items() if how is Standing.EXPIRED}
        closed = {
            title: replace(held, term_until=min(held.term_until, self.closed_on))
            for title, (how, held) in self.gone.items()
            if how is Standing.ENDED_BY_CLOSING and self.closed_on is not None
        }
        return {**over, **closed, **self.held}


def _off(reserve: Mapping[str, UUID], title: str) -> dict[str, UUID]:
    return {name: campaign for name, campaign in reserve.items() if name != title}


def _named(region: Naming, entry: Entry[UnitNamed]) -> Naming:
    event = entry.event
    title = event.title or ""
    since = event.term_from or entry.effective_on
    held = Held(title, entry.version, since, event.term_until or since, entry.day)
    return replace(
        region,
        held={**region.held, title: held},
        gone={name: gone for name, gone in region.gone.items() if name != title},
        reserve=_off(region.reserve, title),
    )


def _leave(region: Naming, title: str, standing: Standing) -> Naming:
    held = region.held.get(title) or region.gone.get(title, (standing, None))[1]
    if held is None:
        return region
    rest = {name: other for name, other in region.held.items() if name != title}
    return replace(region, held=rest, gone={**region.gone, title: (standing, held)})


def _called_back(region: Naming, title: str, day: date) -> dict[str, Plaque]:
    return {code: one.called_back(day) if one.title == title else one for code, one in region.plaques.items()}


def _revoked(region: Naming, entry: Entry[UnitRevoked]) -> Naming:
    title = entry.event.title or ""
    plaques = _called_back(region, title, entry.day)
    return replace(_leave(region, title, Standing.REVOKED), plaques=plaques)


def _passed_on(region: Naming, entry: Entry[UnitSucceeded]) -> Naming:
    """What was carried to a successor is held here no more, and its plaque is to come back."""
    for title in entry.event.titles_carried:
        plaques = _called_back(region, title, entry.day)
        region = replace(_leave(region, title, Standing.PASSED_ON), plaques=plaques)
    return region


def _taken_over(region: Naming, entry: Entry[UnitTitleTakenOver]) -> Naming:
    event = entry.event
    held = Held(event.title, entry.version, event.term_from, event.term_until, entry.day, carried_in=event.carried_in)
    gone = {name: other for name, other in region.gone.items() if name != event.title}
    return replace(region, held={**region.held, event.title: held}, gone=gone)


def _carried_in(region: Naming, entry: Entry[UnitTitleCarriedIn]) -> Naming:
    event = entry.event
    held = Held(event.title, entry.version, event.term_from, event.term_until, entry.day, carried_in=True)
    region = replace(region, held={**region.held, event.title: held})
    if event.plaque is None:
        return region
    return _plaque(region, Plaque(event.plaque, event.title, PlaqueState.ISSUED))


def _expired(region: Naming, entry: Entry[UnitTermExpired]) -> Naming:
    return _leave(region, entry.event.title, Standing.EXPIRED)


def _reconsidered(region: Naming, entry: Entry[UnitReconsiderationDecided]) -> Naming:
    title = entry.event.title or ""
    if entry.event.outcome is not ReconsiderationOutcome.SET_ASIDE or title not in region.gone:
        return region
    held = region.gone[title][1]
    if region.closed_on is not None:
        return _leave(region, title, Standing.ENDED_BY_CLOSING)
    gone = {name: other for name, other in region.gone.items() if name != title}
    plaques = {code: one.left_out() if one.title == title else one for code, one in region.plaques.items()}
    return replace(region, held={**region.held, title: held}, gone=gone, plaques=plaques)


def _closed(region: Naming, entry: Entry[UnitClosed]) -> Naming:
    """T-21: a closed unit loses its titles on that day, its plaques are to come back, and it is on no list."""
    for title in region.held:
        region = _leave(region, title, Standing.ENDED_BY_CLOSING)
        region = replace(region, plaques=_called_back(region, title, entry.day))
    return replace(region, reserve={}, closed_on=entry.day)


def _handed_over(region: Naming, entry: Entry[UnitHandedOver]) -> Naming:
    """T-28: what goes along is held here no more, and its plaques are to come back."""
    for title in region.held:
        region = _leave(region, title, Standing.HANDED_OVER)
        region = replace(region, plaques=_called_back(region, title, entry.day))
    return replace(region, reserve={}, closed_on=entry.day)


def _received(region: Naming, entry: Entry[UnitReceived]) -> Naming:
    """T-28: titles that go on here, given by another province and not judged here."""
    taken = {
        one.title: Held(one.title, entry.version, one.term_from, one.term_until, entry.day, carried_in=True)
        for one in entry.event.held or ()
    }
    gone = {name: other for name, other in region.gone.items() if name not in taken}
    return replace(region, held={**region.held, **taken}, gone=gone, closed_on=None)


def _extended(region: Naming, entry: Entry[UnitTermExtended]) -> Naming:
    title = entry.event.title or ""
    if title not in region.held:
        return region
    before = region.held[title]
    held = replace(before, term_until=entry.event.until, extended_from=before.term_until)
    return replace(region, held={**region.held, title: held})


def _attempt_over(region: Naming, entry: Entry[_AttemptOver]) -> Naming:
    """T-09: an extension ends with the renewal that it bridged, never before the day on which that ended."""
    held = region.held.get(entry.event.title or "")
    if held is None or held.extended_from is None:
        return region
    ends = replace(held, term_until=min(held.term_until, max(held.extended_from, entry.day)))
    return replace(region, held={**region.held, held.title: ends})


def _judged(region: Naming, entry: Entry[UnitEvaluated | UnitReviewed]) -> Naming:
    return region if entry.event.outcome is Recommendation.RECOMMEND else _attempt_over(region, entry)


def _made_public(region: Naming, entry: Entry[UnitPublicityCompleted]) -> Naming:
    return region if entry.event.outcome is PublicityOutcome.CLEARED else _attempt_over(region, entry)


def _plaque(region: Naming, plaque: Plaque) -> Naming:
    return replace(region, plaques={**region.plaques, plaque.code: plaque})


def _issued(region: Naming, entry: Entry[UnitPlaqueIssued]) -> Naming:
    return _plaque(region, Plaque(entry.event.plaque, entry.event.title or "", PlaqueState.ISSUED))


def _lost(region: Naming, entry: Entry[UnitPlaqueReportedLost]) -> Naming:
    plaque = region.plaques.get(entry.event.plaque)
    return _plaque(region, replace(plaque, state=PlaqueState.LOST, lost=True)) if plaque else region


def _recovered(region: Naming, entry: Entry[UnitPlaqueRecovered]) -> Naming:
    plaque = region.plaques.get(entry.event.plaque)
    return _plaque(region, replace(plaque, state=PlaqueState.RECOVERED)) if plaque else region


def _reserve_listed(region: Naming, entry: Entry[UnitReserveListed]) -> Naming:
    return replace(region, reserve={**region.reserve, entry.event.title: entry.event.round})


def _reserve_delisted(region: Naming, entry: Entry[UnitReserveDelisted]) -> Naming:
    return replace(region, reserve=_off(region.reserve, entry.event.title))


def standing(unit: Unit, title: str) -> Standing:
    """Where the unit stands with a title."""
    if title in unit.naming.held:
        return Standing.REVOCATION_PROPOSED if title in unit.revocation.proposals else Standing.HELD
    if title in unit.naming.reserve:
        return Standing.RESERVE
    if title in unit.naming.gone:
        return unit.naming.gone[title][0]
    return Standing.NONE


def standing_on(unit: Unit, title: str, day: date) -> Standing:
    """Where the unit stands with a title on a day since its naming, whatever was recorded of that day (T-09, T-14)."""
    held = unit.naming.held.get(title)
    if held is not None and day > held.term_until:
        return Standing.EXPIRED
    if held is not None and held.named_on < held.term_from and day < held.term_from:
        return Standing.NAMED
    return standing(unit, title)


def where_named(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The title's level; for the nation's titles the province may record its paper (I-08)."""
    title = pack.titles.get(act.title or "")
    if title is None:
        return ALL_LEVELS
    return frozenset({Level.NATION, Level.PROVINCE} if title.named_by is Level.NATION else {title.named_by})


def propose_named(unit: Unit, act: Act[UnitNamed], pack: Pack) -> Event:
    """The term (R-34: three years from recognition, both days included) and the opinions relied on."""
    event = act.event
    title = pack.titles.get(event.title or "")
    if title is None or event.title is None:
        return event
    since = event.term_from or event.decided_on or act.day
    until = pack.after(since, title.term) - timedelta(days=1)
    opinions: set[int] = set()
    for level in {evaluating_level(unit, event.title, pack), deciding_level(event.title, pack)}:
        opinions |= set(opinions_relied_on(unit, Matter.APPLICATION, event.title, level))
    return event.model_copy(update={"term_from": since, "term_until": until, "opinions": tuple(sorted(opinions))})


def title_is_held(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: the title was given and has not gone."""
    if act.title is not None and act.title in unit.naming.held:
        return None
    if act.title is None and len(unit.naming.held) > 1:
        return refuse(pack, "I-00", "须指明称号", "the title has to be named", sorted(unit.naming.held))
    return refuse(pack, "I-00", "该称号未持有", "the title is not held")


def term_not_over(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09: a title ends on its day, whether or not that was recorded."""
    held = unit.naming.held.get(act.title or "")
    if held is None or act.day <= held.term_until:
        return None
    zh, en = f"认定期已于{held.term_until}届满", f"the term ended on {held.term_until}"
    return refuse(pack, "T-09", zh, en, (held.version,))


def term_begun(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09, T-14: what is named is not in force before its first day."""
    held = unit.naming.held.get(act.title or "")
    if held is None or act.day >= held.term_from:
        return None
    zh, en = f"认定期自{held.term_from}起", f"the term begins on {held.term_from}"
    return refuse(pack, "T-09", zh, en, (held.version,))


def step_before_nomination(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: the nation is given only what passed publicity."""
    case = case_of(unit, act)
    if case is not None and "nominate" not in pack.titles[case.title].steps:
        return refuse(pack, "I-05", "该称号不设推荐环节", "this title has no nomination")
    return at_step(Step.CLEARED)(unit, act, pack)


def step_before_naming(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: naming comes after the last step before it of that title."""
    case = case_of(unit, act)
    if case is None:
        return None
    steps = pack.titles[case.title].steps
    return at_step(Step.NOMINATED if "nominate" in steps else Step.CLEARED)(unit, act, pack)


def opinions_in_to_name(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04, A-14, T-22: nothing is named without the opinions, and the majority, of the level that decided."""
    case = case_of(unit, act)
    if case is None:
        return None
    level = deciding_level(case.title, pack)
    asked = (rule(Matter.APPLICATION, unit, case.title, level, pack) for rule in MAJORITY)
    return next((refusal for refusal in asked if refusal is not None), None)


def national_document_given(unit: Unit, act: Act[UnitNamed | UnitNamingRefused], pack: Pack) -> Refusal | None:
    """I-08: the province records a decision of the nation only with its paper in the register."""
    return _without_the_nation(act, act.event.paper, "I-08", pack)


def extended_by_the_nation(unit: Unit, act: Act[UnitTermExtended], pack: Pack) -> Refusal | None:
    """T-08: a title of the nation is extended by the nation's act, or by its paper in the register."""
    return _without_the_nation(act, act.event.paper, "T-08", pack)


def _without_the_nation(act: Intent, paper: UUID | None, rule: str, pack: Pack) -> Refusal | None:
    title = pack.titles.get(act.title or "")
    if title is None or title.named_by is not Level.NATION or act.actor.level is Level.NATION or paper is not None:
        return None
    zh, en = "须附已登记的国家文件", "the nation's paper is needed, as a document of the register"
    return refuse(pack, rule, zh, en, (), "/paper")


def term_begins_with_the_decision(unit: Unit, act: Act[UnitNamed], pack: Pack) -> Refusal | None:
    """T-14, I-21: a term begins on the day of the decision or within some days after it, never before it; of a title
    of the nation that is the day of its paper, which is not older than the nomination.
    """
    event, title, case = act.event, pack.titles.get(act.title or ""), case_of(unit, act)
    decided = event.decided_on or act.day
    latest = pack.after(decided, pack.windows.term_begins)
    if title is not None and title.named_by is Level.NATION and case is not None:
        paper = act.context.find(Paper, event.paper)
        nominated = case.nominated_on or case.since
        if paper is not None and paper.recorded is not None and paper.recorded.dated < nominated:
            zh = f"文件日期{paper.recorded.dated}早于推荐之日{nominated}"
            en = f"the paper of {paper.recorded.dated} is older than the nomination of {nominated}"
            return refuse(pack, "T-14", zh, en, (paper.id,), "/paper")
        if paper is not None and paper.recorded is not None:
            decided = paper.recorded.dated
        elif event.paper is not None or (act.actor.level is Level.NATION and event.document_digest is not None):
            decided = nominated
    since = event.term_from
    if since is not None and since < decided:
        zh, en = f"认定期不得早于决定之日{decided}", f"the term cannot begin before the decision of {decided}"
        return refuse(pack, "I-21", zh, en, (), "/term_from")
    if since is None or since <= latest:
        return None
    zh, en = f"认定期最迟自{latest}起", f"the term begins on {latest} at the latest"
    return refuse(pack, "T-14", zh, en, (), "/term_from")


def round_takes_candidates(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Refusal | None:
    """I-18: the round exists, is open on that day, and is for this title."""
    state = act.context.find(Round, act.event.round)
    if state is None:
        return None
    if state.kind is not RoundKind.NAMING:
        return refuse(pack, "I-18", "没有这一命名轮次", "there is no such round of naming", pointer="/round")
    if not state.open_on(act.day):
        return refuse(pack, "I-18", f"轮次{state.name}未开放", f"the round {state.name} is not open")
    if state.title != act.title:
        return refuse(
            pack, "I-18", "轮次与称号不符", "the round is for another title", (state.title,), pointer="/round"
        )
    return None


def place_left(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Refusal | None:
    """I-18, T-18: every quota that covers the unit has room, its own place aside; the refusal says who holds them."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    if state is None or kind is None:
        return None
    covering = [place for (place, of) in state.quotas if of is kind and within(unit.life.place, place)]
    if not covering:
        return refuse(pack, "I-18", "该地该类单位没有名额", "no places were given for this kind here")
    for place in covering:
        holders = [other for other in state.holders(place, kind) if other != unit.id]
        if len(holders) >= state.quotas[place, kind]:
            return refuse(pack, "I-18", "名额已满", "all places are taken", holders)
    return None


def quota_place(quotas: Mapping[tuple[str, UnitKind], int], unit: Unit, kind: UnitKind) -> str | None:
    """The place of the narrowest quota that the unit falls under."""
    fitting = [place for (place, of) in quotas if of == kind and within(unit.life.place, place)]
    return max(fitting, key=lambda place: sum(within(place, other) for other in fitting), default=None)


def _most_on_a_list(pack: Pack) -> int:
    return int(pack.limits.reserve_list * (1 + pack.limits.reserve_tolerance))


def reserve_has_room(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """I-18, I-20 (A-18): the reserve list of a year takes candidates in its days, and holds about a hundred."""
    state = act.context.find(Round, act.event.round)
    if state is None:
        return None
    if state.kind is not RoundKind.RESERVE or state.title != act.event.title:
        return refuse(
            pack, "I-20", "须为该称号的储备名单轮次", "the round is no reserve list for this title", (), "/round"
        )
    if not state.open_on(act.day):
        return refuse(pack, "I-18", f"轮次{state.name}未开放", f"the round {state.name} is not open")
    most = _most_on_a_list(pack)
    if len(state.taken.keys() - {unit.id}) >= most:
        return refuse(pack, "I-20", f"储备名单已满{most}户", f"the reserve list is full with {most}", ())
    return None


def propose_listed(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Event:
    """T-18, A-53: without a number of its own, that of the ranking, else the next one of the list."""
    event, state = act.event, act.context.find(Round, act.event.round)
    if event.rank is not None or state is None:
        return event
    given = state.ranking.get(unit.id) if state.ranking is not None else None
    return event.model_copy(update={"rank": given or max(state.numbers, default=0) + 1})


def number_is_free(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """T-18: a number on a reserve list is one of its size, and one unit's; on a public one for good."""
    state = act.context.find(Round, act.event.round)
    rank, most = act.event.rank, _most_on_a_list(pack)
    if rank is not None and not 1 <= rank <= most:
        return refuse(pack, "T-18", f"位次应在1至{most}之间", f"a number lies between 1 and {most}", (), "/rank")
    holder = state.numbers.get(rank) if state is not None and rank is not None else None
    if holder is None or holder == unit.id:
        return None
    zh, en = f"第{rank}位已属于另一单位", f"the number {rank} is another unit's"
    return refuse(pack, "T-18", zh, en, (holder,), "/rank")


def as_ranked(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """A-53: where candidates were ranked, who is listed is one of them, with that place."""
    state = act.context.find(Round, act.event.round)
    if state is None or state.ranking is None:
        return None
    given = state.ranking.get(unit.id)
    if given is None:
        return refuse(pack, "A-53", "该单位不在候选排序内", "the unit is none of the ranked candidates", (), "/round")
    if given != act.event.rank:
        return refuse(pack, "A-53", f"排序为第{given}位", f"its place in the ranking is {given}", (given,), "/rank")
    return None


def place_nominated(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Iterator[Effect]:
    """A nomination takes a place of the narrowest quota of its round."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    place = quota_place(state.quotas, unit, kind) if state is not None and kind is not None else None
    if kind is not None and place is not None:
        yield Effect(act.event.round, RoundPlaceTaken(unit=unit.id, place=place, unit_kind=kind))


def place_listed(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Iterator[Effect]:
    """A listing takes a place of the reserve list, of the narrowest quota where it has some."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    if kind is not None and state is not None:
        place = quota_place(state.quotas, unit, kind) or unit.life.place
        yield Effect(act.event.round, RoundPlaceTaken(unit=unit.id, place=place, unit_kind=kind, rank=act.event.rank))


def reserve_lists(unit: Unit, event: UnitReserveDelisted | UnitNamed) -> Iterator[UUID]:
    """The rounds of the reserve lists on which the unit stands."""
    for title, campaign in unit.naming.reserve.items():
        if event.title in (None, title):
            yield campaign


def lists_and_people(unit: Unit, event: UnitNamed) -> Iterator[UUID]:
    """What a naming rests on: the reserve lists on which the unit stands, and who took part before."""
    yield from reserve_lists(unit, event)
    yield from people_before(unit, event)


def leave_list(unit: Unit, act: Act[UnitReserveDelisted | UnitNamed], pack: Pack) -> Iterator[Effect]:
    """T-18: who leaves the reserve list, or is named, leaves its place there."""
    campaign = unit.naming.reserve.get(act.title or "")
    if campaign is not None:
        yield from place_left_in(unit, campaign, act)


def not_in_reserve(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-20: a unit is on the list once, and not with a title that it holds."""
    if act.title in unit.naming.reserve or act.title in unit.naming.lasting_on(act.day):
        return refuse(pack, "I-20", "已在储备名单或已命名", "on the list, or named, already")
    return None


def not_held_by_itself(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-11: what the successor holds itself is not taken over as well."""
    held = unit.naming.held.get(act.title or "")
    if held is None or act.day > held.term_until:
        return None
    return refuse(pack, "A-11", "承继单位已持有该称号", "the successor holds the title itself", (held.version,))


def in_reserve(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-20: only who is on the list leaves it."""
    if not unit.naming.reserve or (act.title is not None and act.title not in unit.naming.reserve):
        return refuse(pack, "I-20", "不在储备名单", "not on the reserve list")
    return None


def extension_in_last_half_year(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-11: a term is extended when its renewal may be applied for."""
    held = unit.naming.held.get(act.title or "")
    if held is None:
        return None
    if act.day < (opens := pack.before(held.term_until, pack.windows.renewal_opens)):
        return refuse(pack, "I-11", f"{opens}起方可续期", f"may be extended from {opens}", (held.version,))
    return None


def renewal_under_way(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09: an extension bridges a renewal under way: an application for that very title."""
    if act.title is None or act.title in unit.application.cases:
        return None
    return refuse(pack, "T-09", "没有在办的再次申报", "no application for the title is open")


def extended_once(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09: a term is extended once."""
    held = unit.naming.held.get(act.title or "")
    if held is None or held.extended_from is None:
        return None
    zh, en = f"已由{held.extended_from}续期", f"the term was extended already, from {held.extended_from}"
    return refuse(pack, "T-09", zh, en, (held.version,))


def extension_within_limit(unit: Unit, act: Act[UnitTermExtended], pack: Pack) -> Refusal | None:
    """I-11, T-09: later than before, and no further than a renewal takes."""
    event, held = act.event, unit.naming.held.get(act.title or "")
    if held is None:
        return None
    latest = pack.after(held.term_until, pack.windows.extension)
    if not held.term_until < event.until <= latest:
        return refuse(
            pack,
            "I-11",
            f"续期须在{held.term_until}至{latest}之间",
            f"until a day after {held.term_until}, {latest} at the latest",
            pointer="/until",
        )
    return None


def commended_once(unit: Unit, act: Act[UnitCommended], pack: Pack) -> Refusal | None:
    """A-52: a unit is given an honour once in a round, or a year."""
    said = act.event
    given = [
        entry.version
        for entry in unit.entries
        if isinstance(entry.event, UnitCommended)
        and entry.event.honour == said.honour
        and (entry.event.round == said.round if said.round is not None else entry.event.year == said.year)
    ]
    return (
        refuse(pack, "A-52", "该单位已获此项表彰", "the unit was given that honour already", given) if given else None
    )


def term_is_over(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-11: a term expires after its last day."""
    held = unit.naming.held.get(act.title or "")
    if held is not None and act.day <= held.term_until:
        return refuse(
            pack, "I-11", f"认定期至{held.term_until}", f"the term runs until {held.term_until}", (held.version,)
        )
    return None


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """A plaque for every naming; at the end of a term it is extended or left to expire."""
    given = (PlaqueState.ISSUED, PlaqueState.LOST)
    for title, held in unit.naming.held.items():
        pack = packs.on(held.named_on)
        if title not in pack.titles:
            continue
        level = deciding_level(title, pack)
        if not any(plaque.title == title and plaque.state in given for plaque in unit.naming.plaques.values()):
            since = max(held.named_on, held.term_from)
            due = pack.after(since, pack.windows.issue_plaque)
            ref = f"{title}:{held.version}"
            yield of_office(unit, pack, ObligationKind.ISSUE_PLAQUE, ref, level, since, due)
        opens = pack.before(held.term_until, pack.windows.renewal_opens)
        ref = f"{title}:{held.term_until}"
        yield of_office(unit, pack, ObligationKind.END_TERM, ref, level, opens, held.term_until)


CHAPTER: Chapter[Unit] = Chapter(
    "naming",
    {
        UnitNamed: _named,
        UnitRevoked: _revoked,
        UnitTermExpired: _expired,
        UnitReconsiderationDecided: _reconsidered,
        UnitTermExtended: _extended,
        UnitClosed: _closed,
        UnitHandedOver: _handed_over,
        UnitReceived: _received,
        UnitSucceeded: _passed_on,
        UnitTitleTakenOver: _taken_over,
        UnitTitleCarriedIn: _carried_in,
        UnitApplicationWithdrawn: _attempt_over,
        UnitApplicationRejected: _attempt_over,
        UnitNamingRefused: _attempt_over,
        UnitEvaluated: _judged,
        UnitReviewed: _judged,
        UnitPublicityCompleted: _made_public,
        UnitPlaqueIssued: _issued,
        UnitPlaqueReportedLost: _lost,
        UnitPlaqueRecovered: _recovered,
        UnitReserveListed: _reserve_listed,
        UnitReserveDelisted: _reserve_delisted,
    },
    (
        Law(
            UnitNominated,
            office=approver(PROVINCE),
            about=titles_in_case,
            rule="I-18",
            state=(
                registered,
                case_open,
                step_before_nomination,
                cleared_still_counts,
                nothing_frozen,
                nothing_proposed,
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            content=(round_takes_candidates, place_left),
            effects=place_nominated,
            reads=people_before,
            steps=("act:nominate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitNamed,
            office=approver(where_named),
            about=titles_in_case,
            rule="I-05",
            state=(
                registered,
                case_open,
                step_before_naming,
                opinions_in_to_name,
                cleared_still_counts,
                nothing_frozen,
                nothing_proposed,
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            content=(
                national_document_given,
                paper_of(DocumentKind.NAMING),
                not_of_the_papers_hands,
                term_begins_with_the_decision,
            ),
            propose=propose_named,
            reads=lists_and_people,
            effects=leave_list,
            steps=("act:name", "act:confirm_paper"),
            undone_by_procedure=True,
            settles=(ObligationKind.HANDLE_APPLICATION, ObligationKind.END_TERM),
            begins=lambda event: event.term_from,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitNamingRefused,
            office=approver(where_named),
            about=titles_in_case,
            rule="I-13",
            state=(
                registered,
                case_open,
                step_before_naming,
                apart_from_other_steps,
                apart_from_the_unit,
                not_refused_against_the_houses,
            ),
            content=(national_document_given, paper_of(DocumentKind.REFUSAL), not_of_the_papers_hands),
            reads=people_and_rounds,
            effects=leave_place,
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            steps=("act:name", "act:confirm_paper"),
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitPlaqueIssued,
            office=desk(where_named),
            about=titles_held,
            rule="I-13",
            state=(registered, title_is_held, term_not_over, term_begun, no_plaque_out),
            content=(plaque_code_new,),
            reads=plaque_code_of,
            effects=claim_plaque_code,
            settles=(ObligationKind.ISSUE_PLAQUE,),
        ),
        Law(
            UnitPlaqueReportedLost,
            office=(AGENT, *desk(COUNTY_UP)),
            rule="I-13",
            state=(registered, some_plaque_out),
            content=(plaque_is_out,),
        ),
        Law(
            UnitTermExtended,
            office=approver(where_named),
            about=titles_held,
            rule="I-11",
            state=(
                registered,
                title_is_held,
                term_not_over,
                extension_in_last_half_year,
                renewal_under_way,
                extended_once,
                nothing_frozen,
                nothing_proposed,
            ),
            content=(extension_within_limit, extended_by_the_nation, paper_of(DocumentKind.NAMING, DocumentKind.ORDER)),
            settles=(ObligationKind.END_TERM,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitTitleTakenOver,
            office=(SYSTEM,),
            about=titles_for_kind,
            rule="A-11",
            state=(
                registered,
                title_for_kind,
                not_held_by_itself,
                waiting_period_over,
                nothing_frozen,
                nothing_proposed,
            ),
            undone_by_procedure=True,
        ),
        Law(
            UnitTitleCarriedIn,
            office=approver(where_carried_in),
            about=titles_for_kind,
            rule="T-24",
            state=(
                registered,
                title_for_kind,
                never_held_here,
                not_being_applied_for,
                not_on_a_reserve_list,
                apart_from_the_unit,
            ),
            content=(
                given_before_the_register,
                term_as_the_policy_has_it,
                term_begins_with_its_paper,
                paper_names_units,
                paper_of(DocumentKind.NAMING),
                plaque_code_new,
            ),
            reads=what_carrying_in_rests_on,
            effects=claim_plaque_code,
            second=Second(approver(where_carried_in), two_houses=True),
            undone_by_procedure=True,
        ),
        Law(
            UnitTermExpired,
            office=(TIMEKEEPER,),
            about=titles_held,
            rule="I-11",
            state=(title_is_held, term_is_over),
            settles=(ObligationKind.END_TERM,),
        ),
        Law(
            UnitReserveListed,
            office=approver(PROVINCE),
            about=titles_for_kind,
            rule="I-20",
            state=(registered, title_for_kind, not_in_reserve, nothing_frozen, nothing_proposed),
            content=(reserve_has_room, as_ranked, number_is_free),
            propose=propose_listed,
            effects=place_listed,
        ),
        Law(
            UnitReserveDelisted,
            office=(TIMEKEEPER, *desk(PROVINCE)),
            about=titles_in_reserve,
            rule="I-13",
            state=(registered, in_reserve),
            reads=reserve_lists,
            effects=leave_list,
        ),
        Law(
            UnitCommended,
            office=(SYSTEM,),
            rule="A-52",
            state=(registered, nothing_frozen, nothing_proposed),
            content=(commended_once,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
