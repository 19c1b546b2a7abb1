"""Stored history judged again beside what it relied on: lawful as it was decided, and what is not so is found."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from world import PROVINCE, World, officer_id

from services import audit as auditing
from services.audit import audit
from services.casework.pack import load_pack
from services.casework.policy.kind import POLICY
from services.casework.policy.state import Packs, policy_stream
from services.casework.stream import fold
from services.register.append import Stored, append_sync
from services.register.command import Command
from services.register.read import read_stream


def packs_of(conn: psycopg.Connection[Any]) -> Packs:
    """The packs in force in the register."""
    stream = policy_stream(PROVINCE)
    return Packs.of(fold(POLICY, stream, [one.entry for one in read_stream(conn, stream)]), load_pack())


def test_what_was_decided_lawfully_is_lawful_when_it_is_judged_again(
    served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.to_publicity(6)
    # so small that portions are turned over many times
    monkeypatch.setattr(auditing, "TOGETHER", 7)
    judged: dict[UUID, int] = {}
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        assert list(audit(conn, packs_of(conn), judged=judged.__setitem__)) == []
        (events,) = conn.execute("SELECT count(*) FROM register.events").fetchone() or (0,)
    assert sum(judged.values()) == events


def test_an_entry_is_judged_beside_the_others_as_it_says_it_saw_them(served: World) -> None:
    contact = officer_id("county-hr-officer")
    lawful, unlawful = served.register(7), served.register(8)
    body = {"officer": str(contact), "from": served.today.isoformat()}
    served.must("prefecture-hr-officer", lawful, "assign-contact", body)
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        entry = read_stream(conn, lawful)[-1].entry
        assert entry.relied_on is not None
        # at the first version of their stream the contact held no post yet
        before, command = {**entry.relied_on, contact: 1}, uuid4()
        forged = entry.model_copy(update={"stream": unlawful, "command_id": command, "relied_on": before})
        (stored,) = append_sync(conn, [Command(command, b"forged", {unlawful: 1}, (forged,))])
        assert isinstance(stored, Stored)
        found = list(audit(conn, packs_of(conn)))
        assert [(finding.entry.stream, finding.entry.version) for finding in found] == [(unlawful, 2)]
        assert {refusal.rule for refusal in found[0].refusals} == {"T-02"}
        assert list(audit(conn, packs_of(conn), streams=[lawful])) == []
