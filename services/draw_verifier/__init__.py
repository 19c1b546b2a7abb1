"""Redoing a draw from what was published (T-19).

Imports the standard library alone, and nothing of ours: it shares no line with what makes draws.
"""
