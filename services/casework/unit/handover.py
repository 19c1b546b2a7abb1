"""Chapter 移交: what holds a handing over back, what goes along, and what another register takes in (T-28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.places import PLACES, within
from events.unit.handover import (
    TitleGoingAlong,
    TitleTakenIn,
    UnitHandedOver,
    UnitReceived,
    WaitGoingAlong,
)
from events.words import ComparableTitle, DocumentKind, UnitKind
from services.casework.document.state import Paper
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import PROVINCE, approver
from services.casework.pack import Pack
from services.casework.unit.papers import paper_of
from services.casework.unit.places import leave_every_place, rounds_with_a_place
from services.casework.unit.registration import (
    claim_code,
    code_fits_kind,
    code_is_free,
    code_of,
    grave_facts_are_answered,
    left_open,
    registered,
    within_the_province,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the unit went, or None while it is here; and until when titles wait that it may not apply for (I-16)."""

    to: str | None = None
    waits: Mapping[ComparableTitle, date] = field(default_factory=dict)


def _handed_over(region: Handover, entry: Entry[UnitHandedOver]) -> Handover:
    return Handover(entry.event.to, region.waits)


def _received(region: Handover, entry: Entry[UnitReceived]) -> Handover:
    return Handover(None, {wait.worth: wait.until for wait in entry.event.waits})


# --- handing over -----------------------------------------------------------------------------------------------------


