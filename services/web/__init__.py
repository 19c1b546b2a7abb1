"""Pages for people: server-rendered, Chinese first, English one click away, every page a plain URL.

May import what `services.api` may, and Jinja.
Never holds a rule or a query of its own, and never shows personal data in clear.
"""
