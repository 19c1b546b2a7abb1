"""The kind `check`: a plan of checks, and its draw by the register, that anyone can redo (policy 五(五)3, T-19)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from events.envelope import Event
from events.governance.check import (
    CheckDrawn,
    CheckListFrozen,
    CheckOrdered,
    CheckPlanned,
    CheckShareCommitted,
    CheckShareRevealed,
    CheckShareWithheld,
)
from events.words import CheckKind, Level, ObligationKind
from services.casework.check import state
from services.casework.check.draw import drawn_of
from services.casework.check.state import Plan, check_stream
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import ANY_OFFICE, SYSTEM, desk
from services.casework.pack import Pack
from services.casework.shares import (
    all_revealed,
    commitments_complete,
    list_frozen,
    owed_shares,
    seed_of_the_shares,
    share_laws,
)

if TYPE_CHECKING:
    from services.casework.policy.state import Packs


def shares_needed(plan: Plan, pack: Pack) -> int:
    """How many houses commit: all for a draw of the province or the nation, fewer below."""
    houses = len(pack.quorums.houses)
    return houses if plan.level.rank >= Level.PROVINCE.rank else min(pack.quorums.draw_houses, houses)


# --- the order of steps -----------------------------------------------------------------------------------------------


def due_not_past(plan: Plan, act: Act[CheckPlanned], pack: Pack) -> Refusal | None:
    """I-21, T-05: what is planned is due today or later, and within the pack's days."""
    due, latest = act.event.due, pack.after(act.day, pack.windows.planned_ahead)
    if due > latest:
        return refuse(pack, "T-05", f"期限不晚于{latest}", f"it is due by {latest} at the latest", (), "/due")
    return refuse(pack, "I-21", f"期限{due}已过", f"the due day {due} is past", (), "/due") if due < act.day else None


def kind_is_drawn(plan: Plan, act: Act[CheckPlanned], pack: Pack) -> Refusal | None:
    """T-19: targeted checks follow signals and cross-inspections are the nation's; neither is drawn here."""
    kind = act.event.kind
    if kind in (CheckKind.TARGETED, CheckKind.CROSS):
        return refuse(pack, "T-19", f"{kind.zh}不经抽取", f"a {kind.en} is not drawn", (), "/kind")
    return None


