"""What the label of a stream says where its state has the code of a place or an id of the pack. Pure."""

from __future__ import annotations

from events.places import PLACES
from services.casework.pack import pack_of
from services.casework.stream import State


def place_called(code: str, language: str) -> str:
    """The name of a place; its code where nobody knows it."""
    place = PLACES.get(code)
    if place is None:
        return code
    return place.en if language == "en" else place.zh


def in_pack(state: State, name: str, language: str) -> str:
    """What an id of the pack is called by the pack under which the last entry of the stream was judged."""
    return pack_of(state.entries[-1]).label(name, language) if state.entries else name
