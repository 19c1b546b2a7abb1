"""What is released of the vocabulary: a JSON Schema a type, the data dictionary, the glossary, and what may change.

May import `events`, and the tables of office in `services.casework`; nothing that runs.
Never holds a fact about an event beside its class: only the meanings of fields stand here (`meanings.csv`).
"""
