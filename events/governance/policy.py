"""The policy in force: which pack, from which day (I-23)."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, PackDigest, PackName, PackVersion


class PolicyAdopted(Event):
    """The province adopts a policy pack from a day on; every act is judged by the pack of its day."""

    about = About(
        "policy.adopted.v1", "采用政策包", "Policy adopted", "policy",
        "采用政策包 {pack}（第{pack_version}版），自{from_}起施行", "Policy pack {pack} version {pack_version} adopted from {from_}",
        decision="adopt",
    )  # fmt: skip
    pack: PackName
    pack_version: PackVersion
    digest: PackDigest
    from_: Day = Field(alias="from")
