"""Who owes what by when, and how it went: a row a duty of a stream of any kind, open, missed or met.

May import `events`, `services.casework` and psycopg.
Never holds a date of today: what is overdue is asked with the day, so that rows follow from history alone.
"""
