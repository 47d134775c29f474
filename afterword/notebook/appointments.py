"""When they meet: by hand, repeating, as said, or from an .ics file. Moved and cancelled ones are kept. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Appointment:
    """One meeting. `id`: hex, with the day it was meant for where it repeats; `at`: local ISO date and time to the
    minute; `zone`: IANA name; `therapist`: as the person calls them, or ""."""

    id: str
    at: str
    zone: str
    therapist: str = field(default="", repr=False)
    cancelled: bool = False
