"""The vocabulary: everything that can have happened, as frozen models in the past tense.

May import the standard library, pydantic and orjson, nothing of ours.
Never holds a rule, a query or a side effect: an event says what happened, and no more.
"""
