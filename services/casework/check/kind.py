"""The kind `check`: a plan of checks, and its draw by the register, that anyone can redo (policy 五(五)3, T-19)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Actor, Event
from events.governance.check import (
    CheckDrawn,
    CheckListFrozen,
    CheckOrdered,
    CheckPlanned,
    CheckShareCommitted,
    CheckShareRevealed,
    CheckShareWithheld,
)
from events.places import PLACES
from events.words import CheckKind, House, Level, ObligationKind, Role
from services.casework.check import state
from services.casework.check.draw import drawn_of, seed_of, share_digest
from services.casework.check.state import Plan, check_stream
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import ANY_OFFICE, SYSTEM, desk
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

_WITHHELD_TWICE = 2


def level_of(plan: Plan) -> Level:
    """The level whose draw it is."""
    return PLACES[plan.planned.place].level if plan.planned is not None else Level.PROVINCE


def shares_needed(plan: Plan, pack: Pack) -> int:
    """How many houses commit: all for a draw of the province or the nation, fewer below."""
    houses = len(pack.quorums.houses)
    return houses if level_of(plan).rank >= Level.PROVINCE.rank else min(pack.quorums.draw_houses, houses)


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


def list_frozen(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: nothing is committed to before the list is frozen."""
    return refuse(pack, "T-19", "名单尚未冻结", "the list is not frozen yet") if plan.frozen is None else None


