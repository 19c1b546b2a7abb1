"""The kind `code`: that a public code, a digest, a plaque's number is one thing's (T-20)."""

from __future__ import annotations

from events.governance.code import CodeClaimed, CodeReleased
from events.sentences import shortened
from services.casework.called import in_pack
from services.casework.code.state import Code, claimed, code_stream, released
from services.casework.kind import Kind
from services.casework.law import Chapter, Intent, Law, Refusal, refuse
from services.casework.office import SYSTEM
from services.casework.pack import Pack


def is_free(code: Code, act: Intent, pack: Pack) -> Refusal | None:
    """T-20: a code is claimed while it is nobody's."""
    if code.holder is None:
        return None
    return refuse(pack, "T-20", "代码已有归属", "the code is taken", (code.holder,))


CODE = Kind(
    "code",
    Code,
    (
        Chapter(
            None,
            {CodeClaimed: claimed, CodeReleased: released},
            (
                Law(
                    CodeClaimed,
                    office=(SYSTEM,),
                    rule="T-20",
                    opens=True,
                    state=(is_free,),
                    undone_by_procedure=True,
                ),
                Law(CodeReleased, office=(SYSTEM,), rule="T-20", undone_by_procedure=True),
            ),
        ),
    ),
    place=lambda code: None,
    is_open=lambda code: code.holder is not None,
    label=lambda code, language: shortened(in_pack(code, code.value, language)),
    key=lambda event: code_stream(event.scope, event.value),
)
