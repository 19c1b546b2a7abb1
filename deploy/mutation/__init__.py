"""Mutation of the law: each rule left out, each condition turned round, each number moved by one, each office widened.

A development command: it needs the tests beside the program, and pytest. May import everything of ours.
A mutant that no test notices is a rule that may be lost without anybody knowing.
"""
