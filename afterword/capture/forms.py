"""What a capture is made of: the sound of a session or of somebody alone, or a text. Pure values; it reads nothing."""

from __future__ import annotations

from typing import Literal, cast, get_args

# Spoken: a session; a recap in one's own voice; the last two minutes, together; a note between sessions, in one's own
# voice. Written: a note of one's own; next steps; what the therapist gave; the last two minutes typed by both; a
# transcript that was made elsewhere.
Form = Literal["session", "recap", "closing", "spoken", "note", "steps", "given", "together", "transcript"]
WRITTEN: tuple[Form, ...] = ("note", "steps", "given", "together", "transcript")
# Nobody's voice is caught by these, so nobody's consent to that is needed.
WITHOUT_VOICES: tuple[Form, ...] = ("note", "steps", "given", "together")
# Of one voice, whatever anybody agrees to: what somebody else said in it would count as the person's own.
OWN_VOICE: tuple[Form, ...] = ("spoken",)
# Of a session: said in it, or told or given of it. The others are what the person thought of between two of them.
OF_A_SESSION: tuple[Form, ...] = tuple(form for form in get_args(Form) if form not in OWN_VOICE)

# Of a text, padded: one chunk. A transcript of three hours has a third of it.
MOST_TEXT = 1 << 20


def is_written(form: Form) -> bool:
    """True for a text."""
    return form in WRITTEN


def read_form(given: object) -> Form:
    """Raises ValueError for what is none."""
    if given not in get_args(Form):
        raise ValueError
    return cast(Form, given)
