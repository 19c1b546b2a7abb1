"""The term of a title: where it is given, when it begins and ends, what is owed before its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.unit.naming import (
    UnitNamed,
    UnitNamingRefused,
)
from events.words import (
    Level,
    ObligationKind,
)
from services.casework.document.state import Paper
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import (
    ALL_LEVELS,
)
from services.casework.pack import Pack
from services.casework.unit.application import (
    case_of,
    deciding_level,
)
from services.casework.unit.duties import of_office
from services.casework.unit.plaques import (
    PlaqueState,
)

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


def where_named(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The title's level; for the nation's titles the province may record its paper (I-08)."""
    title = pack.titles.get(act.title or "")
    if title is None:
        return ALL_LEVELS
    return frozenset({Level.NATION, Level.PROVINCE} if title.named_by is Level.NATION else {title.named_by})


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


def national_document_given(unit: Unit, act: Act[UnitNamed | UnitNamingRefused], pack: Pack) -> Refusal | None:
    """I-08: the province records a decision of the nation only with its paper in the register."""
    return without_the_nation(act, act.event.paper, "I-08", pack)


def without_the_nation(act: Intent, paper: UUID | None, rule: str, pack: Pack) -> Refusal | None:
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


def nominated_on(unit: Unit, act: Intent) -> date | None:
    """The day on which the nation was asked to name the unit."""
    case = case_of(unit, act)
    return case.nominated_on if case is not None else None


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
