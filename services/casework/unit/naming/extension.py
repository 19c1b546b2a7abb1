"""A term that is made longer (policy 五(四))."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from events.unit.naming import (
    UnitTermExtended,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.unit.application import case_of
from services.casework.unit.naming.term import without_the_nation

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def extended_by_the_nation(unit: Unit, act: Act[UnitTermExtended], pack: Pack) -> Refusal | None:
    """T-08: a title of the nation is extended by the nation's act, or by its paper in the register."""
    return without_the_nation(act, act.event.paper, "T-08", pack)


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


def applied_on(unit: Unit, act: Intent) -> date | None:
    """The day of the application that an extension bridges."""
    case = case_of(unit, act)
    return unit.entries[case.opened - 1].day if case is not None else None


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
