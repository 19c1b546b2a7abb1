"""A fixed block of walks, in which nothing breaks. CONCORD_WALKS walks longer."""

from __future__ import annotations

import os

from services.casework.pack import load_pack
from services.exploration.exploring import explored
from services.exploration.moments import Moments
from services.exploration.sentences import as_test, sentences
from services.exploration.shrinking import shortest
from services.exploration.tally import APART, Word
from services.exploration.unreached import REASONS

WALKS = int(os.environ.get("CONCORD_WALKS", "30"))


def test_told_stories_are_lawful_and_give_moments_of_every_chapter(moments: Moments) -> None:
    assert len(moments.kept) >= 100
    assert moments.broken == []


def test_nothing_breaks_in_a_block_of_walks_and_the_law_keeps_its_word(moments: Moments) -> None:
    tally = explored(moments, 1, walks=WALKS, promises=0.5)
    for broken in (shortest(one, moments) for one in tally.broken.values()):
        print(*sentences(broken, moments), as_test(broken, "found"), sep="\n")
    assert not tally.broken
    assert tally.judged >= WALKS * 20
    assert sum(tally.accepted.values()) >= tally.judged // 10
    kept, unkept, apart = tally.words[Word.KEPT], tally.words[Word.BROKEN], sum(tally.words[one] for one in APART)
    assert kept >= WALKS
    assert unkept <= (kept + unkept) // 20, tally.unkept
    assert apart <= kept // 5
    assert not set(REASONS) & set(tally.refused), "what is said to be reached by no walk is reached"
    assert set(REASONS) <= set(load_pack().rules)


def test_the_same_seed_walks_the_same_way(moments: Moments) -> None:
    first, again = (explored(moments, 7, walks=3) for _ in range(2))
    assert first.summary() == again.summary()
