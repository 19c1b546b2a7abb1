"""The glossary: the closed sets of terms with their labels, made from `events/words.py`."""

from __future__ import annotations

import inspect

from events import words
from events.words import Word

HEAD = """# Glossary

The closed sets of terms: what is stored, and what people read. Generated from `events/words.py` by
`python -m deploy.contract write`.
"""


def glossary() -> str:
    """The whole page, as Markdown."""
    return "\n".join([HEAD, *(_section(word) for word in _words())])


def _words() -> list[type[Word]]:
    return [
        thing
        for thing in vars(words).values()
        if isinstance(thing, type) and issubclass(thing, Word) and thing is not Word
    ]


def _section(word: type[Word]) -> str:
    rows = [f"| `{term.value}` | {term.zh} | {term.en} |" for term in word]
    return "\n".join(
        [
            f"## {word.__name__}",
            "",
            inspect.cleandoc(word.__doc__ or ""),
            "",
            "| stored | 中文 | English |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
