"""The kind `crosscheck`: provinces inspect one another's national model units (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.governance.crosscheck import (
    CrosscheckAssigned,
    CrosscheckListsFrozen,
    CrosscheckPlanned,
    CrosscheckReported,
    CrosscheckShareCommitted,
    CrosscheckShareRevealed,
    CrosscheckShareWithheld,
)
from events.places import NATION as WHOLE_NATION
from events.words import Level, ObligationKind
from services.casework.crosscheck import state
from services.casework.crosscheck.draw import inspectors, last_inspectors
from services.casework.crosscheck.state import CrossInspection
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder
from services.casework.office import NATION, desk
from services.casework.pack import Pack
from services.casework.province.kind import all_belong, provinces_only
from services.casework.province.state import Belonging, province_stream
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


def provinces_once_each(inspection: CrossInspection, act: Act[CrosscheckPlanned], pack: Pack) -> Refusal | None:
    """I-22: the list names provinces, each once."""
    places = act.event.provinces
    if len(set(places)) < len(places):
        return refuse(pack, "I-22", "名单中有重复省份", "a province is on the list twice", (), "/provinces")
    return provinces_only(places, pack)


def provinces_belong(inspection: CrossInspection, act: Act[CrosscheckPlanned], pack: Pack) -> Refusal | None:
    """I-22: every province on the list has joined."""
    if not act.context.whole:
        return None
    known = (act.context.find(Belonging, province_stream(place)) for place in act.event.provinces)
    return all_belong(act.event.provinces, [one.place for one in known if one is not None and one.belongs], pack)


def belonging_of(inspection: CrossInspection, event: CrosscheckPlanned) -> Iterator[UUID]:
    """The streams of the provinces on the list."""
    return (province_stream(place) for place in event.provinces)


def not_frozen_yet(inspection: CrossInspection, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: lists are frozen once."""
    if inspection.lists is not None:
        return refuse(pack, "T-19", "名单已冻结", "the lists are frozen already", final=True)
    return None


def not_assigned_yet(inspection: CrossInspection, act: Intent, pack: Pack) -> Refusal | None:
    """I-22: a plan is drawn once."""
    if inspection.assigned is not None:
        return refuse(pack, "I-22", "该方案已分派", "this plan was assigned already", final=True)
    return None


def propose_frozen(inspection: CrossInspection, act: Act[CrosscheckListsFrozen], pack: Pack) -> Event:
    """How many houses commit to shares."""
    needed = min(pack.quorums.draw_houses, len(pack.quorums.houses))
    return act.event.model_copy(update={"shares": needed})


def lists_are_the_registers(inspection: CrossInspection, act: Act[CrosscheckListsFrozen], pack: Pack) -> Refusal | None:
    """T-19: the register fills in the lists of the provinces that were planned, and some order of them will do."""
    event, plan = act.event, inspection.plan
    listed = event.provinces or ()
    if plan is None or event.document is None or [one.place for one in listed] != sorted(plan.provinces):
        return refuse(pack, "T-19", "名单须由登记簿填写", "the lists are the register's own, of the provinces planned")
    if inspectors("", plan.provinces, last_inspectors(listed)) is None:
        zh, en = "名单中的省份无法避开上次检查本省的省份", "in every order some province inspects its last inspector"
        return refuse(pack, "I-22", zh, en, plan.provinces)
    return None


