"""A pack of the same province that replaces the shipped one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.casework.pack import SHIPPED, Pack, load_pack


@pytest.fixture
def stricter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    """A second version of the pack: longer publicity, less time to assess, renewal three months before the end."""
    folder = Path(shutil.copytree(SHIPPED / "hunan-2023-15" / "1", tmp_path / "hunan-2023-15" / "2"))
    file = folder / "pack.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ('version = "1"', 'version = "2"'),
        ('publicity = "5wd"', 'publicity = "8wd"'),
        ('assess_signal = "10wd"', 'assess_signal = "3wd"'),
        ('renewal_opens = "6m"', 'renewal_opens = "3m"'),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    return load_pack("hunan-2023-15", "2")
