"""What the register itself fills in, or does not let through, of what rests on the board and the log."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.fields import Document
from events.governance.check import CheckDrawn, CheckListFrozen, Stratum
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckListsFrozen, ListedProvince
from events.governance.year_reports import YearBulletinPublished
from events.places import within
from events.words import House
from services.casework.check.draw import draw, population_list, sizes, stratum_of
from services.casework.check.state import Plan
from services.casework.crosscheck.draw import assignments, lists_text
from services.casework.crosscheck.state import CrossInspection
from services.casework.stream import State
from services.casework.unit.state import Unit

if TYPE_CHECKING:
    from services.exploration.world import World


SEED = "示例种子"
"""The seed that whoever plans a sample of a year keeps to itself until it is drawn."""


def filled_by_the_register(world: World, state: State, event: Event) -> Event:
    """The event with the list, the head or the units of a draw, with a position that the log has; else as it is."""
    if isinstance(event, YearBulletinPublished):
        return event.model_copy(update={"position": min(event.position, world.position)})
    if isinstance(event, CheckListFrozen) and isinstance(state, Plan):
        return _listed(world, state, event)
    if isinstance(event, CheckDrawn) and isinstance(state, Plan):
        return _drawn(world, state, event)
    if isinstance(event, CrosscheckListsFrozen) and isinstance(state, CrossInspection):
        return _lists(world, state, event)
    if isinstance(event, CrosscheckAssigned) and isinstance(state, CrossInspection):
        return _assigned(world, state, event)
    return event


def share_of(plan: UUID, attempt: int, house: House) -> str:
    """The share of the seed that a house keeps to itself until it reveals it."""
    return sha256(f"share:{plan}:{attempt}:{house.value}".encode()).hexdigest()


def _population(world: World, plan: Plan) -> dict[UUID, str]:
    planned = plan.planned
    if planned is None:
        return {}
    units = (world.states[unit] for unit in world.by_kind.get("unit", ()))
    return {
        unit.id: stratum_of(unit.life.kind.value, unit.life.place, planned.place, planned.strata)
        for unit in units
        if isinstance(unit, Unit) and unit.descriptor.is_open(unit) and not unit.life.provisional
        and unit.life.kind is not None and within(unit.life.place, planned.place)
        and (not planned.unit_kinds or unit.life.kind in planned.unit_kinds)
        and (planned.title is None or planned.title in unit.naming.held)
    }  # fmt: skip


def _listed(world: World, plan: Plan, event: CheckListFrozen) -> CheckListFrozen:
    strata = _population(world, plan)
    if not strata:
        return event
    text = population_list(strata)
    kept = Document(sha256=sha256(text).hexdigest(), media_type="text/plain", title="抽查名单", size=len(text))
    by_stratum = tuple(Stratum(stratum=name, units=units) for name, units in sizes(strata))
    update = {"position": world.position, "population": len(strata), "strata": by_stratum, "document": kept}
    world.lists[kept.sha256] = strata
    return event.model_copy(update=update)


def _drawn(world: World, plan: Plan, event: CheckDrawn) -> CheckDrawn:
    listed = plan.frozen
    last = plan.shares.last
    if plan.planned is None or listed is None or listed.document is None or last is None or plan.shares.hidden:
        return event
    strata = world.lists[listed.document.sha256]
    position = world.positions[plan.id, last.version]
    head = last.head(position, plan.id)
    seed = plan.shares.seed(head)
    return event.model_copy(
        update={
            "head": position,
            "head_digest": head,
            "seed": seed,
            "population": listed.population,
            "population_digest": listed.document.sha256,
            "units": draw(strata, plan.planned.share, seed),
        }
    )


def _lists(world: World, inspection: CrossInspection, event: CrosscheckListsFrozen) -> CrosscheckListsFrozen:
    plan = inspection.plan
    if plan is None:
        return event
    text = lists_text({place: _models_of(place) for place in plan.provinces})
    kept = Document(sha256=sha256(text).hexdigest(), media_type="text/plain", title="互检名单", size=len(text))
    last = _inspected_last(world)
    listed = tuple(
        ListedProvince(place=place, position=1, population=len(_models_of(place)), last=last.get(place))
        for place in sorted(plan.provinces)
    )
    return event.model_copy(update={"provinces": listed, "document": kept})


def _inspected_last(world: World) -> Mapping[str, str]:
    """Who inspected whom in the newest cross-inspection that was drawn."""
    known = (world.states[stream] for stream in reversed(world.by_kind.get("crosscheck", ())))
    drawn = (one for one in known if isinstance(one, CrossInspection) and one.assigned is not None)
    newest = next(drawn, None)
    return newest.inspected_last() if newest is not None else {}


def _assigned(world: World, inspection: CrossInspection, event: CrosscheckAssigned) -> CrosscheckAssigned:
    plan, lists, last = inspection.plan, inspection.lists, inspection.shares.last
    if plan is None or lists is None or last is None or inspection.shares.hidden:
        return event
    position = world.positions[inspection.id, last.version]
    head = last.head(position, inspection.id)
    seed = inspection.shares.seed(head)
    models = {place: _models_of(place) for place in plan.provinces}
    drawn = assignments(seed, lists.provinces or (), models, plan.per_province)
    return event.model_copy(update={"head": position, "head_digest": head, "seed": seed, "assignments": drawn})


def _models_of(place: str) -> list[UUID]:
    """The national model units of a province that the world does not tell of."""
    return [UUID(bytes=sha256(f"{place}:{n}".encode()).digest()[:16], version=4) for n in range(3)]
