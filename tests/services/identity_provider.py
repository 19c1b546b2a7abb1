"""A real provider of identities (OpenID Connect), Canaille, as a process of its own with one person and one client.

It prints its address, reads the address to which browsers are sent back, prints it again and serves until it is killed.
"""

from __future__ import annotations

import sys

from canaille import create_app
from canaille.app import models
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "register-430000", "example-secret"
NAME, PASSWORD = "county.officer", "示例 password at the provider"


def main() -> None:
    """Serve it."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    address = f"127.0.0.1:{server.server_port}"
    app = create_app(
        {
            "SECRET_KEY": "example of a secret key", "SERVER_NAME": address, "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {
                "DATABASE": "memory", "EMAIL_CONFIRMATION": False, "SMTP": None, "CAPTCHA_ENABLED": False,
                "JAVASCRIPT": False, "HTMX": False,
            },
            "CANAILLE_OIDC": {
                "ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)], "TRUSTED_DOMAINS": [],
            },
        }
    )  # fmt: skip
    server.app = app
    sys.stdout.write(f"http://{address}\n")
    sys.stdout.flush()
    back = sys.stdin.readline().strip()
    with app.app_context(), app.backend.session():
        names = {"family_name": "示例", "formatted_name": "示例", "emails": ["a@b.example"]}
        app.backend.save(models.User(user_name=NAME, password=PASSWORD, **names))
        client = models.Client(
            client_id=CLIENT, client_secret=SECRET, client_name="register", redirect_uris=[back],
            grant_types=["authorization_code"], response_types=["code"], scope=["openid"],
            token_endpoint_auth_method="client_secret_basic",
        )  # fmt: skip
        app.backend.save(client)
        client.audience = [client]
        app.backend.save(client)
    sys.stdout.write(f"{back}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
