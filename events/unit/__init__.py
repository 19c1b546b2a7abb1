"""What can have happened to a unit: one module a chapter of its life.

May import `events.envelope`, `events.fields`, `events.words`, `events.sealed`.
Never holds a rule: who may cause an event is in `services/casework/authority.py`.
"""
