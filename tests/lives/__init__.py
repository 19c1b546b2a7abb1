"""Whole lives of units, told from the first entry to the last, and what must be so on the way.

May import `events`, `services.casework` and `tests.casework.given`; pure, with no database and no clock.
Never holds a rule, and no real company or person: every name is marked 示例.
"""
