"""The told moments, told once; all of it is long."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.exploration.stories import told
from services.casework.pack import load_pack
from services.exploration.moments import Moments


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def moments() -> Moments:
    """Every story of an exploration."""
    return told(load_pack())
