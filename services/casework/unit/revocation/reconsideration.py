"""A revocation looked at again on the request of the unit (I-13, T-07)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.revocation import (
    UnitReconsiderationDecided,
)
from events.words import (
    Level,
    Matter,
    ReconsiderationOutcome,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.unit.evaluation.majority import not_carried
from services.casework.unit.evaluation.state import opinions_relied_on
from services.casework.unit.revocation.proposal import consenting, where_revoked, with_the_nation

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def where_reconsidered(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that revokes the title, and the level whose consent that took (T-07)."""
    return where_revoked(unit, act, pack) | consenting(act, pack)


def propose_reconsidered(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Event:
    """The opinions that it rests on are those of the level that revoked (T-07)."""
    event = act.event
    if event.title is None or event.title not in pack.titles:
        return event
    level = pack.titles[event.title].revoked_by
    return event.model_copy(
        update={"opinions": opinions_relied_on(unit, Matter.RECONSIDERATION, event.title, level) or None}
    )


def set_aside_with_the_nation(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Refusal | None:
    """T-07, T-08: a revocation that the nation consented to is set aside by the nation, or by its paper."""
    done, title = unit.revocation.done.get(act.title or ""), pack.titles.get(act.title or "")
    if done is None or title is None or act.event.outcome is not ReconsiderationOutcome.SET_ASIDE:
        return None
    if done.consent is None and title.named_by is not Level.NATION:
        return None
    return with_the_nation(act, act.event.paper, done.consent or done.version, pack)


def set_aside_with_the_houses(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Refusal | None:
    """T-07: what was revoked with the houses' opinions is set aside with their opinions on the reconsideration."""
    title = pack.titles.get(act.title or "")
    if title is None or act.title is None or act.event.outcome is not ReconsiderationOutcome.SET_ASIDE:
        return None
    wanting = not_carried(Matter.RECONSIDERATION, unit, act.title, title.revoked_by, pack)
    return refuse(pack, "T-07", wanting.zh, wanting.en, wanting.facts) if wanting is not None else None


def not_dismissed_against_the_houses(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Refusal | None:
    """T-22: what the houses would set aside is not upheld by one person, but for what takes the nation as well."""
    done, title = unit.revocation.done.get(act.title or ""), pack.titles.get(act.title or "")
    if done is None or title is None or act.event.outcome is not ReconsiderationOutcome.UPHELD:
        return None
    if done.consent is not None or title.named_by is Level.NATION:
        return None
    if not_carried(Matter.RECONSIDERATION, unit, done.title, title.revoked_by, pack) is not None:
        return None
    given = unit.evaluation.given(Matter.RECONSIDERATION, done.title, title.revoked_by)
    zh, en = (
        f"{title.revoked_by.zh}各成员单位的意见为撤销",
        f"the houses of the {title.revoked_by.en} would set it aside",
    )
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


def revoked_on(unit: Unit, act: Intent) -> date | None:
    """The day of the revocation that is reconsidered."""
    done = unit.revocation.done.get(act.title or "")
    return done.day if done is not None else None


def reconsideration_asked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05, T-07: what is reconsidered is a revocation of which the unit asked for that."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.reconsideration is not None:
        return None
    return refuse(pack, "I-05", "没有复核申请", "no reconsideration was asked for", sorted(unit.revocation.done))


def reconsidered_once_at_a_time(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: what is asked for already is not asked for again."""
    done = unit.revocation.done.get(act.title or "")
    if done is None or done.reconsideration is None:
        return None
    return refuse(pack, "I-05", "已申请复核", "asked for already", (done.reconsideration,), final=True)