def drawn_from_the_lists(inspection: CrossInspection, act: Act[CrosscheckAssigned], pack: Pack) -> Refusal | None:
    """I-22: who inspects whom follows from seed and lists, and as many units are drawn as were planned."""
    event, plan, lists = act.event, inspection.plan, inspection.lists
    if plan is None or lists is None or event.seed is None:
        return None
    listed, pairs = lists.provinces or (), event.assignments or ()
    drawn = inspectors(event.seed, plan.provinces, last_inspectors(listed))
    if {pair.inspected: pair.inspecting for pair in pairs} != drawn or len(pairs) != len(drawn):
        return refuse(pack, "I-22", "分派与种子和名单不符", "the pairs are not those of seed and lists")
    wanted = {one.place: min(one.population, plan.per_province) for one in listed}
    if any(len(pair.units) != wanted[pair.inspected] or len(set(pair.units)) != len(pair.units) for pair in pairs):
        zh, en = (
            f"每省应抽取{plan.per_province}户",
            f"{plan.per_province} units are drawn of each, or all that there are",
        )
        return refuse(pack, "I-22", zh, en)
    return None


def assigned(inspection: CrossInspection, act: Intent, pack: Pack) -> Refusal | None:
    """I-22: what is reported was assigned before."""
    if inspection.assigned is None:
        return refuse(pack, "I-22", "该方案尚未分派", "this plan is not assigned yet")
    return None


def reported_once(inspection: CrossInspection, act: Act[CrosscheckReported], pack: Pack) -> Refusal | None:
    """I-00: a unit of a province is reported once."""
    if (act.event.inspected, act.event.unit) in inspection.reported:
        return refuse(pack, "I-00", "该单位的互检结果已报告", "that unit was reported already")
    return None


def as_assigned(inspection: CrossInspection, act: Act[CrosscheckReported], pack: Pack) -> Refusal | None:
    """I-22: a finding is of a unit that this very province was drawn to inspect."""
    event = act.event
    if inspection.was_assigned(event.inspecting, event.inspected, event.unit):
        return None
    return refuse(pack, "I-22", "该单位未分派给该省检查", "the unit was not assigned to that province", (event.unit,))


def obligations(inspection: CrossInspection, packs: Packs) -> Iterator[Obligation]:
    """Shares are committed to and revealed in their days, and the draw is made in its own."""
    if inspection.assigned is None:
        yield from owed_shares(inspection, holder(Level.NATION, WHOLE_NATION), packs)


_DESK = desk(NATION)

CROSSCHECK = Kind(
    "crosscheck",
    CrossInspection,
    (
        Chapter(
            None,
            {
                CrosscheckPlanned: state.planned,
                CrosscheckListsFrozen: state.frozen,
                CrosscheckShareCommitted: state.committed,
                CrosscheckShareRevealed: state.revealed,
                CrosscheckShareWithheld: state.withheld,
                CrosscheckAssigned: state.assigned,
                CrosscheckReported: state.reported,
            },
            (
                Law(
                    CrosscheckPlanned,
                    office=_DESK,
                    rule="I-22",
                    opens=True,
                    once=True,
                    content=(provinces_once_each, provinces_belong),
                    reads=belonging_of,
                ),
                Law(
                    CrosscheckListsFrozen,
                    office=_DESK,
                    rule="T-19",
                    state=(not_frozen_yet,),
                    content=(lists_are_the_registers,),
                    propose=propose_frozen,
                    undone_by_procedure=True,
                ),
                *share_laws(
                    CrosscheckShareCommitted, CrosscheckShareRevealed, CrosscheckShareWithheld, _DESK, not_assigned_yet
                ),
                Law(
                    CrosscheckAssigned,
                    office=_DESK,
                    rule="I-22",
                    state=(list_frozen, not_assigned_yet, commitments_complete, all_revealed),
                    content=(seed_of_the_shares, drawn_from_the_lists),
                    settles=(ObligationKind.DRAW_SHARE,),
                    undone_by_procedure=True,
                ),
                Law(
                    CrosscheckReported,
                    office=_DESK,
                    rule="I-22",
                    state=(assigned,),
                    content=(reported_once, as_assigned),
                ),
            ),
            obligations,
        ),
    ),
    place=lambda inspection: None,
    is_open=lambda inspection: inspection.plan is not None,
    label=lambda inspection, language: inspection.plan.round if inspection.plan is not None else "",
)
