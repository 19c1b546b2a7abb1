"""At which line of a pack's file a key stands."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

_TABLE = re.compile(r"^(\[\[?)([^\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*([\w."'-]+)\s*=""")


def line_of(file: Path, key: str) -> int | None:
    """The line of the key, written `titles.county.steps` or `pairs.3.clause`, or of what is nearest above it."""
    if not file.is_file():
        return None
    found: dict[str, int] = {}
    table, seen = "", Counter[str]()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if header := _TABLE.match(line):
            table = _plain(header[2])
            if header[1] == "[[":
                seen[table] += 1
                table = f"{table}.{seen[table] - 1}"
            found.setdefault(table, number)
        elif assigned := _KEY.match(line):
            found.setdefault(f"{table}.{_plain(assigned[1])}" if table else _plain(assigned[1]), number)
    while key and key not in found:
        key = key.rpartition(".")[0]
    return found.get(key)


def _plain(key: str) -> str:
    return key.replace('"', "").replace("'", "").strip()
