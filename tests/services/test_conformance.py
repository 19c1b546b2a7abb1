"""The API held to its own OpenAPI document by schemathesis: what it is sent follows from the document, valid and
invalid alike, and no answer is a server's error, an undocumented one, or of another type than was promised.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from typing import Any

import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from world import World

from services.casework.kinds import KINDS

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

EXAMPLES = int(os.environ.get("CONCORD_EXAMPLES", "6"))
"""Of each operation; half of them follow its schemas, half break them."""

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip

CALLERS = (
    "auditor", "administrator", "data-officer", "province-hr-officer", "province-hr-approver", "county-hr-officer",
    "applicant-2", "petitions",
)  # fmt: skip
"""Who asks in turn: each reads and decides something that others do not."""

BY_CHANCE = max(1, EXAMPLES // 10)
"""Of the valid examples of each operation, and of the invalid ones, at least."""

MOST_SAID = 200
"""Of what an operation's schemas say that is looked at."""

PARTS = 6
"""Into which the operations are dealt out, so that several processes can try them at once."""

ANY_VERSION = ", ".join(f'"{version}"' for version in range(1, 80))


def _failures(
    api: Any, part: int, world: World, known: dict[str, list[str]], session: requests.Session
) -> Iterator[str]:
    for number, result in islice(enumerate(api.get_all_operations()), part, None, PARTS):
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            ask = _asked(operation, world, known, CALLERS[number // PARTS % len(CALLERS)], session)
            try:
                _ask_all(operation, number // PARTS, mode, ask)
            except (Exception, FailureGroup) as error:  # noqa: BLE001 - each is a finding; all are told at once
                yield f"{operation.label} {mode.value}: {_shown(error)}"


def _shown(error: BaseException) -> str:
    return "\n".join(map(_shown, error.exceptions)) if isinstance(error, BaseExceptionGroup) else str(error)


def _known(conninfo: str) -> dict[str, list[str]]:
    """Streams that there are, by the word for their kind in a path."""
    found: dict[str, list[str]] = {}
    with psycopg.connect(conninfo) as conn:
        for kind, stream in conn.execute("SELECT kind, stream::text FROM register.streams ORDER BY kind, stream"):
            found.setdefault(KINDS[kind].words.plural, []).append(stream)
    return found


def _ask_all(operation: Any, number: int, mode: GenerationMode, ask: Callable[[Case], None]) -> None:
    """Most examples keep or break one thing of the schemas each, spread over all that they say, elsewhere with every
    operation; the others are made by chance, which takes twenty times as long.
    """
    wanted = EXAMPLES // 2
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    said = operation.schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=config)
    cases = list(islice(said, MOST_SAID))
    apart = max(1, len(cases) // (wanted - BY_CHANCE))
    chosen = cases[number % apart :: apart][: wanted - BY_CHANCE]
    for case in chosen:
        ask(case)

    @settings(
        max_examples=wanted - len(chosen), derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Case) -> None:
        ask(case)

    with suppress(Unsatisfiable):  # nothing that could be wrong is sent to a route that takes nothing
        asked()


def _asked(
    operation: Any, world: World, known: dict[str, list[str]], caller: str, session: requests.Session
) -> Callable[[Case], None]:
    """What sends a case and holds its answer to the document; every second one is about a stream that there is."""
    kinds = re.match(r"/api/v1/([\w-]+)/\{stream\}", operation.path)
    streams = known.get(kinds[1], []) if kinds else []
    turns = count()
    address = str(world.client.base_url)
    headers = world.headers(caller, Accept="application/json")  # what is followed comes to no end

    def ask(case: Case) -> None:
        turn = next(turns)
        case.query.pop("min_position", None)  # one that is to come is waited for, and answers 503 as it should
        if streams and turn % 2:
            case.path_parameters["stream"] = streams[turn % len(streams)]
            if case.method == "POST":
                case.headers["If-Match"] = ANY_VERSION
        case.call_and_validate(base_url=address, session=session, headers=headers, checks=CHECKS, timeout=20)

    return ask


@pytest.fixture(scope="module")
def known(served: World) -> dict[str, list[str]]:
    """Streams that there are: of one unit that is registered and one in publicity."""
    served.register(1)
    served.to_publicity(2)
    return _known(served.conninfo)


@pytest.fixture(scope="module")
def api(served: World) -> Iterator[Any]:
    """The document as it is served; what lives as long as it is not searched for garbage with each new strategy."""
    made = schemathesis.openapi.from_dict(served.client.get("/openapi.json").json())
    made.config.phases.coverage.unexpected_methods = set()  # what a path does not serve, its document does not say
    gc.collect()
    gc.freeze()
    yield made
    gc.unfreeze()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """One connection for all requests, without a look for proxies before each."""
    with requests.Session() as own:
        own.trust_env = False
        yield own


@pytest.mark.parametrize("part", range(PARTS))
def test_E_07_no_answer_is_undocumented_or_a_servers_error(
    served: World, known: dict[str, list[str]], api: Any, session: requests.Session, part: int
) -> None:
    failures = list(_failures(api, part, served, known, session))
    assert not failures, f"{len(failures)}:\n" + "\n\n".join(failures[:20])
