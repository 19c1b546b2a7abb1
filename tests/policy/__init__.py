"""One test a row of the clause matrix, named after the row.

May import `events`, `services.casework` and `tests.casework.given`; pure, with no database and no clock.
Never holds a rule: a row says what the policy asks, and asserts that the register does it.
"""
