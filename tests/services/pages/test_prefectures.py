"""The map of the board: every prefecture of a register once, none over another."""

from __future__ import annotations

import pytest

from events.places import NATION, children
from services.web.prefectures import tile_map


@pytest.mark.parametrize("register", children(NATION))
def test_every_prefecture_of_a_register_has_a_tile_of_its_own(register: str) -> None:
    drawn = tile_map(register, {})
    assert sorted(tile.place for tile in drawn.tiles) == sorted(children(register))
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(drawn.tiles)
    assert all(tile.x < drawn.width and tile.y < drawn.height for tile in drawn.tiles)


def test_a_tile_says_how_many_by_figure_shape_and_word() -> None:
    tiles = {tile.place: tile for tile in tile_map("430000", {"430100": 10, "430200": 5, "430300": 1}).tiles}
    shown = {place: (tile.units, tile.shape, tile.zh) for place, tile in tiles.items() if tile.units}
    assert shown == {"430100": (10, "●", "较多"), "430200": (5, "●", "较多"), "430300": (1, "◐", "有")}
    assert tiles["433100"].zh == "无"
