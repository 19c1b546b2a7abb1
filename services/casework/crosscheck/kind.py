"""The kind `crosscheck`: provinces inspect one another's national model units (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from services.casework.check.draw import seed_digest
from services.casework.crosscheck import state
from services.casework.crosscheck.state import CrossInspection
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import NATION, desk
from services.casework.pack import Pack
from services.casework.province.kind import all_belong, provinces_only
from services.casework.province.state import Belonging, province_stream


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


def not_assigned_yet(inspection: CrossInspection, act: Intent, pack: Pack) -> Refusal | None:
    """I-22: a plan is drawn once."""
    if inspection.assigned is not None:
        return refuse(pack, "I-22", "该方案已分派", "this plan was assigned already", final=True)
    return None


def assignment_follows_plan(inspection: CrossInspection, act: Act[CrosscheckAssigned], pack: Pack) -> Refusal | None:
    """I-22, T-19: with the seed committed to and the head of the plan, among the frozen provinces, nobody itself."""
    event, plan = act.event, inspection.plan
    if plan is None:
        return refuse(pack, "I-22", "没有方案", "nothing was planned")
    if plan.commitment != seed_digest(event.seed):
        zh = "种子与事先公布的摘要不符"
        return refuse(pack, "I-22", zh, "the seed is not the one that was committed", (), "/seed")
    head = inspection.committed.head(event.head or 0, inspection.id) if inspection.committed is not None else None
    if event.head_digest != head:
        zh, en = "日志位置须由登记簿填写", "the head is the plan's own entry, as the register stored it"
        return refuse(pack, "T-19", zh, en, (), "/head_digest")
    pairs = event.assignments or ()
    frozen = sorted(plan.provinces)
    if sorted(pair.inspected for pair in pairs) != frozen or sorted(pair.inspecting for pair in pairs) != frozen:
        return refuse(pack, "I-22", "与冻结的省份名单不符", "not the provinces that were frozen")
    if any(pair.inspecting == pair.inspected or len(pair.units) > plan.per_province for pair in pairs):
        return refuse(pack, "I-22", "自查或超过户数", "a province inspects itself, or more units than planned")
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


_DESK = desk(NATION)

CROSSCHECK = Kind(
    "crosscheck",
    CrossInspection,
    (
        Chapter(
            None,
            {
                CrosscheckPlanned: state.planned,
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
                    CrosscheckAssigned,
                    office=_DESK,
                    rule="I-22",
                    state=(not_assigned_yet,),
                    content=(assignment_follows_plan,),
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
        ),
    ),
    place=lambda inspection: None,
    is_open=lambda inspection: inspection.plan is not None,
    label=lambda inspection: inspection.plan.round if inspection.plan is not None else "",
)
