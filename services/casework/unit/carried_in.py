"""Titles that were given before the register was opened: taken over as their paper says, not judged here (T-24)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from events.places import at_level
from events.unit.naming import UnitTitleCarriedIn
from events.words import Level
from services.casework.document.state import Paper
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.office import ALL_LEVELS
from services.casework.pack import Pack
from services.casework.register.state import Register, register_stream
from services.casework.unit.application import deciding_level
from services.casework.unit.plaques import plaque_code_of
from services.casework.unit.separation import people_before

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def where_carried_in(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The title's own level; for the nation's titles the province."""
    return frozenset({deciding_level(act.title, pack)}) if act.title in pack.titles else ALL_LEVELS


def never_held_here(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-24: what this register gave, took away or saw end is not brought in from before it."""
    title = act.title or ""
    held = unit.naming.held.get(title)
    if held is None and title in unit.naming.gone:
        held = unit.naming.gone[title][1]
    if held is None:
        return None
    zh, en = "本登记册已有该称号的记录", "this register has a record of the title already"
    return refuse(pack, "T-24", zh, en, (held.version,))


def not_being_applied_for(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-24: a title that is being applied for is judged here."""
    case = unit.application.cases.get(act.title or "")
    if case is None:
        return None
    zh, en = "该称号正在申报", "an application for the title is open"
    return refuse(pack, "T-24", zh, en, (case.opened,))


def not_on_a_reserve_list(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-24, T-18: who stands on the reserve list for the title leaves it first, and its place there comes free."""
    campaign = unit.naming.reserve.get(act.title or "")
    if campaign is None:
        return None
    return refuse(pack, "T-24", "该单位在储备名单上", "the unit is on the reserve list for the title", (campaign,))


def given_before_the_register(unit: Unit, act: Act[UnitTitleCarriedIn], pack: Pack) -> Refusal | None:
    """T-24: the term began, and the paper is, of a day before the register's opening."""
    stream = register_stream(pack.place)
    register = act.context.find(Register, stream)
    opened_on = register.opened_on if register is not None else None
    if opened_on is None:
        if not act.context.whole and register is None:
            return None
        return refuse(pack, "T-24", "登记册尚未启用", "the register has not been opened", (stream,))
    paper = act.context.find(Paper, act.event.paper)
    dated = paper.recorded.dated if paper is not None and paper.recorded is not None else act.event.term_from
    for day, pointer in ((act.event.term_from, "/term_from"), (dated, "/paper")):
        if day >= opened_on:
            zh, en = f"{day}不早于登记册启用日{opened_on}", f"{day} is not before the register's opening on {opened_on}"
            return refuse(pack, "T-24", zh, en, (opened_on,), pointer)
    return None


def term_as_the_policy_has_it(unit: Unit, act: Act[UnitTitleCarriedIn], pack: Pack) -> Refusal | None:
    """T-24, I-11: a term that still runs, and that is no longer than the policy gives."""
    event, title = act.event, pack.titles.get(act.title or "")
    if title is None:
        return None
    latest = pack.after(event.term_from, title.term) - timedelta(days=1)
    if act.day <= event.term_until <= latest:
        return None
    zh, en = f"认定期须未届满，且不晚于{latest}", f"the term is not over yet, and ends on {latest} at the latest"
    return refuse(pack, "T-24", zh, en, (), "/term_until")


def term_begins_with_its_paper(unit: Unit, act: Act[UnitTitleCarriedIn], pack: Pack) -> Refusal | None:
    """T-24, T-14: the term begins on the day of the paper of naming, or within the days that a term has to begin."""
    paper = act.context.find(Paper, act.event.paper)
    if paper is None or paper.recorded is None:
        return None
    dated = paper.recorded.dated
    latest = pack.after(dated, pack.windows.term_begins)
    if dated <= act.event.term_from <= latest:
        return None
    zh, en = f"认定期须自文件日期{dated}至{latest}间开始", f"the term of that paper begins between {dated} and {latest}"
    return refuse(pack, "T-24", zh, en, (paper.id,), "/term_from")


def paper_names_units(unit: Unit, act: Act[UnitTitleCarriedIn], pack: Pack) -> Refusal | None:
    """T-24: the paper was confirmed with a list of whom it names."""
    paper = act.context.find(Paper, act.event.paper)
    if paper is None or paper.recorded is None:
        return None
    if paper.confirmed is not None and not paper.units:
        zh, en = "文件确认时未列名单", "the paper was confirmed without a list of whom it names"
        return refuse(pack, "T-24", zh, en, (paper.id,), "/paper")
    return None


def what_carrying_in_rests_on(unit: Unit, event: UnitTitleCarriedIn) -> Iterator[UUID]:
    """The register, for the day of its opening, the plaque's code, and who took part before."""
    province = at_level(unit.life.place, Level.PROVINCE)
    if province is not None:
        yield register_stream(province)
    yield from plaque_code_of(unit, event)
    yield from people_before(unit, event)
