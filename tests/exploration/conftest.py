"""The told moments, told once."""

from __future__ import annotations

import pytest

from deploy.exploration.stories import told
from services.casework.pack import load_pack
from services.exploration.moments import Moments


@pytest.fixture(scope="session")
def moments() -> Moments:
    """Every story of an exploration."""
    return told(load_pack())
