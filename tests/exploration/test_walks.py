"""A fixed block of walks, in which nothing breaks. CONCORD_WALKS walks longer."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from events.governance.officer import OfficerPersonTagged
from services.casework.pack import load_pack
from services.exploration import exploring
from services.exploration.exploring import ProcessEndedError, explored
from services.exploration.moments import Moments
from services.exploration.sentences import as_test, sentences
from services.exploration.shrinking import shortest
from services.exploration.tally import APART, Tally, Word
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


def test_a_process_that_ends_before_its_time_is_told(moments: Moments, monkeypatch: pytest.MonkeyPatch) -> None:
    def share(_moments: Moments, seed: int, *_given: object) -> Tally:
        if seed % 1_000:
            raise LookupError("planted")
        return Tally()

    monkeypatch.setattr(exploring, "_share", share)
    with pytest.raises(ProcessEndedError):
        explored(moments, 1, walks=2, processes=2)


def test_an_identity_number_of_an_example_is_tagged_before_it_is_judged(moments: Moments) -> None:
    moment = moments.by_type["officer.person-tagged.v1"][0]
    act = replace(moment.next, event=OfficerPersonTagged.model_validate({"tag": "11010519491231002X"}))
    stored = [entry.event for entry in moment.snapshot.again().decided(act).entries]
    assert [len(event.tag.tag) for event in stored if isinstance(event, OfficerPersonTagged)] == [64]
