"""HTTP for machines: base `/api/v1`, bearer tokens, RFC 9457 errors, ETags, idempotency keys.

Routes and the documents they answer with, over what `services.http` brings to every request. No page is known here.
Never holds a rule: what is lawful is answered by casework, what is stored by the register.
"""
