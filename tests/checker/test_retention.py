"""What was held back and what was destroyed, as the second opinion sees it (T-27, T-04)."""

from __future__ import annotations

import pytest

from tests.checker.told import begun, digest, keyed, office

KEPT, OLD = digest("kept"), "2010-01-04"
HOLD = {"papers": [KEPT], "units": [], "reason": "示例"}


def certificate(line: str = "attachments", since: str = OLD) -> dict[str, object]:
    return {"line": line, "reason": "示例", "items": [{"digest": KEPT, "streams": [], "since": since}]}


@pytest.mark.parametrize(
    ("held", "lifted", "certificate", "rules"),
    [
        (False, False, certificate(), set()),
        (True, False, certificate(), {"T-27"}),
        (True, True, certificate(), set()),
        (False, False, certificate(since="2023-01-04"), {"T-27"}),
        (False, False, certificate() | {"items": []}, {"T-27"}),
        (False, True, certificate(), {"T-27"}),
    ],
    ids=["due", "held back", "lifted", "too early", "names nothing", "lifted twice"],
)
def test_t_27_what_is_held_back_or_too_young_is_not_destroyed(
    held: bool, lifted: bool, certificate: dict[str, object], rules: set[str]
) -> None:
    first, second = (office("province", "data_officer", house, 80) for house in ("hr", "union"))
    told, stream = begun(first, second), keyed("register")
    if held:
        told.add(
            "register.hold-placed",
            HOLD,
            first,
            "2024-06-03",
            stream=stream,
        )
    if lifted:
        told.by_two("register.hold-lifted", {"hold": 2, "reason": "示例"}, first, second, "2024-06-03", stream=stream)
    told.by_two("register.content-destroyed", certificate, first, second, "2024-06-04", stream=stream)
    assert told.rules() == rules


def test_t_04_a_hold_lifted_by_one_person_is_found() -> None:
    one = office("province", "data_officer", "hr", 80)
    told, stream = begun(one), keyed("register")
    told.add("register.hold-placed", HOLD, one, "2024-06-03", stream=stream)
    told.add("register.hold-lifted", {"hold": 2, "reason": "示例"}, one, "2024-06-03", stream=stream)
    assert "T-04" in told.rules()
