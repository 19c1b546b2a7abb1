"""What is released of the vocabulary: a JSON Schema a type, the data dictionary, the glossary, and what may change.

May import `events`, and of `services` the wire of signals and what the law declares; nothing that runs.
Never holds a fact about an event: what it is stands in its class, what its fields mean in `events/labels.csv`,
who may cause it in the law's declaration of it.
"""
