"""Pages for people: server-rendered, Chinese first, English one click away, every page a plain URL.

Over what `services.http` brings to every request, and Jinja. No route for machines is known here.
Never holds a rule or a query of its own, and never shows personal data in clear text.
"""
