"""What a proposal, and a revocation that took place, make somebody owe (T-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from events.words import (
    Level,
    Matter,
    ObligationKind,
)
from services.casework.calendar import Span
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.pack_parts import Windows
from services.casework.policy.state import Packs
from services.casework.unit.answers import titles_to_answer, unanswered
from services.casework.unit.charge import charge_of
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.revocation.hearing import to_serve
from services.casework.unit.revocation.state import Proposal
from services.casework.unit.standing_in import pressed

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """For what waits for an answer about a title, a proposal or the reason why not (I-14); the next step of every
    proposal in its days (T-12); after a revocation the plaque back, the announcement
    (I-10), and the answer to who asks for it to be reconsidered; of each, what follows where it is missed.
    """
    for title in titles_to_answer(unit):
        for version, since in unanswered(unit, title):
            pack, ref = packs.on(since), f"{version}:{title}"
            due, level = pack.after(since, pack.windows.propose_revocation), charge_of(title, pack)
            yield of_office(unit, pack, ObligationKind.PROPOSE_REVOCATION, ref, level, since, due)
    for title, duty in _owed(unit, packs):
        yield from pressed(unit, title, duty, packs)


def _owed(unit: Unit, packs: Packs) -> Iterator[tuple[str, Obligation]]:
    for proposal in unit.revocation.proposals.values():
        if proposal.title in packs.on(proposal.day).titles:
            yield from ((proposal.title, duty) for duty in _steps(unit, proposal, packs))
    yield from _plaques(unit, packs)
    for title, done in unit.revocation.done.items():
        pack = packs.on(done.day)
        if title not in pack.titles:
            continue
        if not done.announced:
            due, level = pack.after(done.day, pack.windows.announce), pack.titles[title].revoked_by
            ref, kind = str(done.version), ObligationKind.ANNOUNCE
            yield title, of_office(unit, pack, kind, ref, level, done.day, due)
        if done.reconsideration is not None and done.reconsideration_on is not None:
            since, ref, pack = done.reconsideration_on, str(done.reconsideration), packs.on(done.reconsideration_on)
            kind, level = ObligationKind.DECIDE_RECONSIDERATION, pack.titles[title].revoked_by
            yield title, of_office(unit, pack, kind, ref, level, since, pack.after(since, pack.windows.reconsideration))


def _plaques(unit: Unit, packs: Packs) -> Iterator[tuple[str, Obligation]]:
    """A plaque that is to come back, since the revocation, the closing or the succession (I-10, T-21)."""
    for plaque in unit.naming.plaques.values():
        since = plaque.to_recover_since
        if since is None or plaque.state is not PlaqueState.TO_RECOVER:
            continue
        pack = packs.on(since)
        due, level = pack.after(since, pack.windows.recover_plaque), charge_of(plaque.title, pack)
        yield plaque.title, of_office(unit, pack, ObligationKind.RECOVER_PLAQUE, plaque.code, level, since, due)


def _steps(unit: Unit, proposal: Proposal, packs: Packs) -> Iterator[Obligation]:
    """What is owed next in a proposal: the grounds told, the unit heard, the houses, the nation, the decision."""
    ref, title = str(proposal.version), packs.on(proposal.day).titles[proposal.title]

    def owed(kind: ObligationKind, level: Level, since: date, days: Callable[[Windows], Span]) -> Obligation:
        pack = packs.on(since)
        return of_office(unit, pack, kind, ref, level, since, pack.after(since, days(pack.windows)))

    over = proposal.hearing_over_on(unit.common)
    if over is None:
        yield to_serve(unit, proposal, packs)
        return
    if proposal.heard is None and proposal.hearing_due is not None:
        since, level = proposal.served_on or proposal.day, proposal.level or title.revoked_by
        yield of_unit(packs.on(since), ObligationKind.STATEMENT, ref, since, proposal.hearing_due, level)
    if over == date.max:
        return
    opined = _houses_opined_on(unit, proposal, packs.on(over))
    if opined is None:
        yield owed(
            ObligationKind.REVOCATION_OPINIONS, title.revoked_by, over, lambda windows: windows.revocation_opinions
        )
    elif title.consent_by is None:
        yield owed(
            ObligationKind.DECIDE_REVOCATION, title.revoked_by, opined, lambda windows: windows.decide_revocation
        )
    elif proposal.consent_requested_on is None:
        yield owed(ObligationKind.ASK_CONSENT, Level.PROVINCE, opined, lambda windows: windows.ask_consent)
    else:
        refused = proposal.consent_refused_on if proposal.consent_refused is not None else None
        answered = proposal.consent_on or refused
        if answered is None:
            asked = proposal.consent_requested_on
            yield owed(ObligationKind.ANSWER_CONSENT, title.consent_by, asked, lambda windows: windows.answer_consent)
        else:
            yield owed(
                ObligationKind.DECIDE_REVOCATION, title.revoked_by, answered, lambda windows: windows.decide_revocation
            )


def _houses_opined_on(unit: Unit, proposal: Proposal, pack: Pack) -> date | None:
    """The day on which the last of the houses opined; None where one is missing."""
    given = unit.evaluation.given(Matter.REVOCATION, proposal.title, pack.titles[proposal.title].revoked_by)
    if any(house not in given for house in pack.quorums.houses):
        return None
    return max(opinion.day for opinion in given.values())
