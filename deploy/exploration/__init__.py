"""What an exploration begins with: small registers and their told lives, made of the demonstration's passages.

May import the demonstration, `services.exploration` and what these import. Tells stories, and judges none.
"""
