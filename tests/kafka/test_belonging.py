"""Provinces that join with a wrong log and then with theirs: what was passed over meanwhile is read again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest

from events.governance.province import ProvinceJoined, ProvinceLeft
from services.nation.feeds import Feed, feeds
from tests.kafka.provinces import Province, join, record, replicating, send
from tests.kafka.published import until
from tests.projections.histories import entry, store


@pytest.mark.parametrize("noticed", [True, False])
def test_what_was_refused_of_a_wrong_log_is_read_for_the_right_one(
    noticed: bool,
    database: str,
    bootstrap: str,
    provinces: list[Province],
) -> None:
    one = provinces[0]
    join(database, one, log=uuid4())
    send(bootstrap, one.place, [record(one, raw) for raw in one.raws])

    def feed() -> Feed | None:
        with psycopg.connect(database) as conn:
            return next(iter(feeds(conn)), None)

    def is_(status: str, position: int) -> bool:
        found = feed()
        return found is not None and (found.status, found.position) == (status, position)

    stream, now = uuid5(UUID(int=9), one.place), datetime.now(UTC)
    left = entry(stream, 2, ProvinceLeft(reason="示例：登记的日志有误"), now)
    again = entry(stream, 3, ProvinceJoined(place=one.place, log=one.log, key=one.signer.key, name="示例省"), now)
    with replicating(database, bootstrap):
        until(lambda: is_("stopped", 0))
        store(database, [left] if noticed else [left, again])
        if noticed:
            until(lambda: is_("left", 0))
            store(database, [again])
        until(lambda: is_("running", len(one.raws)))