def not_frozen_yet(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: a list is frozen once."""
    return (
        refuse(pack, "T-19", "名单已冻结", "the list is frozen already", final=True)
        if plan.frozen is not None
        else None
    )


def not_drawn_yet(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: a plan is drawn once."""
    return (
        refuse(pack, "T-19", "该方案已抽取", "this plan was drawn already", final=True)
        if plan.drawn is not None
        else None
    )


def draws_somebody(plan: Plan, act: Act[CheckPlanned], pack: Pack) -> Refusal | None:
    """T-19: a share of nothing draws nobody."""
    if act.event.share > 0:
        return None
    return refuse(pack, "T-19", "抽查比例须大于零", "a share of nothing draws nobody", (), "/share")


# --- the list ---------------------------------------------------------------------------------------------------------


def propose_frozen(plan: Plan, act: Act[CheckListFrozen], pack: Pack) -> Event:
    """How many houses commit to shares."""
    return act.event.model_copy(update={"shares": shares_needed(plan, pack)})


def list_is_the_registers(plan: Plan, act: Act[CheckListFrozen], pack: Pack) -> Refusal | None:
    """T-19: the register fills in the list as of a position of its log, and somebody is on it."""
    event = act.event
    if event.position is None or event.document is None or not event.strata or not event.population:
        return refuse(pack, "T-19", "名单须由登记簿填写且不为空", "the list is the register's own, and not empty")
    if event.population != sum(stratum.units for stratum in event.strata):
        return refuse(pack, "T-19", "名单户数与各层不符", "the strata do not add up to the list")
    return None


# --- the draw ---------------------------------------------------------------------------------------------------------


def drawn_from_the_list(plan: Plan, act: Act[CheckDrawn], pack: Pack) -> Refusal | None:
    """T-19: population and the number of units follow from the list and the plan; nobody types them."""
    event, listed = act.event, plan.frozen
    if listed is None or plan.planned is None or listed.document is None:
        return None
    if (event.population, event.population_digest) != (listed.population, listed.document.sha256):
        return refuse(pack, "T-19", "与冻结的名单不符", "not the list that was frozen", (), "/population_digest")
    units = event.units or ()
    wanted = sum(drawn_of(stratum.units, plan.planned.share) for stratum in listed.strata or ())
    if len(units) != wanted or len(set(units)) != wanted:
        return refuse(pack, "T-19", f"应抽取{wanted}户", f"{wanted} units are drawn", (), "/units")
    return None


def of_a_drawn_unit(plan: Plan, act: Act[CheckOrdered], pack: Pack) -> Refusal | None:
    """T-19: what was ordered is the check of a unit drawn."""
    if act.event.unit in plan.to_order:
        return None
    return refuse(pack, "T-19", "该单位未被抽中或已下达", "not drawn, or ordered already", (act.event.unit,), "/unit")


def obligations(plan: Plan, packs: Packs) -> Iterator[Obligation]:
    """Shares are committed to and revealed in their days; each unit drawn owes a check at once."""
    if plan.planned is None:
        return
    office = holder(plan.level, plan.planned.place)
    if plan.drawn is None or plan.drawn_on is None:
        yield from owed_shares(plan, office, packs)
        return
    pack = packs.on(plan.drawn_on)
    due = pack.after(plan.drawn_on, pack.windows.order_check)
    for unit in plan.to_order:
        yield owed(pack, ObligationKind.ORDER_CHECK, f"{unit}", office, plan.drawn_on, due)


_DESK = desk(ANY_OFFICE)

CHECK = Kind(
    "check",
    Plan,
    (
        Chapter(
            None,
            {
                CheckPlanned: state.planned,
                CheckListFrozen: state.frozen,
                CheckShareCommitted: state.committed,
                CheckShareRevealed: state.revealed,
                CheckShareWithheld: state.withheld,
                CheckDrawn: state.drawn,
                CheckOrdered: state.ordered,
            },
            (
                Law(
                    CheckPlanned,
                    office=_DESK,
                    rule="T-19",
                    opens=True,
                    once=True,
                    content=(kind_is_drawn, due_not_past, draws_somebody),
                    place=lambda event: event.place,
                    undone_by_procedure=True,
                ),
                Law(
                    CheckListFrozen,
                    office=_DESK,
                    rule="T-19",
                    state=(not_frozen_yet,),
                    content=(list_is_the_registers,),
                    propose=propose_frozen,
                    undone_by_procedure=True,
                ),
                *share_laws(CheckShareCommitted, CheckShareRevealed, CheckShareWithheld, _DESK, not_drawn_yet),
                Law(
                    CheckDrawn,
                    office=_DESK,
                    rule="T-19",
                    state=(list_frozen, not_drawn_yet, commitments_complete, all_revealed),
                    content=(seed_of_the_shares, drawn_from_the_list),
                    settles=(ObligationKind.DRAW_SHARE,),
                    undone_by_procedure=True,
                ),
                Law(
                    CheckOrdered,
                    office=(SYSTEM,),
                    rule="T-19",
                    content=(of_a_drawn_unit,),
                    settles=(ObligationKind.ORDER_CHECK,),
                    undone_by_procedure=True,
                ),
            ),
            obligations,
        ),
    ),
    place=lambda plan: plan.planned.place if plan.planned is not None else None,
    is_open=lambda plan: plan.planned is not None,
    label=lambda plan, language: plan.planned.name if plan.planned is not None else "",
    key=lambda event: check_stream(event.place, event.kind, event.period),
)
