"""The provinces side by side: how fast signals are handled, how much is checked, what was missed.

May import `events`, `projections.page` and psycopg.
Never holds a rank or a mark of its own: the figures stand beside one another, and people judge.
"""
