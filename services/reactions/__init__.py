"""What follows when something was stored, beyond its command: each module a sentence in its name.

May import the inner rooms, the vault and the register. A reaction is safe to repeat, and holds no rule.
"""
