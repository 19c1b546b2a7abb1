"""Forms of fields: what is taken, and that nothing else is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from events.fields import Day, day_of

DAY: TypeAdapter[date] = TypeAdapter(Day)


def test_E_21_a_day_is_read_and_written_one_way() -> None:
    assert DAY.validate_json(b'"2026-11-26"') == date(2026, 11, 26) == day_of("2026-11-26")
    assert DAY.dump_json(date(2026, 11, 26)) == b'"2026-11-26"'
    assert DAY.validate_python(date(2026, 11, 26), strict=True) == date(2026, 11, 26)
    assert DAY.json_schema() == {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    "given",
    [0, -86400, 1763596800000, 1.5, True, None, "0", "-86400", "20261126", "2026-W48-4", "2026-330", "2026-1-1",
     "2026-11-26T00:00:00", "2026-11-26T00:00:00Z", "2026-11-26 ", "2026-11-26\n", "２０２６-11-26", "2026-02-30",
     "1899-12-31", "2200-01-01", "+2026-11-26", ""],
    ids=repr,
)  # fmt: skip
def test_E_21_no_other_form_is_a_day(given: Any) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_json(orjson.dumps(given))
    if isinstance(given, str):
        with pytest.raises(ValueError, match="day"):
            day_of(given)


def test_E_21_a_moment_is_no_day() -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(datetime(2026, 11, 26), strict=True)  # noqa: DTZ001 (that is what is refused)
