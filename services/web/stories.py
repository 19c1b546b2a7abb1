"""The told stories of a demonstration, where one was loaded: links for the home page."""

from __future__ import annotations

from typing import Any

import orjson

from services.settings import Settings


def stories(settings: Settings) -> list[dict[str, Any]]:
    """Number, page and title of each story, in order; none where this is no demonstration. Tokens are not read on."""
    file = settings.data_dir / "accounts.json"
    if not file.exists():
        return []
    told = orjson.loads(file.read_bytes()).get("stories", {})
    return [
        {
            "number": int(number),
            "path": story.get("path") or f"/units/{story['unit']}",
            "zh": story["zh"],
            "en": story["en"],
        }
        for number, story in sorted(told.items(), key=lambda one: int(one[0]))
    ]
