"""What a post is called: in Chinese as it was given, in English by its role, house and place."""

from __future__ import annotations

from collections.abc import Sequence

from events.envelope import Actor
from events.places import PLACES
from events.words import ActorKind, House, Role


def post_in(actor: Actor, language: str) -> str:
    """The post in which somebody acted, in `zh` or `en`; a source is called by its own name in both."""
    if language == "zh" or actor.kind is ActorKind.SOURCE:
        return actor.post
    return english(actor.roles, actor.house, actor.place) if actor.roles else capital(actor.kind.en)


def english(roles: Sequence[Role], house: House | None, place: str) -> str:
    """A post by its roles, its house and its place; an agent's, which has neither, by the roles alone."""
    parts = [", ".join(role.en for role in roles), house.en if house is not None else ""]
    if not _AGENTS.issuperset(roles) and place in PLACES:
        parts.append(PLACES[place].en)
    return capital(", ".join(part for part in parts if part))


_AGENTS = frozenset({Role.APPLICANT, Role.UNIT_UNION})


def capital(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]