def an_enterprise(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-28: an enterprise has one code in the whole country; parks, townships and their like do not move."""
    if unit.life.kind is UnitKind.ENTERPRISE:
        return None
    return refuse(pack, "T-28", "仅企业可以移交外省", "only an enterprise is handed over to another province")


def nothing_is_escaped(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-28: nobody moves away from what is open: it is brought to its end here first."""
    found = left_open(unit, act.context, pack)
    cases = [case.opened for case in unit.application.cases.values()]
    if cases:
        found["申报未结", "an application is open"] = cases
    if not found:
        return None
    zh = "须先办结：" + "、".join(words[0] for words in found)
    en = "first comes to its end here: " + ", ".join(words[1] for words in found)
    return refuse(pack, "T-28", zh, en, [fact for facts in found.values() for fact in facts])


def to_another_province(unit: Unit, act: Act[UnitHandedOver], pack: Pack) -> Refusal | None:
    """T-28: where it goes is a place of another province."""
    if act.event.to in PLACES and act.event.to != _NATION and not within(act.event.to, pack.place):
        return None
    zh, en = "须为外省的地区", "it is handed over to a place of another province"
    return refuse(pack, "T-28", zh, en, (act.event.to,), "/to")


_NATION = "000000"


def goes_along(unit: Unit, act: Act[UnitHandedOver], pack: Pack) -> Event:
    """The titles in force or to come into force, the waiting times that still run, and the digest of the paper."""
    worth = pack.comparable.titles
    titles = tuple(
        TitleGoingAlong(worth=worth[name], term_from=held.term_from, term_until=held.term_until)
        for name, held in sorted(unit.naming.lasting_on(act.day).items())
        if name in worth
    )
    waits = tuple(WaitGoingAlong(worth=of, until=until) for of, until in sorted(waiting(unit, act.day, pack).items()))
    changes = {"titles": titles, "waits": waits, "document_digest": _digest_of(act)}
    return act.event.model_copy(update=changes)


def waiting(unit: Unit, day: date, pack: Pack) -> Mapping[ComparableTitle, date]:
    """By what each title is in every province, the day from which the unit may apply for it again (I-16)."""
    region, windows = unit.application, pack.windows
    found = {worth: until for worth, until in unit.handover.waits.items() if until > day}
    for since, wait in (
        (region.rejected, windows.reapply_after_rejection),
        (region.revoked, windows.reapply_after_revocation),
    ):
        for title, on in since.items():
            worth, free = pack.comparable.titles.get(title), pack.after(on, wait)
            if worth is not None and free > max(day, found.get(worth, day)):
                found[worth] = free
    return found


def _digest_of(act: Act[UnitHandedOver | UnitReceived]) -> str | None:
    paper = act.context.find(Paper, act.event.paper)
    return paper.recorded.sha256 if paper is not None and paper.recorded is not None else None


# --- receiving --------------------------------------------------------------------------------------------------------


def not_here(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-28: a unit that this register has is received only where it was handed over before."""
    life = unit.life
    if life.since is None or life.provisional or unit.handover.to is not None:
        return None
    return refuse(pack, "T-28", "该单位在本登记册中", "the unit stands in this register", (unit.version,))


def from_another_province(unit: Unit, act: Act[UnitReceived], pack: Pack) -> Refusal | None:
    """T-28: what is received comes from a place of another province."""
    if act.event.from_ in PLACES and act.event.from_ != _NATION and not within(act.event.from_, pack.place):
        return None
    zh, en = "须来自外省", "it comes from a place of another province"
    return refuse(pack, "T-28", zh, en, (act.event.from_,), "/from")


def each_worth_once(unit: Unit, act: Act[UnitReceived], pack: Pack) -> Refusal | None:
    """T-28: what goes along is a title of each worth, whose term is not over."""
    worths = [title.worth for title in act.event.titles]
    twice = sorted({worth.value for worth in worths if worths.count(worth) > 1})
    over = [title.worth.value for title in act.event.titles if not title.term_from <= title.term_until >= act.day]
    if not twice and not over:
        return None
    zh, en = "随带称号重复或者认定期已届满", "a title goes along twice, or its term is over"
    return refuse(pack, "T-28", zh, en, (*twice, *over), "/titles")


def terms_of_the_policy(unit: Unit, act: Act[UnitReceived], pack: Pack) -> Refusal | None:
    """T-28, I-11: what is taken in has begun or is about to, and lasts no longer than the policy gives, with the one
    extension that a renewal may have had.
    """
    for title in act.event.titles:
        name = taken_in_as(title.worth, pack)
        if name is None:
            continue
        begins = pack.after(act.day, pack.windows.term_begins)
        latest = pack.after(pack.after(title.term_from, pack.titles[name].term), pack.windows.extension)
        if title.term_from > begins or title.term_until > latest:
            zh, en = (
                f"认定期须不晚于{begins}开始、{latest}前届满",
                f"the term begins by {begins} and is over by {latest}",
            )
            return refuse(pack, "T-28", zh, en, (title.worth.value,), "/titles")
    return None


def not_taken_away_here(unit: Unit, act: Act[UnitReceived], pack: Pack) -> Refusal | None:
    """T-28, I-16: a title that it waits for here, as one that was taken away, does not come back by a receipt."""
    waits = waiting(unit, act.day, pack)
    again = [title.worth.value for title in act.event.titles if title.worth in waits]
    if not again:
        return None
    zh, en = "该称号在本登记册的等待期未满", "the unit still waits here before it may have that title again"
    return refuse(pack, "T-28", zh, en, again, "/titles")


def takes_in(unit: Unit, act: Act[UnitReceived], pack: Pack) -> Event:
    """Of what goes along, the titles that the pack takes in as its own; and the digest of the paper."""
    held = tuple(
        TitleTakenIn(title=name, term_from=title.term_from, term_until=title.term_until)
        for title in act.event.titles
        if (name := taken_in_as(title.worth, pack)) is not None
    )
    return act.event.model_copy(update={"held": held, "document_digest": _digest_of(act)})


def taken_in_as(worth: ComparableTitle, pack: Pack) -> str | None:
    """The title of the pack as which one of that worth is taken in from another province; None where it ends there."""
    if worth not in pack.comparable.taken_in:
        return None
    mine = (name for name, title in pack.titles.items() if UnitKind.ENTERPRISE in title.kinds)
    return next((name for name in mine if pack.comparable.titles[name] is worth), None)


_APPROVERS = approver(PROVINCE)

CHAPTER: Chapter[Unit] = Chapter(
    "handover",
    {UnitHandedOver: _handed_over, UnitReceived: _received},
    (
        Law(
            UnitHandedOver,
            office=_APPROVERS,
            rule="T-28",
            state=(registered, an_enterprise, nothing_is_escaped, grave_facts_are_answered),
            content=(to_another_province, paper_of(DocumentKind.TRANSFER)),
            propose=goes_along,
            reads=rounds_with_a_place,
            effects=leave_every_place,
            second=Second(_APPROVERS, two_houses=True),
            undone_by_procedure=True,
        ),
        Law(
            UnitReceived,
            office=_APPROVERS,
            rule="T-28",
            opens=True,
            state=(not_here,),
            content=(
                code_fits_kind,
                within_the_province,
                code_is_free,
                from_another_province,
                each_worth_once,
                terms_of_the_policy,
                not_taken_away_here,
                paper_of(DocumentKind.TRANSFER),
            ),
            place=lambda event: event.place,
            propose=takes_in,
            reads=code_of,
            effects=claim_code,
            second=Second(_APPROVERS, two_houses=True),
            undone_by_procedure=True,
        ),
    ),
)
