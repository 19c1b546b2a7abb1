"""What a reader takes and what it holds already: media ranges and entity tags as RFC 9110 reads them."""

from __future__ import annotations

import pytest

from services.http.negotiation import accepts, is_held, is_meant, weight


@pytest.mark.parametrize(
    ("accept", "media_type", "taken"),
    [
        ("", "application/json", True),
        ("*/*", "text/csv", True),
        ("application/*", "application/json", True),
        ("application/*", "text/html", False),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json", True),
        ("text/html", "application/json", False),
        ("application/json;q=0", "application/json", False),
        ("*/*, application/json;q=0", "application/json", False),
        ("*/*;q=0, application/json", "application/json", True),
        ("*/*;q=0, application/*;Q=0.1", "application/json", True),
        ("application/json;profile=a;q=0.0", "application/json", False),
        ("APPLICATION/JSON", "application/json", True),
        ("text/event-stream", "application/json", False),
        ("nonsense", "application/json", True),
        ("application/json;q=2", "application/json", True),
    ],
)
def test_the_most_specific_range_says_whether_a_type_is_taken(accept: str, media_type: str, taken: bool) -> None:
    assert accepts(accept, media_type) is taken


@pytest.mark.parametrize(
    ("if_none_match", "etag", "held"),
    [
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"x", W/"a" ,"b"', '"a"', True),
        ('"x"', '"a"', False),
        ("a", '"a"', False),
        ("*", '"a"', True),
        ("*", None, False),
        ("", '"a"', False),
        ('"a,b"', '"a"', False),
        ('"x, "a""', '"a"', False),
    ],
)
def test_tags_are_compared_weakly(if_none_match: str, etag: str | None, held: bool) -> None:
    assert is_held(if_none_match, etag) is held


@pytest.mark.parametrize(
    ("if_match", "etag", "meant"),
    [
        ('"a"', '"a"', True),
        ('"x", "a"', '"a"', True),
        ('W/"a"', '"a"', False),
        ('"a"', 'W/"a"', False),
        ('"x"', '"a"', False),
        ("*", '"a"', True),
        ("*", None, True),
        ('"a"', None, False),
        ('"x, "a""', '"a"', False),
    ],
)
def test_what_is_asked_for_by_a_tag_is_compared_strongly(if_match: str, etag: str | None, meant: bool) -> None:
    assert is_meant(if_match, etag) is meant


def test_a_stream_of_events_is_asked_for_by_its_name_and_liked_no_less_than_a_page() -> None:
    assert weight("text/event-stream;q=0, */*", "text/event-stream") == (0.0, True)
    assert weight("text/event-stream, */*;q=0.1", "application/json") == (0.1, False)
    assert weight("", "text/event-stream") == (1.0, False)
