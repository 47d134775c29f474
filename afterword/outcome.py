"""What a person is told when no record could be made: one clear sentence and a way on, by code."""

from __future__ import annotations

_WHY = {
    "no_speech": "No speech was heard in this recording. You can add another one.",
    "empty": "The file was empty. You can add another one.",
    "not_audio": "This file holds no sound that can be read. Is it the right one?",
    "no_sound": "This video has no sound. You can add another file.",
    "unsupported": "This kind of file cannot be read here. An m4a, mp3 or wav file will work.",
    "truncated": "The file breaks off too early to be read. Please copy it again and add it once more.",
    "too_long": "A recording can be 3 hours long at most. Please cut it into parts.",
    "unreadable": "This recording could not be listened to here. Please add it once more, as an m4a or wav file.",
    "two_voices": "Two voices were heard, but you said that only yours is on it, so nothing was kept. "
    "If your therapist said yes, note it before you add it again.",
    "short_sample": "Too little of your voice was heard. Please record it again, nearer, and keep talking.",
    "mixed_sample": "More than one voice was heard. Please record it again where nobody else speaks, without a radio.",
    "no_consent": "Another person's voice needs their yes first. Nothing was listened to.",
    "not_a_transcript": "This is no text that can be read. A transcript can be .json, .vtt, .srt or .txt.",
    "too_much_text": "This text is too long for one session. Please cut it into parts.",
    "discarded": "You discarded this recording. Nothing of it was kept.",
    "expired": "This recording waited too long and was destroyed, as promised. Nothing of it was kept.",
}
_UNKNOWN = "No record could be made of this recording, and it was destroyed. Please add it once more."


def why_nothing(code: str | None, thing: str = "recording") -> str:
    """The sentence for a code of `ListenError`, `RoomFailed` or a capture's `failure`. `thing`: what it was made of."""
    return _WHY.get(code or "", _UNKNOWN).replace("his recording", f"his {thing}")


_NOTE = {
    "no_speech": "No speech was heard in this note. You can say it once more, or write it.",
    "two_voices": "Two voices were heard, so nothing was kept: a note is spoken by you alone.",
    "discarded": "You discarded this note. Nothing of it was kept.",
    "expired": "This note waited too long and was destroyed, as promised. Nothing of it was kept.",
}


def why_no_note(code: str | None) -> str:
    """The same of a note by voice."""
    again = "This note could not be made, and what was recorded was destroyed. Please say it once more, or write it."
    return _NOTE.get(code or "", again)


_MODEL = {
    "unreachable": "could not be reached",
    "slow": "took too long",
    "refused": "refused the request",
    "nonsense": "gave no answer that could be used",
    "context": "cannot read enough at once",
    "memory": "needs more memory than there is",
}


def why_not_by_the_model(code: str | None, engine: str) -> str:
    """Why a language model that was asked has not written all of a record; empty if it has, or was not asked."""
    if code is None:
        return ""
    did = _MODEL.get(code, "did not work")
    if engine.startswith("language model"):
        return f"Your language model {did} before it had read everything; the built-in engine wrote what was missing."
    return f"Your language model {did}, so these notes are by the built-in engine."


_BUNDLED = "the speech model that comes with Afterword"


def heard_with(models: tuple[str, ...]) -> str:
    """Which speech models listened, from `Record.heard_with`; empty when nobody noted it."""
    own = [f"your speech model ({name})" for name in models if name not in ("bundled", "not loaded")]
    if "not loaded" in models:
        return " and ".join([*own, f"{_BUNDLED}, because yours could not be loaded"])
    return " and ".join([*own, *([_BUNDLED] if "bundled" in models else [])])
