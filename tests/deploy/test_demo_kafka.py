"""`concord demo` with Kafka: signals in, events out, and nothing left running however it ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from deploy import embedded, kafka
from deploy.demo import backing_services
from tests.deploy.demonstrated import demo, smoked, started

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("broker_can_run")]

FEW = ("--units", "60")


def test_smoke_sends_signals_over_the_broker_and_finds_every_event_on_the_topic(tmp_path: Path) -> None:
    line = smoked(tmp_path, "--kafka", *FEW, seconds=240)
    assert line["broker"] is True
    assert line["taken"] == 200
    assert line["published"] >= line["units"] + line["taken"]
    assert line["published"] <= line["events"]
    assert list(tmp_path.iterdir()) == [], "the smoke test leaves nothing behind"


def test_a_kill_of_the_parent_leaves_nothing_running_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with started(tmp_path, "--kafka", *FEW) as (process, first):
        assert kafka.status(tmp_path) is not None
        process.kill()
    with backing_services.alone(tmp_path):
        assert embedded.running(tmp_path) is None
        assert kafka.status(tmp_path) is None
    with started(tmp_path, "--kafka", *FEW) as (process, again):
        assert again["events"] == first["events"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert embedded.running(tmp_path) is None
    assert kafka.status(tmp_path) is None


def test_a_broker_that_dies_is_started_again(tmp_path: Path) -> None:
    with started(tmp_path, "--kafka", *FEW) as (process, _):
        broker = kafka.status(tmp_path)
        assert broker is not None
        os.kill(broker.pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while (now := kafka.status(tmp_path)) is None or now.pid == broker.pid:
            assert time.monotonic() < deadline, "it is not started again"
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_without_java_it_says_what_installs_it(tmp_path: Path) -> None:
    process = demo(tmp_path, "--kafka", PATH=str(tmp_path))
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "apt-get install openjdk-17" in errors
    assert embedded.running(tmp_path) is None
