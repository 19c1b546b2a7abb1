"""What follows a revocation: the plaque comes back, the public is told (I-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.revocation import (
    UnitPlaqueRecovered,
)
from events.words import (
    Level,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.office import (
    IN_PROVINCE,
)
from services.casework.pack import Pack
from services.casework.unit.charge import charge_of
from services.casework.unit.plaques import PlaqueState

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def where_plaque_is_watched(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that watches over a title whose plaque is to come back, and those above it in the province."""
    waiting = (p.title for p in unit.naming.plaques.values() if p.state is PlaqueState.TO_RECOVER)
    lowest = min((charge_of(title, pack).rank for title in waiting), default=Level.PREFECTURE.rank)
    return frozenset(level for level in IN_PROVINCE if level.rank >= lowest)


def propose_recovered(unit: Unit, act: Act[UnitPlaqueRecovered], pack: Pack) -> Event:
    """Without a day of its own, today."""
    event = act.event
    return event.model_copy(update={"on": event.on or act.day})


def was_revoked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (I-10): only a revocation is announced or reconsidered."""
    if (act.title or "") not in unit.revocation.done:
        return refuse(pack, "I-05", "该称号未被取消", "the title has not been revoked")
    return None


def not_announced_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-10: announced once."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.announced:
        return refuse(pack, "I-10", "已向社会公布", "announced already", (done.version,), final=True)
    return None


def plaque_to_recover(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-10: a plaque of a revoked title that is still out."""
    if not any(p.state is PlaqueState.TO_RECOVER for p in unit.naming.plaques.values()):
        return refuse(pack, "I-10", "没有待收回的铭牌", "there is no plaque to recover")
    return None


def that_plaque_to_recover(unit: Unit, act: Act[UnitPlaqueRecovered], pack: Pack) -> Refusal | None:
    """I-10: the plaque named is the one to recover."""
    plaque = unit.naming.plaques.get(act.event.plaque)
    if plaque is None or plaque.state is not PlaqueState.TO_RECOVER:
        return refuse(pack, "I-10", "不是待收回的铭牌", "that plaque is not to be recovered", pointer="/plaque")
    since = plaque.to_recover_since
    if since is not None and act.event.on is not None and act.event.on < since:
        return refuse(pack, "I-21", f"{since}起方须收回", f"it is to be recovered since {since}", (since,), "/on")
    return None
