"""The policy packs of the demonstration's other registers: the shipped one, under a name of theirs and for their place.

They are written beside the demonstration's data, where every process of it finds them.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from services.casework.pack import DEFAULT_PACK, MORE_PACKS, SHIPPED, Pack, load_pack


def province_pack(folder: Path, place: str) -> Pack:
    """Write the pack of a place into the folder, from which this process and those it starts then take more packs."""
    shipped, name = load_pack(DEFAULT_PACK), f"example-{place}"
    source, target = SHIPPED / shipped.id / shipped.version, folder / name / shipped.version
    if not target.exists():
        beside = folder / f"{name}.new"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(source, beside)
        _rewrite(beside / "pack.toml", rf'"{shipped.id}"', f'"{name}"')
        _rewrite(beside / "pack.toml", rf'"{shipped.place}"', f'"{place}"')
        _rewrite(beside / "incentives.toml", r'owner = "\d{6}"', f'owner = "{place}"')
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.replace(target)
    os.environ[MORE_PACKS] = str(folder)
    return load_pack(name)


def _rewrite(file: Path, pattern: str, text: str) -> None:
    file.write_text(re.sub(pattern, text, file.read_text(encoding="utf-8")), encoding="utf-8")
