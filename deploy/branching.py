"""Going on after a restore as another log: what topic and register have in common, and the entry that says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg

from events.governance.register import RegisterBranched
from services import genesis
from services.casework.register.state import register_stream
from services.decisions import DecisionRequest, Decisions
from services.errors import Unavailable
from services.publisher.signature import Verifier


def branch_of(
    conn: psycopg.Connection[Any], bootstrap: str, topic: str, keys: Verifier, of: UUID, reason: str
) -> RegisterBranched:
    """The branch of the log `of` after the last position in common; reads the whole topic.

    Raises Unavailable where the topic holds nothing that the register does not, and KafkaError.
    """
    from services.publisher import topic_end  # noqa: PLC0415 (the client takes a while to import)

    found = topic_end.shared(conn, bootstrap, topic, keys, of)
    if found is None:
        raise Unavailable("a branch (the topic holds nothing that this register does not)")
    after, lost = found
    return RegisterBranched(log=uuid4(), of=of, after=after, lost=lost, reason=reason)


async def record(decisions: Decisions, event: RegisterBranched) -> None:
    """Store it as the operator's act. Raises Refused."""
    by, command = genesis.operator(decisions.states.place), uuid4()
    request = DecisionRequest(
        command, command.bytes, register_stream(decisions.states.place), event, by.id, posts=(by,)
    )
    await decisions.decide(request)
