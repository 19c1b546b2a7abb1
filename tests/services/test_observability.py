"""What is logged ties together and shows no personal data; traces follow the standard; metrics have their names."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog
from prometheus_client import REGISTRY
from pydantic import SecretStr

from events.sealed import MASK, Sealed
from services.observability import logs, metrics, trace
from services.settings import Settings

UNIT = UUID("11111111-2222-3333-4444-555555555555")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(Settings(log_format="json", log_level="info"), stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_the_ids_it_was_logged_within(lines: io.StringIO) -> None:
    log = structlog.get_logger("concord.test")
    with structlog.contextvars.bound_contextvars():
        logs.bind(request_id="r1", correlation_id=UNIT)
        logs.bind(unit_id=UNIT)
        log.info("stored", version=3)
        structlog.contextvars.clear_contextvars()
    log.info("after")
    first, second = read(lines)
    assert first.pop("at").endswith("Z")
    assert first == {
        "event": "stored",
        "level": "info",
        "logger": "concord.test",
        "version": 3,
        "request_id": "r1",
        "correlation_id": str(UNIT),
        "unit_id": str(UNIT),
    }
    assert "request_id" not in second


def test_what_libraries_log_takes_the_same_shape(lines: io.StringIO) -> None:
    logs.bind(request_id="r2")
    with structlog.contextvars.bound_contextvars():
        logging.getLogger("uvicorn.error").warning("caller %s", "13800138000", extra={"contact": "430102199003071234"})
    logging.getLogger("uvicorn.error").debug("too quiet")
    (line,) = read(lines)
    assert (line["event"], line["request_id"], line["level"]) == (f"caller {MASK}", "r2", "warning")
    assert line["contact"] == MASK


def test_an_exception_and_a_forged_line_stay_on_one_line_and_masked(lines: io.StringIO) -> None:
    log = structlog.get_logger("concord.test")
    try:
        raise ValueError('示例 13800138000\n{"event": "forged"}')
    except ValueError:
        log.exception("failed")
    (line,) = read(lines)
    assert "13800138000" not in line["exception"]
    assert f"ValueError: 示例 {MASK}" in line["exception"]


@pytest.mark.parametrize(
    "value",
    [
        Sealed(clear="示例甲"),
        {"who": Sealed(clear="示例甲")},
        [Sealed(clear="示例甲")],
        "身份证430102199003071234。",
        "43010219900307123x",
        "430102900307123",
        "联系电话13800138000，",
        "+86 138-0013-8000",
        "008613800138000",
        "0731-82200000",
        "(0731) 82200000",
        13800138000,
        {"13800138000": 1},
        SecretStr("13800138000"),
        ValueError("13800138000"),
        b"13800138000",
    ],
    ids=repr,
)
def test_personal_data_is_masked_wherever_it_stands(lines: io.StringIO, value: Any) -> None:
    structlog.get_logger("concord.test").info("seen", value=value)
    written = json.dumps(json.loads(lines.getvalue())["value"], ensure_ascii=False)
    assert not any(text in written for text in ("示例甲", "4301021990", "430102900307123", "0013", "82200000"))
    assert "＊" in written or "**" in written


@pytest.mark.parametrize(
    "text",
    [
        str(UNIT),
        "4bf92f13800138000e0e4736a3ce929d",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "91430100MA4L000000",
        "2026-11-24T21:40:00+08:00",
        "湘人社发〔2023〕15号",
    ],
)
def test_what_is_no_personal_data_is_left_as_it_is(text: str) -> None:
    assert logs.masked(text) == text


def test_a_trace_is_read_followed_and_sent_on() -> None:
    header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    read_back = trace.read_traceparent(header)
    assert read_back == trace.Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 1)
    assert read_back.traceparent == header
    assert read_back.correlation_id == UUID("4bf92f35-77b3-4da6-a3ce-929d0e0e4736")
    after = trace.child(read_back)
    assert after.trace_id == read_back.trace_id
    assert after.span_id != read_back.span_id
    assert trace.read_traceparent(trace.new_trace().traceparent) is not None
    assert trace.new_trace().trace_id != trace.new_trace().trace_id


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "garbage",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    ],
)
def test_a_header_that_is_no_traceparent_is_not_followed(header: str | None) -> None:
    assert trace.read_traceparent(header) is None


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    later = trace.read_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more")
    assert later is not None
    assert later.traceparent == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_the_metrics_have_their_names_and_labels() -> None:
    metrics.APPENDS.inc()
    metrics.REFUSALS.labels(rule="I-06").inc()
    metrics.PROJECTOR_POSITION.labels(projection="board").set(7)
    metrics.PROJECTOR_LAG.labels(projection="board").set(0)
    metrics.PROJECTOR_EVENTS.labels(projection="board").inc(7)
    metrics.INTAKE.labels(outcome="recorded").inc()
    metrics.DEAD_LETTERS.set(0)
    metrics.HTTP_SECONDS.labels(route="/units/{id}", method="GET", status="200").observe(0.002)
    text = metrics.exposition()[0].decode()
    for name in (
        "concord_appends_total ",
        "concord_append_seconds_bucket{",
        "concord_group_size_bucket{",
        'concord_refusals_total{rule="I-06"}',
        'concord_projector_position{projection="board"} 7.0',
        'concord_projector_lag{projection="board"} 0.0',
        'concord_projector_events_total{projection="board"}',
        'concord_intake_total{outcome="recorded"}',
        "concord_dead_letters 0.0",
        'concord_http_seconds_count{method="GET",route="/units/{id}",status="200"}',
    ):
        assert name in text
    assert REGISTRY.get_sample_value("concord_projector_position", {"projection": "board"}) == 7
    openmetrics, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert openmetrics.endswith(b"# EOF\n")
