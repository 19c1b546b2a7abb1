"""The status board: where every unit stands, one row a unit and stretch of days on which it reads alike.

May import `events`, `services.casework` and psycopg.
Never holds a rule of its own: a row is read off the very state by which acts are judged.
"""
