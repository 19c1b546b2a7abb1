"""The shares of a draw's seed: houses commit to them, the log's head is fixed, and they are revealed (T-19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from events.envelope import Actor, Entry
from events.governance.check import CheckDrawn, CheckShareCommitted, CheckShareRevealed, CheckShareWithheld
from events.governance.crosscheck import (
    CrosscheckAssigned,
    CrosscheckShareCommitted,
    CrosscheckShareRevealed,
    CrosscheckShareWithheld,
)
from events.words import House, Level, ObligationKind, Role
from services.casework.check.draw import head_digest, seed_of, share_digest
from services.casework.law import Act, Entitled, Intent, Law, Refusal, StateRule, refuse
from services.casework.obligation import Obligation, owed
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

ShareCommitted = CheckShareCommitted | CrosscheckShareCommitted
ShareRevealed = CheckShareRevealed | CrosscheckShareRevealed
ShareWithheld = CheckShareWithheld | CrosscheckShareWithheld

_WITHHELD_TWICE = 2


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the log's head is made of: the entry of the last commitment, and the day it was recorded."""

    version: int
    recorded_at: datetime
    command: UUID
    digest: str
    day: date

    def head(self, position: int, plan: UUID) -> str:
        """The digest of the head, where the entry stands at that position of the log."""
        return head_digest(position, plan, self.version, self.recorded_at, self.command, self.digest)


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a draw as of a version of its stream.

    `needed` is how many houses commit, `since` the day from which they may: none before the list is frozen.
    `withheld` counts how often each house withheld its share, `attempt` says which attempt at the draw is under way;
    `revealed_on` is the day of the last share.
    """

    needed: int = 0
    since: date | None = None
    attempt: int = 1
    committed: Mapping[House, str] = field(default_factory=dict)
    last: Commitment | None = None
    revealed: Mapping[House, str] = field(default_factory=dict)
    revealed_on: date | None = None
    withheld: Mapping[House, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all houses that it takes have committed: the log's head is fixed."""
        return 0 < self.needed <= len(self.committed)

    @property
    def hidden(self) -> tuple[House, ...]:
        """The houses that committed and did not reveal yet."""
        return tuple(house for house in self.committed if house not in self.revealed)

    def seed(self, head: str) -> str:
        """The seed, of the shares that are revealed and the digest of the head."""
        return seed_of({house.value: share for house, share in self.revealed.items()}, head)


class Drawing(Protocol):
    """A stream that draws by shares."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def level(self) -> Level:
        """Whose draw it is."""

    @property
    def shares(self) -> Shares:
        """Its shares."""


def committed(shares: Shares, entry: Entry[ShareCommitted]) -> Shares:
    """One commitment more, the last one so far."""
    event = entry.event
    last = Commitment(entry.version, entry.recorded_at, entry.command_id, event.digest, entry.day)
    return replace(shares, committed={**shares.committed, event.house: event.digest}, last=last)


def revealed(shares: Shares, entry: Entry[ShareRevealed]) -> Shares:
    """One share more."""
    return replace(shares, revealed={**shares.revealed, entry.event.house: entry.event.share}, revealed_on=entry.day)


def withheld(shares: Shares, entry: Entry[ShareWithheld]) -> Shares:
    """The draw begins again, with new shares."""
    house = entry.event.house
    counted = {**shares.withheld, house: shares.withheld.get(house, 0) + 1}
    return Shares(shares.needed, entry.day, shares.attempt + 1, withheld=counted)


# --- the rules --------------------------------------------------------------------------------------------------------


def list_frozen(drawing: Drawing, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: nothing is committed to before the list is frozen."""
    return refuse(pack, "T-19", "名单尚未冻结", "the list is not frozen yet") if drawing.shares.since is None else None


