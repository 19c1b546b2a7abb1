"""What stands on a tag is told by a shape before its colour: nobody has to see the one to know the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.words import Standing, Watch
from services import web

CSS = (Path(web.__file__).parent / "static" / "concord.css").read_text()


@pytest.mark.parametrize("word", [word for word in (*Standing, *Watch) if word is not Standing.NONE])
def test_every_standing_and_every_watch_has_its_shape(word: Standing | Watch) -> None:
    assert f".{word.value}::before" in CSS
