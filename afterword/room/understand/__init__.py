"""Understanding: from a transcript to a record in which every line can be traced to what was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.record import Record
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand.builtin import with_overview, write_up
from afterword.room.understand.check import checked
from afterword.room.understand.plain import write_up_plainly
from afterword.room.understand.source import located
from afterword.verbatim import within_limit

if TYPE_CHECKING:
    from afterword.room.understand.model.asking import Model
    from afterword.room.understand.model.findings import Findings

Tell = Callable[[int, int], None]


def understand(
    transcript: Transcript,
    names: Mapping[str, str],
    model: Model | None = None,
    tell: Tell = lambda _, __: None,
    before: Sequence[Findings] = (),
) -> Record:
    """The record of a session. `names`: heard -> right, put right before anything is read. `model`: the person's own,
    if they have one; should it fail, the record is the built-in engine's and says so. `tell`: steps done, and of how
    many. `before`: what the model found in parts that it read while the session ran."""
    heard = named_right(transcript, names)
    built = _built_in(heard)
    if model is None:
        return located(within_limit(built), heard)
    from afterword.room.understand.model import by_model  # not before it is wanted: it takes a tenth of a second

    return located(within_limit(by_model(heard, built, model, tell, before)), heard)


def understand_plainly(transcript: Transcript, names: Mapping[str, str]) -> Record:
    """The same by the simpler engine alone: for when rooms have died of the other."""
    heard = named_right(transcript, names)
    return located(checked(write_up_plainly(heard), heard), heard)


def named_right(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    """The transcript with the right names: what is read while a session runs must be read under them too."""
    wrong = {heard.lower(): right for heard, right in names.items() if heard.strip()}
    if not wrong:
        return transcript
    longest_first = sorted(wrong, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)

    def put_right(turn: Turn) -> Turn:
        return replace(turn, text=pattern.sub(lambda m: wrong.get(m.group().lower(), m.group()), turn.text))

    return replace(transcript, turns=tuple(put_right(turn) for turn in transcript.turns))


def _built_in(heard: Transcript) -> Record:
    try:
        body = checked(write_up(heard), heard)
        return checked(with_overview(body, heard), heard)
    except Exception:  # nothing said may be lost because a rule tripped; the record names the simpler engine
        return checked(write_up_plainly(heard), heard)
