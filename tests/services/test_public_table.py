"""What anybody may see is the pack's table, and pages for anybody are given and read nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from jinja2 import nodes
from test_readers import FREE, READING

from projections.board.rows import Row
from services.casework.calendar import Span
from services.casework.pack import load_pack
from services.casework.pack_public import SUBJECTS, Publication, lines, problems_of_table
from services.http.publicity import candidate
from services.web.public import _holdings
from services.web.render import templates

PACK = load_pack()

READ = {
    "roll.html": ("holder", {"row"}),
    "roll-check.html": ("holder", {"one"}),
    "publicity.html": ("candidate", {"row"}),
    "objection.html": ("candidate", {"candidate"}),
    "publicity-list.html": ("listed", {"row", "listed"}),
    "list-objection.html": ("listed", {"row", "listed"}),
    "published-list.html": ("published", {"row", "published"}),
    "publicity-honour.html": ("commended", {"honour"}),
    "honour-objection.html": ("commended", {"honour"}),
    "plaque.html": ("plaque", {"plaque"}),
    "announcements.html": ("revocation", {"row"}),
    "objection-status.html": ("objection", {"found"}),
}
"""Each template for anybody, of whom it tells, and by which names."""

EXPLAIN = {
    "/livez", "/readyz", "/metrics", "/openapi.json", "/api/v1/now", "/sign-in", "/sign-in/provider",
    "/sign-in/provider/return", "/sessions", "/password",
    "/password/forgotten", "/account", "/accounts", "/tokens", "/demonstration", "/help/policy", "/help/public",
    "/api/v1/policy/public", "/{kinds:kinds}/decide/{decision}", "/survey", "/survey/thanks",
}  # fmt: skip
"""Routes that answer without an account and tell of no unit and of nobody; of a survey, to who holds a code of it."""


def test_every_route_that_needs_no_account_stands_in_the_table_or_tells_of_nobody() -> None:
    free = {route for route, shown in READING.items() if shown == FREE}
    of_somebody = {route for subject in SUBJECTS.values() for route in subject.routes}
    assert free == EXPLAIN | of_somebody
    assert not EXPLAIN & of_somebody


def _read_of(node: nodes.Node, names: set[str]) -> Iterator[str]:
    for found in node.find_all(nodes.Getattr):
        if isinstance(found.node, nodes.Name) and found.node.name in names:
            yield found.attr


@pytest.mark.parametrize("template", READ)
def test_a_page_for_anybody_reads_only_fields_of_the_table(template: str) -> None:
    subject, names = READ[template]
    assert templates.loader is not None
    source, _, _ = templates.loader.get_source(templates, template)
    tree = templates.parse(source)
    read = set(_read_of(tree, names))
    assert read
    assert read <= SUBJECTS[subject].fields.keys()
    assert not list(_read_of(tree, {"unit", "entry", "state"}))


def _row() -> Row:
    cells = dict.fromkeys(Row._fields)
    held = {"standing": "held", "term_from": "2026-01-01", "term_until": "2028-12-31", "document": "SECRET"}
    gone = {**held, "standing": "revoked"}
    told = {
        "unit": UUID(int=1),
        "name": "示例企业",
        "code": "C",
        "place": "430102",
        "headcount": 77,
        "industry": "SECRET",
    }
    titles = {"provincial_harmonious": held, "national_model": gone}
    return Row(**{**cells, **told, "titles": titles})  # type: ignore[arg-type]


def test_of_a_holder_only_public_fields_of_titles_that_are_held_leave_the_row() -> None:
    (shown,) = _holdings(_row(), PACK)
    assert shown == {
        "name": "示例企业", "code": "C", "place": "430102", "title": "provincial_harmonious",
        "term": ("2026-01-01", "2028-12-31"), "carried_in": False,
    }  # fmt: skip


def test_what_a_pack_leaves_out_is_not_shown() -> None:
    few = {name: line.model_copy(update={"fields": ("name",)}) for name, line in PACK.public.items()}
    pack = PACK.model_copy(update={"public": few})
    assert _holdings(_row(), pack) == [{"name": "示例企业"}]
    period = type("Period", (), {"since": date(2026, 1, 1), "until": date(2026, 1, 9)})()
    assert candidate("甲", "C", "430102", "provincial_harmonious", period, pack) == {"name": "甲"}


def test_a_revocation_is_public_for_its_time_and_the_rest_as_long_as_it_lasts() -> None:
    today = date(2026, 11, 27)
    assert PACK.public["revocation"].earliest(today, PACK.calendar) == date(2023, 11, 27)
    assert PACK.public["holder"].earliest(today, PACK.calendar) is None


def _line(**changes: object) -> dict[str, Publication]:
    return {**PACK.public, "holder": PACK.public["holder"].model_copy(update=changes)}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"fields": ("name", "headcount")}, "public.holder.fields"),
        ({"fields": ("name", "name")}, "public.holder.fields"),
        ({"from_": "announced"}, "public.holder.from"),
        ({"until": "always"}, "public.holder.until"),
        ({"until": Span.parse("3m")}, "public.holder.until"),
    ],
)
def test_a_line_that_no_page_could_keep_to_is_refused(changes: dict[str, object], key: str) -> None:
    assert [found for found, _ in problems_of_table(_line(**changes))] == [key]


def test_a_subject_without_a_line_and_an_unknown_one_are_refused() -> None:
    table = {name: line for name, line in PACK.public.items() if name != "plaque"}
    assert [key for key, _ in problems_of_table(table)] == ["public.plaque"]
    table = {**PACK.public, "officer": PACK.public["plaque"]}
    assert [key for key, _ in problems_of_table(table)] == ["public.officer"]
    assert [line.subject for line in lines(PACK.public)] == list(SUBJECTS)
