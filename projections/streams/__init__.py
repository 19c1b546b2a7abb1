"""Every stream of every kind, one row each: what it is called, where it belongs, whether it is open, what is next due.

May import `events`, `services.casework` and psycopg.
Never holds what only one kind has: that is the state's, which is read from the stream itself.
"""
