"""HTTP for machines: base `/api/v1`, bearer tokens, RFC 9457 errors, ETags, idempotency keys.

May import `events`, `services.casework`, the register, `services.decisions`, and `projections`' queries.
Never holds a rule: what is lawful is answered by casework, what is stored by the register.
"""
