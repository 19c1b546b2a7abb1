"""Synthetic units with valid histories, each stored event about 816 bytes; all names marked 示例."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from events.cultivation_kinds import *  # noqa
