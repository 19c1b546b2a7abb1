"""A client that plays every role against a served register, lawfully and not, and says which words were not kept.

It knows HTTP, `openapi.json` and what the register answers; of ours it may import the checker alone, so that nothing
here can be right for the same wrong reason as what it asks.
Never holds a rule of the policy: what is lawful is what `GET …/decisions` says, and what the checker finds.
"""
