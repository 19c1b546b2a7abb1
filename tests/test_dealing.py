"""What takes long is begun first, by all workers, and nothing is lost by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.dealing import dealt

FILES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans()), max_size=60)


@given(files=FILES, workers=st.integers(1, 4))
def test_every_test_is_dealt_once(files: list[tuple[str, bool]], workers: int) -> None:
    tests = [(file, heavy, number) for number, (file, heavy) in enumerate(sorted(files))]
    order = dealt(tests, workers, heavy=lambda test: test[1], file=lambda test: test[0])
    assert sorted(order) == tests


def test_each_worker_begins_with_whole_heavy_files_and_ends_with_light_tests() -> None:
    tests = [*((file, n, True) for file in "ABCD" for n in range(3)), *(("light", n, False) for n in range(28))]
    order = dealt(tests, 2, heavy=lambda test: test[2], file=lambda test: test[0])
    halves = order[:20], order[20:]
    for half, files in zip(halves, ("AC", "BD"), strict=True):
        assert [file for file, _, heavy in half if heavy] == [file for file in files for _ in range(3)]
        assert not any(heavy for _, _, heavy in half[6:])
    assert [n for file, n, _ in order if file == "light"] == list(range(28)), "neighbours stay neighbours"


def test_the_last_of_several_workers_begins_with_light_tests() -> None:
    tests = [*((file, n, True) for file in "ABC" for n in range(3)), *(("light", n, False) for n in range(21))]
    order = dealt(tests, 3, heavy=lambda test: test[2], file=lambda test: test[0])
    assert [file for file, _, heavy in order[:10] if heavy] == ["A"] * 3 + ["C"] * 3
    assert [file for file, _, heavy in order[10:20] if heavy] == ["B"] * 3
    assert not any(heavy for _, _, heavy in order[20:])
