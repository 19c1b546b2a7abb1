"""What people call what entries name by an id: the names of streams and sources, for the sentences of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from events.envelope import Event
from events.references import Scalar, StreamRef, markers_of, references
from events.sentences import Labels
from projections.streams import queries as streams
from services.casework.pack import Pack
from services.casework.source.state import source_stream
from services.casework.stream import State
from services.http.context import Context

_SOURCES = frozenset({Scalar("source"), Scalar("uri")})


Names = Mapping[str, tuple[str, str]]
"""Names in Chinese and in English by id, or by the URI of a source."""


async def names_in(here: Context, events: Iterable[Event]) -> Names:
    """What the streams and sources are called that these events name."""
    named = {identity: stream for event in events for identity, stream in _named(event)}
    if not named:
        return {}
    async with here.pool.connection() as conn:
        labels = await streams.labels(conn, list(set(named.values())))
    return {identity: labels[stream] for identity, stream in named.items() if stream in labels}


def labels_of(names: Names, pack: Pack) -> Labels:
    """What a sentence calls the ids of streams and those of the pack."""

    def called(word: str, language: str) -> str:
        name = names.get(word)
        return name[language == "en"] if name is not None else pack.label(word, language)

    return called


def _named(event: Event) -> Iterable[tuple[str, UUID]]:
    """The ids that an event names, as it writes them, with the streams that are meant."""
    for mention in references(event):
        if isinstance(mention.marker, StreamRef) and isinstance(mention.value, UUID):
            yield str(mention.value), mention.value
    for name, marker in markers_of(type(event)).items():
        if marker in _SOURCES and isinstance(uri := getattr(event, name), str):
            yield uri, source_stream(uri)


def called(state: State) -> tuple[str, str]:
    """What people call a stream, in Chinese and in English; what it is, where it has no name."""
    kind = state.descriptor
    return kind.label(state, "zh") or kind.words.zh, kind.label(state, "en") or kind.words.en
