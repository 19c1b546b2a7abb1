"""Exploration of the law by machine, and what it must notice."""
