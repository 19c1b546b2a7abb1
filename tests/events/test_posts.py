"""A post is called in Chinese as it was given, in English by its role, house and place."""

from __future__ import annotations

from uuid import UUID

import pytest

from events.envelope import Actor
from events.posts import post_in
from events.words import ActorKind, House, Level, Role


def actor(kind: ActorKind, post: str, place: str = "430100", **more: object) -> Actor:
    return Actor.model_validate({"id": UUID(int=1), "kind": kind, "post": post, "place": place, **more})


@pytest.mark.parametrize(
    ("who", "en"),
    [
        (
            actor(ActorKind.OFFICER, "示例处处长", house=House.UNION, level=Level.PREFECTURE, roles=(Role.APPROVER,)),
            "Approver, trade union, Changsha",
        ),
        (actor(ActorKind.OFFICER, "示例审计", "430000", roles=(Role.AUDITOR,)), "Auditor, Hunan"),
        (
            actor(ActorKind.APPLICANT, "申报单位", "000000", roles=(Role.APPLICANT, Role.UNIT_UNION)),
            "Applicant, union of the unit",
        ),
        (actor(ActorKind.SOURCE, "示例监察系统"), "示例监察系统"),
        (actor(ActorKind.TIMEKEEPER, "时限程序"), "Timekeeper"),
    ],
)
def test_a_post_in_both_languages(who: Actor, en: str) -> None:
    assert post_in(who, "zh") == who.post
    assert post_in(who, "en") == en
