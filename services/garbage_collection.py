"""How a process that lives long and remembers states is kept from pausing."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 50, 1_000
"""Objects and collections between two looks of Python's collector.

Remembered states are hundreds of thousands of objects without cycles: a full collection walks all of
them, for up to half a second, and finds nothing. Counting references frees them all the same.
"""


def settle() -> None:
    """Set what was made so far aside from collection, and look for cycles seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
