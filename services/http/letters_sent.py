"""What routes and pages share of letters on their way: which of them somebody sees, and having one sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.places import within
from events.words import Role
from projections.page import Visible
from services.errors import ConcordError, Forbidden, NotFound
from services.http import readers
from services.http.context import Context
from services.http.readers import Reader, Scope
from services.outbox import sent_letters
from services.outbox.sent_letters import Filter, Letter

_OFFICES = frozenset({Role.OFFICER, Role.APPROVER, Role.OPERATOR})
"""Who has a letter sent again: the offices of the unit's place, and who looks after the processes."""


@dataclass(eq=False)
class NotOver(ConcordError):
    """A letter that waits for its next try, or about which there is nothing to tell any more (409)."""

    number: int
    code = "letter-not-over"
    status = 409

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return f"第{self.number}号信函尚在投递，或者已无需告知"

    def __str__(self) -> str:
        return f"letter {self.number} is on its way still, or there is nothing to tell any more"


async def letters(here: Context, who: Reader, wanted: Filter, after: int | None, limit: int) -> Sequence[Letter]:
    """The letters that somebody may see: to the units of their place, or to their own. Raises Forbidden."""
    readers.must_list(who, readers.LETTERS, wanted.place)
    scope = readers.scope(who, readers.LETTERS) or Scope()
    seen = Visible(
        whole=["unit"] if scope.all else (), placed=["unit"] if scope.places else (), places=scope.places,
        own={"unit": who.unit} if scope.own else {},
    )  # fmt: skip
    async with here.pool.connection() as conn:
        return await sent_letters.letters(conn, replace(wanted, seen=seen), here.today, after, limit)


async def send_again(here: Context, who: Reader, number: int) -> Letter:
    """The letter, put on its way anew. Raises NotFound, Forbidden, NotOver."""
    found = await letters(here, who, Filter(number=number), None, 1)
    if not found:
        raise NotFound(f"letter {number}")
    if not may_send_again(who, found[0]):
        zh = "由单位所在地经办、审批人员或者运维人员重新投递"
        raise Forbidden("letters are sent again by the offices of the unit's place, or by an operator", zh)
    async with here.pool.connection() as conn:
        if not await sent_letters.send_again(conn, number, who.holder):
            raise NotOver(number)
        return (await sent_letters.letters(conn, Filter(number=number), here.today))[0]


def may_send_again(who: Reader, letter: Letter) -> bool:
    """Whether somebody is of an office that has that letter sent again."""
    place = letter.place or who.register
    return any(_OFFICES & set(post.roles) and within(place, post.place) for post in who.posts)
