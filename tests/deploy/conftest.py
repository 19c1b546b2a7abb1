"""What the tests of the demonstration need on this machine."""

from __future__ import annotations

import os

import pytest

from deploy import kafka
from deploy.kafka.jars import jars, java


@pytest.fixture(scope="session")
def broker_can_run() -> None:
    """Skipped where no broker can run, failed where CI is true."""
    try:
        java()
        jars()
    except kafka.MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROKER, NOT TESTED: {error}")
