"""Existing ledgers taken over: a file read, its rows told as events, each judged and stored (T-24).

May import `events`, `services.casework`, `services.decisions`; never a command line.
Never holds a rule: what a row may do is said by the law, through the one way into the register.
"""
