"""A board that is followed: who may list units is told when it moves on, as long as the session is open."""

from __future__ import annotations

import re

from browsing import Browser, sheets
from world import World


def test_a_board_is_told_when_it_moves_and_until_its_session_ends(served: World) -> None:
    who = Browser.of(served, "province-hr-officer").open("/board")
    found = re.search(r'data-live="(/board/live\?position=\d+)"', who.text)
    assert found is not None
    csrf = next(one for one in sheets(who.text) if one.action == "/sign-out").values["csrf"]
    with who.client.stream("GET", found[1], headers={"Accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        served.register(17)
        lines = stream.iter_lines()
        position = next(int(line.removeprefix("id: ")) for line in lines if line.startswith("id: "))
        assert position > int(found[1].rpartition("=")[2])
        assert next(lines) == "event: moved"
        assert who.client.post("/sessions/end", data={"csrf": csrf}).status_code == 303
        for _ in lines:
            pass  # it ends by itself: who reads on is told nothing more
    assert who.client.get("/board/live").headers["location"].startswith("/sign-in")
    assert Browser.of(served, "public").open("/board/live").page.status_code == 403  # type: ignore[union-attr]
