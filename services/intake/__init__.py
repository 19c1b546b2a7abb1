"""Signals in: CloudEvents of source systems become entries of units, whatever way they came.

May import `events`, `services.casework`, the register and `services.decisions`.
Never holds a rule of the policy; never drops a message: what cannot be taken is a dead letter with its reason.
"""
