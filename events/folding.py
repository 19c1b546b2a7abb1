"""Texts as they are compared: the same name or code in another width, case, bracket or dash is the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("[{<〔〈《「『【〖", "("),
        **dict.fromkeys("]}>〕〉》」』】〗", ")"),
        **dict.fromkeys("‐‑‒–—―−－﹣", "-"),
        **dict.fromkeys("•‧∙⋅・･", "·"),
    }
)
"""Brackets, dashes and dots of names that are written for each other."""

_BLANKS: Final = re.compile(r"\s+")


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """A name as names are compared: widths by NFKC, brackets and dashes alike, no blanks, no case."""
    alike = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return unicodedata.normalize("NFKC", _BLANKS.sub("", alike).casefold())


@lru_cache(maxsize=20_000)
def folded_code(text: str) -> str:
    """A public code as codes are compared: as a name, in capitals."""
    return folded(text).upper()
