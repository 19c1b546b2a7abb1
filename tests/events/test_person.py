"""A person is known by a tag; the identity number is never written."""

from __future__ import annotations

import orjson
import pytest
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from vocabulary import SAMPLES, sample

from events.envelope import Entry
from events.governance.officer import OfficerPersonTagged
from events.person import PersonTag, identity_number
from events.registry import encode
from events.sealed import MASK

TYPE = "officer.person-tagged.v1"
NUMBER = "11010519491231002X"
"""The example of GB 11643."""


def test_a_clear_number_is_entered_and_masked() -> None:
    event = OfficerPersonTagged.model_validate_json(orjson.dumps({"tag": NUMBER.lower()}))
    assert event.tag.clear == NUMBER
    assert event.tag.is_clear
    for text in (repr(event), str(event), str(event.tag), f"{event.tag}"):
        assert NUMBER not in text
        assert MASK in text


def test_a_clear_number_is_never_written() -> None:
    entry = sample(TYPE).model_copy(update={"event": OfficerPersonTagged(tag=PersonTag.parse(NUMBER))})
    for write in (encode, Entry.model_dump_json, lambda entry: entry.model_dump(mode="json")):
        with pytest.raises(PydanticSerializationError) as caught:
            write(entry)
        assert NUMBER not in str(caught.value)


def test_a_tag_is_written_as_it_was_read() -> None:
    entry = sample(TYPE)
    assert isinstance(entry.event, OfficerPersonTagged)
    assert not entry.event.tag.is_clear
    assert orjson.loads(encode(entry)) == orjson.loads(SAMPLES[TYPE])
    assert entry.event.tag == PersonTag(tag=entry.event.tag.tag)


def test_the_older_form_is_the_same_person() -> None:
    assert identity_number("110105491231002") == NUMBER == identity_number(f" {NUMBER} ")


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("110105194912310021", "check digit"),
        ("110105194913310020", "no day"),
        ("110105491331002", "no day"),
        ("1101051949123100", "15 digits"),
        ("11010519491231002Y", "15 digits"),
        ("１１０１０５４９１２３１００２", "15 digits"),
        ("", "15 digits"),
    ],
)
def test_what_is_no_identity_number_is_refused_without_repeating_it(number: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        PersonTag.parse(number)
    assert not number or number not in str(caught.value)


@pytest.mark.parametrize("value", [7, None, {"tag": "0"}, {"tag": "0" * 64, "more": 1}, {"tag": "G" * 64}, {}])
def test_what_is_no_tag_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="expected an identity number"):
        OfficerPersonTagged(tag=value)  # type: ignore[arg-type]
