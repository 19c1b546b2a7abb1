"""The nation's cross-check: what of a unit is held against others, by province and day, and six questions.

May import `events`, `services.casework`, `services.errors` and psycopg.
Never holds a rule of its own: a row is read off the very state by which acts are judged.
"""
