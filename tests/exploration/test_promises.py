"""A refusal is taken at its word, and what it names is brought about on a way that was told."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from deploy.demo.people import PROVINCE, desk
from events.unit.naming import UnitTitleCarriedIn
from events.words import DocumentKind, Level, Role
from services.casework.document.state import Paper
from services.exploration.moments import Moments
from services.exploration.promises import Promise
from services.exploration.tally import Word
from services.exploration.world import Act


@pytest.mark.parametrize("seed", range(4))
def test_another_paper_is_recorded_and_confirmed_with_its_list(moments: Moments, seed: int) -> None:
    moment = moments.by_type["unit.applied.v1"][0]
    world, unit = moment.snapshot.again().unwatched(), moment.next.stream
    paper = next(
        one.id
        for one in world.states.values()
        if isinstance(one, Paper) and one.confirmed is not None and not one.units and one.recorded is not None
        and one.recorded.kind is DocumentKind.APPOINTMENT
    )  # fmt: skip
    carried = UnitTitleCarriedIn(
        title="provincial_harmonious", term_from=world.day, term_until=world.day + timedelta(days=9), paper=paper
    )
    act = Act(world.day, desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), unit, carried)
    (refusal,) = (one for one in world.decided(act).refusals if "without a list" in one.en)
    random = Random(seed)  # noqa: S311 (a search that has to repeat, nothing secret)
    assert Promise(world, act, refusal, moments.templates, random).word() is Word.KEPT
