"""Letters brought to units: queued as the log goes on, handed over by mail, platform or printer, tried until done.

May import the inner rooms, the register's reading side, the vault, letters, and the webhook's way to post.
Never holds a rule: that something was served is an act of its own (T-12), and no mail is one.
"""