def commitments_open(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: once all have committed the log's head is fixed, and nobody commits any more."""
    return (
        refuse(pack, "T-19", "各家均已提交摘要", "all houses have committed already", final=True)
        if plan.complete
        else None
    )


def commitments_complete(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: no share is revealed before all have committed."""
    return None if plan.complete else refuse(pack, "T-19", "各家尚未全部提交摘要", "not all houses have committed yet")


def all_revealed(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: the register draws once every share is revealed."""
    if not plan.hidden:
        return None
    return refuse(pack, "T-19", "尚有份额未公开", "some share is not revealed yet", plan.hidden)


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


# --- the shares -------------------------------------------------------------------------------------------------------


def speaks_for_house(plan: Plan, act: Act[CheckShareCommitted | CheckShareRevealed], pack: Pack) -> Refusal | None:
    """T-19: a share is its own house's, at the plan's level; after two were withheld, others give that of who did."""
    house, actor = act.event.house, act.actor
    if house not in pack.quorums.houses:
        return refuse(pack, "T-19", "不是成员单位", "that house is none of the programme's", (house,), "/house")
    if _replaced(plan, house):
        return None if _stands_in(plan, house, actor) else _by_others(house, pack)
    if actor.house is house and actor.level is level_of(plan):
        return None
    zh = f"份额由{level_of(plan).zh}级{house.zh}本家提交"
    en = f"the share is that of {house.en} at the level of the {level_of(plan).en}"
    return refuse(pack, "T-19", zh, en, (house,), "/house")


def _replaced(plan: Plan, house: House) -> bool:
    """Whether the share of a house is given by others: it withheld one, and the plan has seen two withheld."""
    return house in plan.withheld and sum(plan.withheld.values()) >= _WITHHELD_TWICE


def _stands_in(plan: Plan, house: House, actor: Actor) -> bool:
    """Whether an officer stands in for a house: of a level above, or where a register has none, another house's."""
    level = level_of(plan)
    if actor.level is None or actor.level.rank < level.rank:
        return False
    top = level.rank >= Level.PROVINCE.rank and actor.house is not house and Role.APPROVER in actor.roles
    return actor.level.rank > level.rank or top


def _by_others(house: House, pack: Pack) -> Refusal:
    zh = f"{house.zh}曾逾期不交份额，由上级代为提交；省级由其他成员单位的审批人员代为提交"
    en = f"{house.en} withheld its share: the level above gives it, in the province an approver of another house"
    return refuse(pack, "T-19", zh, en, (house,), "/house")


def house_commits_once(plan: Plan, act: Act[CheckShareCommitted], pack: Pack) -> Refusal | None:
    """T-19: a house commits to one share."""
    if act.event.house in plan.committed:
        return refuse(pack, "T-19", "该家已提交摘要", "that house has committed already", (act.event.house,), "/house")
    return None


def share_as_committed(plan: Plan, act: Act[CheckShareRevealed], pack: Pack) -> Refusal | None:
    """T-19: the share revealed is the one committed to, once."""
    house = act.event.house
    if house not in plan.hidden:
        zh, en = "该家没有待公开的份额", "that house has no share to reveal"
        all_known = plan.complete and not plan.hidden
        return refuse(pack, "T-19", zh, en, (house,), "/house", final=all_known)
    if plan.committed[house] != share_digest(plan.id, house.value, act.event.share):
        return refuse(pack, "T-19", "份额与摘要不符", "the share is not the one committed to", (house,), "/share")
    return None


def share_is_withheld(plan: Plan, act: Act[CheckShareWithheld], pack: Pack) -> Refusal | None:
    """T-19: a share is withheld where its house could give it and let its days pass."""
    house = act.event.house
    since = plan.last.day if plan.complete and plan.last is not None else plan.since
    everybody = plan.frozen is not None and (plan.frozen.shares or 0) >= len(pack.quorums.houses)
    missing = plan.hidden if plan.complete else tuple(h for h in pack.quorums.houses if h not in plan.committed)
    if house not in missing or since is None or not (plan.complete or everybody):
        return refuse(pack, "T-19", "不欠该家份额", "no share is missing of that house", (house,), "/house")
    until = pack.after(since, pack.windows.draw_share)
    if act.day <= until:
        return refuse(pack, "T-19", f"期限至{until}", f"the house has until {until}", (house,), "/house")
    return None


# --- the draw ---------------------------------------------------------------------------------------------------------


def drawn_by_the_register(plan: Plan, act: Act[CheckDrawn], pack: Pack) -> Refusal | None:
    """T-19: head, seed, population and the number of units follow from what was recorded; nobody types them."""
    event, listed, last = act.event, plan.frozen, plan.last
    if listed is None or last is None or plan.planned is None or event.head is None or listed.document is None:
        return refuse(pack, "T-19", "抽取须由登记簿填写", "a draw is the register's own")
    shares = {house.value: share for house, share in plan.revealed.items()}
    head = last.head(event.head, plan.id)
    if event.head_digest != head or event.seed != seed_of(shares, head):
        return refuse(pack, "T-19", "种子与份额和日志位置不符", "the seed is not that of shares and head", (), "/seed")
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
    if plan.planned is None or plan.since is None:
        return
    office = holder(level_of(plan), plan.planned.place)
    if plan.drawn is not None and plan.drawn_on is not None:
        pack = packs.on(plan.drawn_on)
        due = pack.after(plan.drawn_on, pack.windows.order_check)
        for unit in plan.to_order:
            yield owed(pack, ObligationKind.ORDER_CHECK, f"{unit}", office, plan.drawn_on, due)
    elif plan.complete and plan.last is not None:
        for house in plan.hidden:
            yield _share(packs, f"reveal:{plan.attempt}:{house.value}", office, plan.last.day)
    else:
        yield _share(packs, f"commit:{plan.attempt}", office, plan.since)


def _share(packs: Packs, ref: str, office: str, since: date) -> Obligation:
    pack = packs.on(since)
    due = pack.after(since, pack.windows.draw_share)
    return owed(pack, ObligationKind.DRAW_SHARE, ref, office, since, due)


_DESK = desk(ANY_OFFICE)
_SHARE = (ObligationKind.DRAW_SHARE,)

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
                Law(
                    CheckShareCommitted,
                    office=_DESK,
                    rule="T-19",
                    state=(list_frozen, not_drawn_yet, commitments_open),
                    content=(speaks_for_house, house_commits_once),
                    settles=_SHARE,
                    undone_by_procedure=True,
                ),
                Law(
                    CheckShareRevealed,
                    office=_DESK,
                    rule="T-19",
                    state=(list_frozen, not_drawn_yet, commitments_complete),
                    content=(speaks_for_house, share_as_committed),
                    settles=_SHARE,
                    undone_by_procedure=True,
                ),
                Law(
                    CheckShareWithheld,
                    office=_DESK,
                    rule="T-19",
                    state=(list_frozen, not_drawn_yet),
                    content=(share_is_withheld,),
                    settles=_SHARE,
                    undone_by_procedure=True,
                ),
                Law(
                    CheckDrawn,
                    office=_DESK,
                    rule="T-19",
                    state=(list_frozen, not_drawn_yet, commitments_complete, all_revealed),
                    content=(drawn_by_the_register,),
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
    label=lambda plan: plan.planned.name if plan.planned is not None else "",
    key=lambda event: check_stream(event.place, event.kind, event.period),
)
