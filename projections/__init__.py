"""What is shown: one folder a projection, with its table, how its rows are made, and its queries.

May import `events`, `services.casework`, `services.errors` and psycopg.
Never holds a side effect or a decision: everything here can be thrown away and made again from the events.
"""
