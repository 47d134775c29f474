"""Reading one part: the question, the model's answer, and what to do about an answer that is none."""

from __future__ import annotations

from dataclasses import replace

from afterword.room.understand.model.answer import json_in
from afterword.room.understand.model.asking import Message, Model, ModelFailed
from afterword.room.understand.model.findings import Findings, findings
from afterword.room.understand.model.forms import form
from afterword.room.understand.model.parts import (
    LEAST_TOKENS,
    MOST_ANSWER_TOKENS,
    Part,
    lines,
    parts_of,
    size_of_part,
    tokens_in,
)
from afterword.room.understand.model.prompts import prompt

_SCHEMA = form()
_WORDS_OF_A_SESSION = 7_500.0  # while nobody knows how long it will be
_AGAIN = "That was no JSON object of the form asked for. Answer again, with the JSON object and nothing else."


def read_part(part: Part, model: Model) -> Findings:
    """What a model finds in one part. Read in halves if it is too long after all. Raises ModelFailed."""
    try:
        answer = asked(model, question(part), _SCHEMA)
    except ModelFailed as failed:
        if failed.code != "context":
            raise
        return _in_halves(part, model, failed)
    return findings(answer, (part.read,), part.mark)


def size_for(context: int) -> int:
    """Tokens of talk that such a model can read in one part; 0 if the question alone is too long."""
    return size_of_part(context, overhead())


def overhead() -> int:
    """Tokens of everything in a question but the talk. The schema may have to stand in it."""
    empty = Part(())
    return sum(tokens_in(message.text) for message in question(empty)) + tokens_in(str(_SCHEMA)) + 40


def question(part: Part) -> list[Message]:
    whole = part.of == 1
    text = prompt("reading").substitute(
        what=_what(part),
        overview="3 to 5 sentences, at most 110 words in all." if whole else "2 or 3 sentences.",
        insights=6 if whole else 3,
        moments="4 to 7" if whole else "3",
        themes=6 if whole else 3,
        recap="" if whole else "Of this part alone. ",
        words=_recap_words(part),
        lines=_lines(part),
    )
    return [Message("system", prompt("rules").substitute()), Message("user", text)]


def asked(model: Model, messages: list[Message], schema: dict[str, object]) -> dict[str, object]:
    """The answer as an object; asked for a second time if it is none. Raises ModelFailed."""
    used = sum(tokens_in(message.text) for message in messages) + tokens_in(str(schema))
    room = min(MOST_ANSWER_TOKENS, int(model.context * 0.99) - used)
    if room < LEAST_TOKENS:
        raise ModelFailed("context")
    said = model.ask(messages, schema, room)
    answer = json_in(said)
    if answer is None and room > tokens_in(said[:400] + _AGAIN):
        again = [*messages, Message("assistant", said[:400]), Message("user", _AGAIN)]
        answer = json_in(model.ask(again, schema, room - tokens_in(said[:400] + _AGAIN)))
    if answer is None:
        raise ModelFailed("nonsense")
    return answer


def _in_halves(part: Part, model: Model, failed: ModelFailed) -> Findings:
    cost = tokens_in(lines(part.turns))
    size = min(cost // 2, size_for(failed.context) if failed.context else cost)
    if size < LEAST_TOKENS:
        raise failed
    found = [read_part(replace(half, of=max(2, part.of)), model) for half in parts_of(part.turns, size)]
    return together(found, part)


def together(found: list[Findings], part: Part) -> Findings:
    """Findings one after the other, as if they were of one part."""
    sections = {
        name: tuple(item for f in found for item in getattr(f, name))
        for name in Findings.__dataclass_fields__
        if name not in ("read", "mark", "next_appointment")
    }
    appointment = next((f.next_appointment for f in reversed(found) if f.next_appointment), None)
    return Findings((part.read,), part.mark, next_appointment=appointment, **sections)


def _what(part: Part) -> str:
    if part.of == 1:
        return "These are all the lines of one session."
    of = f" of {part.of}" if part.of else ""
    return (
        f"These are the lines of part {part.at}{of} of one session; the parts are joined later. What came before or "
        "follows is not here: say nothing about it, and a plan that is still being talked about is only mentioned."
    )


def _recap_words(part: Part) -> int:
    """For a full session 500 to 850 in all; a short note is not blown up."""
    session = part.words / part.share if part.share else _WORDS_OF_A_SESSION
    whole = min(850.0, 200 + 0.12 * session, 0.4 * session)
    return max(40, 10 * round(whole * part.words / max(session, 1.0) / 10))


def _lines(part: Part) -> str:
    if not part.before:
        return lines(part.turns)
    shown = lines(part.before)
    return f"(the end of the part before, already read)\n{shown}\n(this part)\n{lines(part.turns)}"
