"""The tests of Concord, by room, with what they share.

May import everything of Concord.
Never holds what the program itself needs.
"""
