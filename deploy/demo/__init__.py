"""The demonstration: a fictional register of forty months, told by issuing commands through the real rules.

May import `events` and `services`: the rules, the decisions, the vault, the register's append, the accounts.
Never holds a rule, a real company or a real person, and never writes an event past the law.
"""
