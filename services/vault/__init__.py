"""The vault: personal data is sealed here before it is stored, and opened here for those entitled.

May import `events`, `services.errors`, `cryptography` and psycopg.
Never holds a text in clear text or a key beyond the call that needs it, and never decides who may look.
"""

from services.vault.keys import (
    DataKey,
    KeyFile,
    Keys,
    Slot,
    adestroy,
    afetch,
    aprovision,
    destroy,
    fetch,
    provision,
    rewrap,
)
from services.vault.sealing import (
    SEALED,
    Erased,
    SealBroken,
    clear_of,
    needed,
    open_entry,
    seal,
    sealed_fields,
    subject_of,
)
from services.vault.tagging import PERSONAL, atagged, needs_tagging, person_fields

__all__ = [
    "PERSONAL",
    "SEALED",
    "DataKey",
    "Erased",
    "KeyFile",
    "Keys",
    "SealBroken",
    "Slot",
    "adestroy",
    "afetch",
    "aprovision",
    "atagged",
    "clear_of",
    "destroy",
    "fetch",
    "needed",
    "needs_tagging",
    "open_entry",
    "person_fields",
    "provision",
    "rewrap",
    "seal",
    "sealed_fields",
    "subject_of",
]
