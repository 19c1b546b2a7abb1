"""文件: number and digest one to one, confirmed by another, once (T-23)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.document import DocumentConfirmed, DocumentRecorded, DocumentWithdrawn
from events.words import CodeScope, DocumentKind, House, Level, Role
from services.casework.code.state import Code, code_stream
from services.casework.document.state import Paper, document_stream
from services.casework.pack import load_pack
from tests.casework.world import World

DAY = date(2024, 3, 4)
RECORDED = DocumentRecorded(
    kind=DocumentKind.NAMING, issuer="示例国家三方", number="示例〔2024〕1号", dated=DAY, title="示例命名文件",
    sha256="a" * 64, media_type="application/pdf", size=7,
)  # fmt: skip
STREAM = document_stream(RECORDED.issuer, RECORDED.number)


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def _two(world: World) -> tuple[UUID, UUID]:
    return world.hires(DAY, Role.OFFICER, Level.PROVINCE), world.hires(DAY, Role.OFFICER, Level.PROVINCE, House.UNION)


def test_t_23_a_number_is_one_paper_and_a_digest_one_number(world: World) -> None:
    one, _ = _two(world)
    other = RECORDED.model_copy(update={"number": "示例〔2024〕2号"})
    assert world.rules(DAY, one, STREAM, other) == {"T-20"}
    assert world.rules(DAY, one, STREAM, RECORDED.model_copy(update={"dated": DAY + timedelta(days=1)})) == {"I-21"}
    world.act(DAY, one, STREAM, RECORDED)
    refusals = world.refused(DAY, one, STREAM, RECORDED.model_copy(update={"sha256": "b" * 64}))
    assert [(refusal.rule, refusal.facts) for refusal in refusals] == [("T-23", ("a" * 64,))]
    second = document_stream(other.issuer, other.number)
    refusals = world.refused(DAY, one, second, other)
    assert [(refusal.rule, refusal.facts) for refusal in refusals] == [("T-23", (str(STREAM),))]
    world.act(DAY, one, second, other.model_copy(update={"sha256": "b" * 64}))


def test_t_23_the_digest_is_claimed_with_the_record(world: World) -> None:
    one, _ = _two(world)
    world.act(DAY, one, STREAM, RECORDED)
    claim = world.state(Code, code_stream(CodeScope.DOCUMENT_DIGEST, RECORDED.sha256))
    assert claim.holder == STREAM


def test_t_23_it_is_confirmed_once_by_another_with_its_list(world: World) -> None:
    one, other = _two(world)
    assert world.rules(DAY, other, STREAM, DocumentConfirmed()) == {"I-00"}
    world.act(DAY, one, STREAM, RECORDED)
    assert world.rules(DAY, one, STREAM, DocumentConfirmed()) == {"T-23"}
    assert world.rules(DAY, other, STREAM, DocumentConfirmed(units=(world.new(),))) == {"T-02"}
    confirmed = world.act(DAY, other, STREAM, DocumentConfirmed())
    assert world.state(Paper, STREAM).confirmed == confirmed.version
    third = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    assert world.rules(DAY, third, STREAM, DocumentConfirmed()) == {"T-23"}


def test_t_23_a_withdrawn_paper_counts_no_more(world: World) -> None:
    one, other = _two(world)
    world.act(DAY, one, STREAM, RECORDED)
    withdrawn = DocumentWithdrawn(reason="示例：文号录错")
    world.act(DAY, one, STREAM, withdrawn)
    assert world.rules(DAY, one, STREAM, withdrawn) == {"T-23"}
    assert world.rules(DAY, other, STREAM, DocumentConfirmed()) == {"T-23"}


def test_who_has_no_desk_records_no_paper(world: World) -> None:
    auditor = world.hires(DAY, Role.AUDITOR, Level.PROVINCE, None)
    assert world.rules(DAY, auditor, STREAM, RECORDED) == {"I-13"}
    assert world.rules(DAY, world.people["administrator 1"], STREAM, RECORDED) == {"I-13"}
