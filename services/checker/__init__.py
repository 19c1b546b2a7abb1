"""placeholder"""

from services.checker.checking import Checker, check
from services.checker.entries import NoEntryError
from services.checker.finding import Finding

__all__ = ["Checker", "Finding", "NoEntryError", "check"]
