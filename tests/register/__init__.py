"""The register on a real PostgreSQL: what it promises, under concurrency and when things break.

May import everything of Concord.
Never holds what the program itself needs.
"""
