"""The examples that integrators copy, run as they stand against a served register."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from world import World, credit_code

JAVA = Path(__file__).parents[2] / "docs/examples/PublishSignal.java"


def published(served: World, who: str, number: int, *more: str) -> tuple[int, Any]:
    """Status and document that the Java example prints; skipped without a JDK, failed where CI is true."""
    java = shutil.which("java")
    modules = (
        subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=True).stdout if java else ""
    )
    if java is None or "jdk.compiler" not in modules:
        assert os.environ.get("CI") != "true", "a JDK is needed"
        pytest.skip("NO JDK, NOT TESTED: apt-get install openjdk-17-jdk-headless")
    arguments = [java, str(JAVA), str(served.client.base_url), served.tokens[who], credit_code(number), *more]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
    status, _, body = ran.stdout.partition(" ")
    assert status.isdigit(), ran.stderr
    assert (ran.returncode == 0) == (int(status) < 300)
    return int(status), json.loads(body)


@pytest.mark.long
def test_a_signal_of_the_java_example_is_recorded_once(served: World) -> None:
    unit, name = served.register(1), str(uuid4())
    status, first = published(served, "petitions", 1, name)
    assert (status, first["unit"]) == (201, str(unit))
    assert published(served, "petitions", 1, name)[1]["version"] == first["version"]
    recorded = [one["type"] for one in served.get(f"units/{unit}/events").json()["events"]]
    assert recorded.count("unit.signal-recorded.v1") == 1


@pytest.mark.long
def test_the_java_example_says_what_was_refused(served: World) -> None:
    status, problem = published(served, "inspection", 2)
    assert status == 409
    assert problem["detail"]
