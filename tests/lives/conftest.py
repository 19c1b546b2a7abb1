"""What lives are told with besides."""

from __future__ import annotations

from tests.casework.conftest import stricter

__all__ = ["stricter"]
