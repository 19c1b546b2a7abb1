"""What every event carries beside its own fields, and how an event class describes itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from events.fields import Day
from events.matters import MATTERS
from events.words import ActorKind, House, Level, Role

CHINA = ZoneInfo("Asia/Shanghai")
"""The zone in which a moment becomes a day: all deadlines of the policy are local."""


@dataclass(frozen=True, slots=True)
class About:
    """How an event class describes itself; everything published about it is made from this.

    `matter` is what the act is about, one of `MATTERS`: a policy pack gives the clauses of each.
    `says_zh` and `says_en` are sentence templates over the event's own fields; a part in square
    brackets is left out when one of its fields is empty. `decision` is the imperative by which a
    person causes the event over HTTP; None where only the register itself does. `fact` marks what
    is recorded as it comes (no `If-Match` needed); all else is a decision taken at a version.
    """

    type: str
    zh: str
    en: str
    matter: str
    says_zh: str
    says_en: str
    decision: str | None = None
    fact: bool = False

    @property
    def act_en(self) -> str:
        """What one does to cause it, in English; Chinese calls the act and what was done alike."""
        return self.decision.replace("-", " ").capitalize() if self.decision is not None else self.en

    def __post_init__(self) -> None:
        if self.matter not in MATTERS:
            raise ValueError(f"{self.type}: {self.matter!r} is no matter a policy pack knows")


class Event(BaseModel):
    """The base of every event: frozen, closed to unknown fields, described by `about`.

    A class is built at its first use: a process uses a few of several hundred.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True, defer_build=True
    )
    about: ClassVar[About]


def derived(**kwargs: Any) -> Any:
    """A field that the chapter's `propose` fills in from the state; nobody may enter it."""
    return Field(default=None, json_schema_extra={"readOnly": True}, **kwargs)


class Actor(BaseModel):
    """Who acted, as they were at that moment: a person in a post, or a system.

    `appointment` is the version of the `officer.appointed` event that gave the post; `unit` is the
    unit that an applicant or its union acts for. `stands_in` is the version of the entry by which the level above took
    the step up, or lent the officer for it (T-03). Names stand, sealed, in the officer's own stream.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: UUID
    kind: ActorKind
    post: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    house: House | None = None
    level: Level | None = None
    place: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    roles: tuple[Role, ...] = ()
    appointment: int | None = None
    unit: UUID | None = None
    stands_in: int | None = None


class Authority(BaseModel):
    """By what right: the rule that allowed the act, its clause, and the policy pack in force that day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: str
    clause: str
    pack: str


E_co = TypeVar("E_co", bound=Event, covariant=True)


Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 2, tzinfo=UTC), le=datetime(2199, 12, 30, tzinfo=UTC)),
]
"""A moment with its offset, in years that every zone's calendar can carry."""


class Entry(BaseModel, Generic[E_co]):
    """An event as it stands in a stream: the stored bytes are the JSON of this model.

    `recorded_at` is when the register learned it (UTC); `effective_on` is the day from which it
    holds in the world. `seconded_by` is the second person of an act that takes two; `relied_on` names
    streams beside its own that the decision rested on, with the version at which each was seen.
    A proposal is an Entry that has not been appended yet; the register moves its `recorded_at` on
    where the log has come further.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    stream: UUID
    version: Annotated[int, Field(ge=1)]
    event: E_co
    recorded_at: Moment
    effective_on: Day
    actor: Actor
    authority: Authority | None = None
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None = None
    seconded_by: Actor | None = None
    relied_on: dict[UUID, int] | None = None

    @property
    def day(self) -> date:
        """The local day on which the event was recorded."""
        return self.recorded_at.astimezone(CHINA).date()

    @property
    def id(self) -> str:
        """Unique for ever: the stream and the version in it."""
        return f"{self.stream}/{self.version}"
