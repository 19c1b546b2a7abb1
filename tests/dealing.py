"""In which order several workers of pytest-xdist (`--dist worksteal`) run the tests, so that none waits for one at
the end: each is given an equal run of the whole order first, and takes later from the end of another's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

Test = TypeVar("Test")


def dealt(
    tests: Sequence[Test], workers: int, *, heavy: Callable[[Test], bool], file: Callable[[Test], object]
) -> list[Test]:
    """Each worker's run begins with its share of what is heavy, whole files of it, and ends with what is light; of
    three and more, the last begins with what is light: it computes while what is heavy waits.
    """
    files = [list(of_one) for _, of_one in groupby(filter(heavy, tests), file)]
    light = [test for test in tests if not heavy(test)]
    order: list[Test] = []
    sharing = workers - (workers > 2)
    for worker in range(workers):
        first = [test for of_one in files[worker::sharing] for test in of_one] if worker < sharing else []
        upto = len(tests) * (worker + 1) // workers if worker + 1 < workers else len(tests)
        beside = max(0, upto - len(order) - len(first))
        order += [*first, *light[:beside]]
        del light[:beside]
    return order
