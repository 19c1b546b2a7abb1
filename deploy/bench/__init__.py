"""How fast Concord is, always beside a peer and a limit measured in the same run.

May import everything of ours but `tests`.
Never holds code that the program itself needs, and never touches a database that it did not make.
"""
