"""What comes in: CloudEvents of source systems, whatever way they came, and the nation's decisions become entries.

May import `events`, `services.casework`, the register, `services.decisions` and how events stand on the wire.
Never holds a rule of the policy; never drops a message: what cannot be taken is a dead letter with its reason.
"""
