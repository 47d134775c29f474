"""How the recap tells an exchange: in plain second person where that is safe, else quoted, and nothing twice."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from afterword.room.transcript import Speaker
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, quoted
from afterword.room.understand.builtin.person import says, second_person
from afterword.room.understand.builtin.shown import flow, short, small, stopped, tidy

LONGEST = 28  # words of one sentence that may be told
_OPENS = re.compile(
    r"(?:I(?:'m|'ve|'d|'ll)?|My|He(?:'s|'d)?|She(?:'s|'d)?|It(?:'s| is| was)|They|There(?:'s| is| was)|When|If|Every)\b"
    r"(?! (?:mean|said|say|told|guess|was like|go\b|goes|don't know|dunno))"
)
_LOOSE = re.compile(r"[\u2014\u2026?]|, (?:like|um|uh)\b|\b(?:the|a|to|of|and|or|but|i|was|is),|[.!]\s")
# Comma splices, and what is too grave to be put into other words.
_SPLICED = re.compile(r", (?:and |but )?(?:that|it|he|she|they|i|you|we|this|there|which|kind of|if)\b")
_GRAVE = re.compile(
    r"\bi(?:'m| am| was| feel| felt)(?: like)? (?:a|an|such|the) |"
    r"\b(?:wake up|die|died|dying|dead|death|kill\w*|hurt\w*|suicid\w*|truck hit|not be here)\b"
)
_THAT = re.compile(r"^(You said|Your therapist said) that ")
_AGAIN = {
    "You said": ("You said", "You told your therapist", "You also said"),
    "Your therapist said": ("Your therapist said", "Your therapist put it to you", "Your therapist also said"),
}


@dataclass
class Telling:
    """What is told of a talk. `aside`: places of sentences that may only be quoted; `done`: places told already;
    `quotable`: words that may still be quoted."""

    talk: Talk = field(repr=False)
    aside: Set[int] = field(repr=False)
    quotable: int
    done: set[int] = field(repr=False, default_factory=set)

    def exchange(self, anchor: Sentence, most: int) -> str:
        """The question before it, the words, and the answer they got, within `most` words; nothing where the words
        could only be quoted, and enough is."""
        core = self._core(anchor, most)
        if not core:
            return ""
        plain = len(core.split()) - words_quoted(core)
        parts = [core]
        for extra, before in ((self._question(anchor), True), (self._reply(anchor), False)):
            if extra is None or len(" ".join(parts).split()) + len(extra[0].split()) > most:
                continue
            quotes = words_quoted(extra[0])
            if quotes and (words_quoted(" ".join(parts)) + quotes > max(plain, 0) or quotes > self.quotable):
                continue
            self.quotable -= quotes
            parts = [extra[0], *parts] if before else [*parts, extra[0]]
            self.done.update(s.at for s in extra[1])
        return " ".join(parts)

    def _core(self, anchor: Sentence, most: int) -> str:
        """The sentence, with the one before and after it in the same breath while they fit."""
        same = [s for s in self.talk.of_turn(anchor.turn) if abs(s.at - anchor.at) <= 1 and s.at not in self.done]
        same = [s for s in same if s is anchor or content(s.text)]
        while len(same) > 1 and sum(len(s.text.split()) for s in same) > min(most, 55):
            same.remove(max((s for s in same if s is not anchor), key=lambda s: (abs(s.at - anchor.at), s.at)))
        self.done.update(s.at for s in same)
        if anchor.at in self.aside:
            return says(anchor.speaker, short(flow([s.text for s in same]), min(most, 55)))
        told = self._told(same, min(most, 55))
        self.quotable -= words_quoted(told)
        return told

    def _told(self, sentences: list[Sentence], most: int) -> str:
        """Reported as far as each is safe to report; the others quoted, side by side in one quotation."""
        parts: list[str] = []
        held: list[str] = []
        speaker = sentences[0].speaker
        told = any(reported(s) for s in sentences)
        for s in sentences:
            report = reported(s)
            if report is None and told and len(content(s.text)) < 3:
                continue
            if report is None:
                held.append(s.text)
                continue
            parts += self._quoted(speaker, held, most)
            held = []
            parts.append(report)
        return joined([*parts, *self._quoted(speaker, held, most)])

    def _quoted(self, speaker: Speaker, held: list[str], most: int) -> list[str]:
        quote = says(speaker, short(flow(held), most)) if held else ""
        return [quote] if quote and words_quoted(quote) <= self.quotable else []

    def _question(self, anchor: Sentence) -> tuple[str, list[Sentence]] | None:
        if self.talk.alone or anchor.turn == 0 or not anchor.first:
            return None
        last = self.talk.of_turn(anchor.turn - 1)[-1:]
        if not last or not last[0].question or last[0].speaker == anchor.speaker or last[0].at in self.done:
            return None
        if not 4 <= len(last[0].text.split()) <= 16:
            return None
        asked = {"therapist": "Your therapist asked", "client": "You asked", "unclear": "It was asked"}
        said = says(last[0].speaker, tidy(last[0].text))
        return f"{asked[last[0].speaker]}:{said.partition(':')[2]}", list(last)

    def _reply(self, anchor: Sentence) -> tuple[str, list[Sentence]] | None:
        if self.talk.alone or anchor.turn + 1 >= len(self.talk.turns):
            return None
        if anchor.at != self.talk.of_turn(anchor.turn)[-1].at:
            return None
        reply = [s for s in self.talk.of_turn(anchor.turn + 1)[:2] if s.at not in self.done]
        if not reply or reply[0].speaker == anchor.speaker or len(content(flow([s.text for s in reply]))) < 2:
            return None
        told = self._told(reply, 30)
        return (told, reply) if told else None


def reported(sentence: Sentence) -> str | None:
    """ "My stomach went tight." -> "You said that your stomach went tight." None where it is safer quoted."""
    text = tidy(sentence.text).rstrip(".! ")
    if sentence.speaker == "unclear" or sentence.question or len(text.split()) > LONGEST or _LOOSE.search(text):
        return None
    if _ragged(text.lower()) or _GRAVE.search(text.lower()):
        return None
    if not (_OPENS.match(text) and len(text.split()) >= 4 and sentence.text.rstrip()[-1:] != ","):
        return None
    turned = second_person(text, sentence.speaker)
    if turned is None and sentence.speaker == "therapist" and re.match(r"(?:When|If) you\b", text):
        turned = text if not re.search(r"\b(?:i|me|my|we|us|our|they|them)\b", text.lower()) else None
    lead = "You said" if sentence.speaker == "client" else "Your therapist said"
    return f"{lead} that {small(turned)}." if turned else None


def _ragged(text: str) -> bool:
    """Run together with commas; after "when ..." or "if ..." one comma is how it should be."""
    if re.match(r"(?:when|if|every) ", text):
        return text.count(",") not in (1, 2) or (text.count(",") == 2 and not re.search(r", (?:and|so) ", text))
    return text.count(",") > 1 or (bool(_SPLICED.search(text)) and ", and " not in text)


def joined(parts: list[str]) -> str:
    """Two reports in a row become one sentence."""
    told: list[str] = []
    for part in parts:
        lead = _THAT.match(part)
        before = _THAT.match(told[-1]) if told else None
        if lead and before and lead.group(1) == before.group(1) and " and that " not in told[-1]:
            told[-1] = f"{told[-1].rstrip('.')}, and that {part[lead.end() :]}"
        else:
            told.append(stopped(part))
    return " ".join(told)


def varied(texts: list[str]) -> str:
    """As one passage; reports in a row are not all led in by the same words."""
    seen: dict[str, int] = {}

    def lead(m: re.Match[str]) -> str:
        ways = _AGAIN[m.group(1)]
        seen[m.group(1)] = seen.get(m.group(1), -1) + 1
        return f"{ways[seen[m.group(1)] % len(ways)]} that "

    return re.sub(r"(?<![\w\"])(You said|Your therapist said) that ", lead, " ".join(texts))


def words_quoted(text: str) -> int:
    return sum(len(quote.split()) for quote in quoted(text))
