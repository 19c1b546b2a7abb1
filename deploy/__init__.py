"""How Concord is run: the command line, the embedded PostgreSQL, the demonstration, the benchmarks.

May import everything of ours but `tests`.
Never holds what a service needs to know: nothing in `services` imports this room.
"""
