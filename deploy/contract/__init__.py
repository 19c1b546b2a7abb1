"""What is released of the vocabulary: a JSON Schema a type, the data dictionary, the glossary, and what may change.

May import `events`, and the wire of signals in `services`; nothing that runs.
Never holds a fact about an event: what it is stands in its class, what its fields mean in `events/labels.csv`.
"""
