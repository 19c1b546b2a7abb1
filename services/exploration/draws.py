"""What the register itself fills in, or does not let through, of what rests on the board and the log."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.fields import Document
from events.governance.check import CheckDrawn, CheckListFrozen, Stratum
from events.governance.crosscheck import Assignment, CrosscheckAssigned
from events.governance.year_reports import YearBulletinPublished
from events.places import within
from events.words import House
from services.casework.check.draw import draw, population_digest, population_list, seed_of, sizes, stratum_of
from services.casework.check.state import Plan
from services.casework.crosscheck.draw import inspectors, ranking_seed, units_to_inspect
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
    if plan.planned is None or listed is None or listed.document is None or plan.last is None or plan.hidden:
        return event
    strata = world.lists[listed.document.sha256]
    position = world.positions[plan.id, plan.last.version]
    head = plan.last.head(position, plan.id)
    seed = seed_of({house.value: share for house, share in plan.revealed.items()}, head)
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


def _assigned(world: World, inspection: CrossInspection, event: CrosscheckAssigned) -> CrosscheckAssigned:
    plan, committed = inspection.plan, inspection.committed
    if plan is None or committed is None:
        return event
    position = world.positions[inspection.id, committed.version]
    head = committed.head(position, inspection.id)
    seed = ranking_seed(event.seed, head)
    last = world.states.get(plan.last) if plan.last is not None else None
    drawn = inspectors(seed, plan.provinces, last.inspected_last() if isinstance(last, CrossInspection) else {})
    if drawn is None:
        return event
    pairs = tuple(_pair(inspected, inspecting, plan.per_province, seed) for inspected, inspecting in drawn.items())
    return event.model_copy(update={"head": position, "head_digest": head, "assignments": pairs})


def _pair(inspected: str, inspecting: str, most: int, seed: str) -> Assignment:
    units = {UUID(bytes=sha256(f"{inspected}:{n}".encode()).digest()[:16], version=4): "all" for n in range(3)}
    return Assignment(
        inspecting=inspecting, inspected=inspected, position=1, population=len(units),
        population_digest=population_digest(units), units=units_to_inspect(seed, units, most),
    )  # fmt: skip
