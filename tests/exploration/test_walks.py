"""A fixed block of walks: nothing breaks but what law and checker do not agree upon yet. CONCORD_WALKS walks longer."""

from __future__ import annotations

import os

from services.exploration.broken import Sort
from services.exploration.exploring import explored
from services.exploration.moments import Moments
from services.exploration.sentences import as_test, sentences
from services.exploration.shrinking import shortest

WALKS = int(os.environ.get("CONCORD_WALKS", "30"))

NOT_AGREED_YET = frozenset(("I-14", "T-05", "T-13", "T-16", "T-25"))
"""Rules of which the checker asks more, or other, than the law holds; a rule that both ask alike leaves this list."""


def test_told_stories_are_lawful_and_give_moments_of_every_chapter(moments: Moments) -> None:
    assert len(moments.kept) >= 100
    assert {broken.rule for broken in moments.broken} <= NOT_AGREED_YET
    assert {broken.sort for broken in moments.broken} <= {Sort.CHECKER}


def test_nothing_breaks_in_a_block_of_walks(moments: Moments) -> None:
    tally = explored(moments, 1, walks=WALKS)
    new = [one for one in tally.broken.values() if one.sort is not Sort.CHECKER or one.rule not in NOT_AGREED_YET]
    for broken in (shortest(one, moments) for one in new):
        print(*sentences(broken, moments), as_test(broken, "found"), sep="\n")
    assert new == []
    assert tally.judged >= WALKS * 20
    assert sum(tally.accepted.values()) >= tally.judged // 10


def test_the_same_seed_walks_the_same_way(moments: Moments) -> None:
    first, again = (explored(moments, 7, walks=3) for _ in range(2))
    assert first.summary() == again.summary()
