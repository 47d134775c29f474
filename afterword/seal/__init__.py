"""Formats and primitives over bytes: what seals, what opens. It never sees a file, a table or a word of anybody."""

from afterword.seal.context import context, number
from afterword.seal.errors import Tampered, UnknownVersion, WrongKey

__all__ = ["Tampered", "UnknownVersion", "WrongKey", "context", "number"]
