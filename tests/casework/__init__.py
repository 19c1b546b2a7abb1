"""Tests of the law, and the small kit in which they are told (`given`).

May import `events`, `services.casework` and the test libraries; pure, with no database and no clock.
Never holds a rule: what is asserted here is decided in `services.casework`.
"""
