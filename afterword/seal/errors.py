"""The ways in which opening can fail."""


class SealError(Exception):
    """A ciphertext could not be opened."""


class WrongKey(SealError):
    """The key is not the one this was sealed to."""


class Tampered(SealError):
    """The bytes, or the place they were found in, are not what was sealed."""


class UnknownVersion(SealError):
    """Made by a newer release, or not one of our formats."""