def commitments_open(drawing: Drawing, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: once all have committed the log's head is fixed, and nobody commits any more."""
    return (
        refuse(pack, "T-19", "各家均已提交摘要", "all houses have committed already", final=True)
        if drawing.shares.complete
        else None
    )


def commitments_complete(drawing: Drawing, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: no share is revealed before all have committed."""
    if drawing.shares.complete:
        return None
    return refuse(pack, "T-19", "各家尚未全部提交摘要", "not all houses have committed yet")


def all_revealed(drawing: Drawing, act: Intent, pack: Pack) -> Refusal | None:
    """T-19: the register draws once every share is revealed."""
    hidden = drawing.shares.hidden
    return refuse(pack, "T-19", "尚有份额未公开", "some share is not revealed yet", hidden) if hidden else None


def speaks_for_house(drawing: Drawing, act: Act[ShareCommitted | ShareRevealed], pack: Pack) -> Refusal | None:
    """T-19: a share is its own house's, at the draw's level; after two were withheld, others give that of who did."""
    house, actor, level = act.event.house, act.actor, drawing.level
    if house not in pack.quorums.houses:
        return refuse(pack, "T-19", "不是成员单位", "that house is none of the programme's", (house,), "/house")
    if _replaced(drawing.shares, house):
        return None if _stands_in(level, house, actor) else _by_others(house, pack)
    if actor.house is house and actor.level is level:
        return None
    zh = f"份额由{level.zh}级{house.zh}本家提交"
    en = f"the share is that of {house.en} at the level of the {level.en}"
    return refuse(pack, "T-19", zh, en, (house,), "/house")


def _replaced(shares: Shares, house: House) -> bool:
    """Whether the share of a house is given by others: it withheld one, and the draw has seen two withheld."""
    return house in shares.withheld and sum(shares.withheld.values()) >= _WITHHELD_TWICE


def _stands_in(level: Level, house: House, actor: Actor) -> bool:
    """Whether an officer stands in for a house: of a level above, or where a register has none, another house's."""
    if actor.level is None or actor.level.rank < level.rank:
        return False
    top = level.rank >= Level.PROVINCE.rank and actor.house is not house and Role.APPROVER in actor.roles
    return actor.level.rank > level.rank or top


def _by_others(house: House, pack: Pack) -> Refusal:
    zh = f"{house.zh}曾逾期不交份额，由上级代为提交；省级和国家级由其他成员单位的审批人员代为提交"
    en = (
        f"{house.en} withheld its share: the level above gives it, in the province and at the nation an approver of "
        "another house"
    )
    return refuse(pack, "T-19", zh, en, (house,), "/house")


def house_commits_once(drawing: Drawing, act: Act[ShareCommitted], pack: Pack) -> Refusal | None:
    """T-19: a house commits to one share."""
    if act.event.house in drawing.shares.committed:
        return refuse(pack, "T-19", "该家已提交摘要", "that house has committed already", (act.event.house,), "/house")
    return None


def share_as_committed(drawing: Drawing, act: Act[ShareRevealed], pack: Pack) -> Refusal | None:
    """T-19: the share revealed is the one committed to, once."""
    house, shares = act.event.house, drawing.shares
    if house not in shares.hidden:
        zh, en = "该家没有待公开的份额", "that house has no share to reveal"
        all_known = shares.complete and not shares.hidden
        return refuse(pack, "T-19", zh, en, (house,), "/house", final=all_known)
    if shares.committed[house] != share_digest(drawing.id, house.value, act.event.share):
        return refuse(pack, "T-19", "份额与摘要不符", "the share is not the one committed to", (house,), "/share")
    return None


def share_is_withheld(drawing: Drawing, act: Act[ShareWithheld], pack: Pack) -> Refusal | None:
    """T-19: a share is withheld where its house could give it and let its days pass."""
    house, shares = act.event.house, drawing.shares
    since = shares.last.day if shares.complete and shares.last is not None else shares.since
    everybody = shares.needed >= len(pack.quorums.houses)
    missing = shares.hidden if shares.complete else tuple(h for h in pack.quorums.houses if h not in shares.committed)
    if house not in missing or since is None or not (shares.complete or everybody):
        return refuse(pack, "T-19", "不欠该家份额", "no share is missing of that house", (house,), "/house")
    until = pack.after(since, pack.windows.draw_share)
    if act.day <= until:
        return refuse(pack, "T-19", f"期限至{until}", f"the house has until {until}", (house,), "/house")
    return None


def seed_of_the_shares(drawing: Drawing, act: Act[CheckDrawn | CrosscheckAssigned], pack: Pack) -> Refusal | None:
    """T-19: head and seed follow from what was recorded; nobody types them."""
    event, last = act.event, drawing.shares.last
    if last is None or event.head is None:
        return refuse(pack, "T-19", "抽取须由登记簿填写", "a draw is the register's own")
    head = last.head(event.head, drawing.id)
    if (event.head_digest, event.seed) != (head, drawing.shares.seed(head)):
        return refuse(pack, "T-19", "种子与份额和日志位置不符", "the seed is not that of shares and head", (), "/seed")
    return None


def share_laws(
    committed_by: type[ShareCommitted], revealed_by: type[ShareRevealed], withheld_by: type[ShareWithheld],
    office: tuple[Entitled, ...], undrawn: StateRule[Any],
) -> tuple[Law[Any, Any], ...]:  # fmt: skip
    """The acts on the shares of a kind that draws, while `undrawn` lets them through."""
    settles = (ObligationKind.DRAW_SHARE,)
    return (
        Law(
            committed_by, office=office, rule="T-19", settles=settles, undone_by_procedure=True,
            state=(list_frozen, undrawn, commitments_open), content=(speaks_for_house, house_commits_once),
        ),
        Law(
            revealed_by, office=office, rule="T-19", settles=settles, undone_by_procedure=True,
            state=(list_frozen, undrawn, commitments_complete), content=(speaks_for_house, share_as_committed),
        ),
        Law(
            withheld_by, office=office, rule="T-19", settles=settles, undone_by_procedure=True,
            state=(list_frozen, undrawn), content=(share_is_withheld,),
        ),
    )  # fmt: skip


def owed_shares(drawing: Drawing, office: str, packs: Packs) -> Iterator[Obligation]:
    """T-19: shares are committed to in their days from the list on, and revealed in theirs from the last commitment;
    once all are known, so that anybody sees what comes of them, the draw is owed.
    """
    shares = drawing.shares
    if shares.complete and shares.last is not None:
        for house in shares.hidden:
            yield _share(packs, f"reveal:{shares.attempt}:{house.value}", office, shares.last.day)
        if not shares.hidden and shares.revealed_on is not None:
            yield _share(packs, f"draw:{shares.attempt}", office, shares.revealed_on)
    elif shares.since is not None:
        yield _share(packs, f"commit:{shares.attempt}", office, shares.since)


def _share(packs: Packs, ref: str, office: str, since: date) -> Obligation:
    pack = packs.on(since)
    due = pack.after(since, pack.windows.draw_share)
    return owed(pack, ObligationKind.DRAW_SHARE, ref, office, since, due)
