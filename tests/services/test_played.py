"""A served register is played by everybody at random: no error of the server, and every word is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from world import World

from deploy.play.game import Player, Token
from tests.checker.told import PACK

pytestmark = pytest.mark.long
COMMANDS = 300
UNITS = (1, 2, 3)
"""Enterprises that are registered, have reported, and have come to be made public."""

NOT_HELD_YET = frozenset(("T-02", "T-03", "T-05", "T-10", "T-13", "T-16", "T-17", "T-21"))
"""T-rules that the law does not hold yet in every way; a rule that it takes up leaves this list."""


@pytest.fixture(scope="module")
def player(served: World) -> Iterator[Player]:
    """Everybody, before a register with units at several steps."""
    served.register(UNITS[0])
    served.reported(UNITS[1])
    served.to_publicity(UNITS[2])
    agents = [f"{role}-{number}" for role in ("applicant", "unit_union") for number in UNITS]
    others = [name for name in served.tokens if not name.startswith(("applicant-", "unit_union-"))]
    found = Player(str(served.client.base_url), {name: Token(served.tokens[name]) for name in (*agents, *others)}, 1)
    yield found
    found.close()


def test_every_word_is_kept(player: Player) -> None:
    tally = player.play(COMMANDS)
    assert tally.server_errors == []
    assert tally.broken_words == []
    assert tally.kept >= COMMANDS / 60
    assert tally.accepted >= COMMANDS / 30
    assert len(tally.types) >= 5
    assert len(tally.rules) >= 10


def test_what_was_taken_is_lawful(player: Player) -> None:
    tally = player.checked(PACK)
    assert {finding["rule"] for finding in tally.findings} <= NOT_HELD_YET, tally.findings
