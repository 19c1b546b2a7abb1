"""Exploration: the law is walked by machine, and a checker that shares nothing with it looks at what was accepted.

May import `events`, `services.casework` and `services.checker`. Keeps no database and asks no clock: a world is a
register in memory, its days are its own, and the same seed walks the same way. Which stories it begins with is told
by whoever starts it.
"""
