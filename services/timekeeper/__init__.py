"""The process that lets time have its effect on streams of every kind: every day, and at every start.

May import `services.casework`, `projections`, `services.decisions` and the register.
Never decides what a person has to: only what follows from a day having passed (casework.timekeeping).
"""

from services.timekeeper.run import process, sweep

__all__ = ["process", "sweep"]
