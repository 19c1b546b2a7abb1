"""What is kept of a message that could not be taken: nothing that is in it raises, and nothing personal stays."""

from __future__ import annotations

import orjson
import pytest

from services.intake.deadletters import row, without_personal

PHONE = "13812345678"


@pytest.mark.parametrize("depth", [33, 254, 300, 600, 1_000, 1_025, 100_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nested_however_deep(depth: int, opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    kept = without_personal(opening * depth + b'"%s"' % PHONE.encode() + closing * depth)
    assert PHONE.encode() not in kept
    assert kept.count(opening) == depth


def test_what_it_is_known_by_stays_and_all_else_is_masked() -> None:
    document = {"external_id": PHONE, "summary": PHONE, PHONE: 1}
    headers = {"ce_id": PHONE, "CE_Subject": PHONE, "X-Caller": PHONE}
    kept = row("concord.signals", "malformed", "", orjson.dumps(document), headers=headers)
    assert PHONE in orjson.loads(kept["message"]).values()
    assert kept["message"].count(PHONE.encode()) == 1
    assert {name for name, value in kept["headers"].obj.items() if value == PHONE} == {"ce_id", "CE_Subject"}
