"""Violation signals: what came in about whom, what it turned out to be, and what it set in motion.

May import `events`, `services.casework` and psycopg.
Never holds a signal that no unit could be found for: those wait in streams of their own.
"""
