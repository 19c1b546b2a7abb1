"""抽查: how much a draw takes of each stratum, and that anyone redoes it (T-19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from events.governance.check import CheckShareRevealed
from events.record import DeadlineMissed
from events.words import ObligationKind
from services.casework.check.draw import draw, drawn_of, head_digest, population_digest, population_list, seed_of
from services.casework.pack import load_pack
from tests.casework.drawing import Drawing, share
from tests.casework.world import World

DAY = date(2024, 5, 6)
SEED = "示例种子-2024"


def test_a_draw_takes_the_share_of_each_stratum_rounded_up() -> None:
    units = {UUID(int=n): "park" if n < 4 else "enterprise" for n in range(9)}
    drawn = draw(units, 50, SEED)
    assert drawn == draw(dict(reversed(units.items())), 50, SEED)
    assert sum(units[unit] == "park" for unit in drawn) == 2
    assert sum(units[unit] == "enterprise" for unit in drawn) == 3
    assert draw(units, 50, "另一种子") != drawn
    assert [drawn_of(n, 5) for n in (0, 1, 20, 21)] == [0, 1, 1, 2]


def test_the_seed_rests_on_every_share_and_on_the_head() -> None:
    shares = {"hr": "1" * 64, "union": "2" * 64}
    assert seed_of(shares, "h") == seed_of(dict(reversed(shares.items())), "h")
    assert len({seed_of(shares, "h"), seed_of(shares, "i"), seed_of({**shares, "hr": "3" * 64}, "h")}) == 3


def test_the_head_is_the_entry_of_the_last_commitment_to_the_microsecond() -> None:
    plan, command = UUID(int=1), UUID(int=2)
    moments = [datetime(2024, 3, 4, 1, 2, 3, n, tzinfo=UTC) for n in range(3)]
    assert len({head_digest(9, plan, 4, moment, command, "d") for moment in moments}) == 3
    assert head_digest(9, plan, 4, moments[0], command, "d") != head_digest(8, plan, 4, moments[0], command, "d")


def test_the_digest_of_a_population_is_that_of_its_list() -> None:
    units = {UUID(int=2): "park", UUID(int=1): "enterprise"}
    assert population_list(units).decode() == f"{UUID(int=1)} enterprise\n{UUID(int=2)} park"
    assert len(population_digest(units)) == 64


def test_T_19_where_every_share_is_known_there_is_none_to_reveal_and_nothing_changes_that() -> None:
    world = World(load_pack())
    world.begin()
    drawing = Drawing(world, DAY)
    drawing.act(drawing.planned())
    drawing.act(drawing.listed(drawing.units(2)))
    for house in drawing.houses:
        drawing.act(drawing.commits(house), drawing.people[house])
    final = []
    for house in drawing.houses:
        revealed = CheckShareRevealed(house=house, share=share(house, 1))
        drawing.act(revealed, drawing.people[house])
        (refusal,) = world.refused(DAY, drawing.people[house], drawing.stream, revealed)
        final.append((refusal.rule, refusal.final))
    assert final == [("T-19", False), ("T-19", True)]


def test_T_05_where_every_share_is_known_the_draw_is_owed() -> None:
    """What anybody can see from the shares is not left lying because of whom it draws."""
    world = World(load_pack())
    world.begin()
    drawing = Drawing(world, DAY)
    drawing.act(drawing.planned())
    strata = drawing.units(2)
    drawing.act(drawing.listed(strata))
    for house in drawing.houses:
        drawing.act(drawing.commits(house), drawing.people[house])
    for house in drawing.houses:
        assert {duty.ref.partition(":")[0] for duty in world.owed(drawing.stream)} == {"reveal"}
        drawing.act(CheckShareRevealed(house=house, share=share(house, 1)), drawing.people[house])
    (owed,) = world.owed(drawing.stream)
    due = world.pack.after(DAY, world.pack.windows.draw_share)
    assert (owed.kind, owed.ref, owed.due) == (ObligationKind.DRAW_SHARE, "draw:1", due)
    (missed,) = world.time_passes(due + timedelta(days=1), drawing.stream)
    assert isinstance(missed, DeadlineMissed)
    drawing.act(drawing.drawn(strata))
    assert {duty.kind for duty in world.owed(drawing.stream)} == {ObligationKind.ORDER_CHECK}
