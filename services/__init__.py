"""What runs: the rules (casework), the register, and the processes around them.

May import `events` and, outside casework, `projections`. Never imports `deploy` or `tests`.
"""
