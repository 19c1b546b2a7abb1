"""Reduced inspection: which units were granted it, from when to when, and what suspended or ended it.

May import `events`, `services.casework` and psycopg.
Never says whether it holds on a day: that is asked of the rows with a day.
"""
