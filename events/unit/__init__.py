"""What can have happened to a unit: one module a chapter of its life.

May import `events.envelope`, and the modules of field types beside it.
Never holds a rule: who may cause an event is the law's, in `services/casework/`.
"""
