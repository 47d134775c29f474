"""Whether a line is borne out by the turns that it cites. For paraphrases: words may differ, what they say may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from afterword.room.transcript import Speaker
from afterword.room.understand.builtin.clauses import mask, quoted, stems
from afterword.room.understand.manner import advises, diagnoses, passes_verdict, praises
from afterword.room.understand.model.agree import REACH, disagreement, names_in
from afterword.room.understand.model.frame import FRAME
from afterword.room.understand.model.polarity import opposes, says_no
from afterword.room.understand.model.said import Said

Fault = Literal[
    "cites nothing", "unsupported", "name", "number", "day", "opposite", "quotation", "speaker", "verdict", "praise",
    "diagnosis", "advice",
]  # fmt: skip
SHARE = 0.2  # of the content words of a line stand in what it cites, or beside it
_AROUND = 8  # turns in which the matter of a "let's come back to that" was spoken of
_SAYING = (
    r"(?:said|say|says|told|tell|tells|asked|ask|asks|described|explained|mentioned|suggested|offered|proposed|"
    r"wondered|pointed out|named|called|promised|reminded|repeated|remembered|noticed|imagined|admitted|answered|"
    r"recalled|recounted|wants?|wanted|will|apologi[sz]ed)"
)
_WHO_SAYS = re.compile(
    rf"\b(?P<who>you|your therapist)(?: also| then| both| first)? (?P<verb>{_SAYING})\b(?P<what>[^.;!?]*)"
)

_LEADS_IN = re.compile(r"\b(you|your therapist) (?:then |also )?(?:said|asked|answered|replied|put it)[^.;]{0,12}$")
_ON = re.compile(r"\b(?:and|so|but|when|while|as)\b|:|\byou (?:were|are|cried|said|did|don't|had)\b")


def fault(said: Said, text: str, evidence: Sequence[int], share: float = SHARE, wide: bool = False) -> Fault | None:
    """What is wrong with a line of the record, or None where it stands. `wide`: as in `disagreement`."""
    if not said.places(evidence):
        return "cites nothing"
    return _manner(text, said.text(evidence, REACH)) or _matter(said, text, evidence, share, wide)


def _manner(text: str, near: str) -> Fault | None:
    if passes_verdict(text):
        return "verdict"
    if praises(text, near):
        return "praise"
    if diagnoses(text, near):
        return "diagnosis"
    return "advice" if advises(text, near) else None


def _matter(said: Said, text: str, evidence: Sequence[int], share: float, wide: bool) -> Fault | None:
    if not _quotes_stand(said, text, evidence):
        return "quotation"
    if wrong := disagreement(said, text, evidence, wide):
        return wrong
    if support(said, text, evidence) < share:
        return "unsupported"
    if not _attributed(said, text, evidence):
        return "speaker"
    return "opposite" if opposes(told(text), said.answered(evidence, 1)) else None


def support(said: Said, text: str, evidence: Sequence[int]) -> float:
    """The share of what a line says that was said there, in whatever form of the word, names apart; what was said some
    turns away counts half. What was asked and denied bears out nothing but a no. 1.0 for a line of no content."""
    mine = stems(text) - FRAME - stems(" ".join(names_in(said, text)))
    if not mine:
        return 1.0
    close, far = (mine & stems(" ".join(_basis(said, text, evidence, reach))) for reach in (REACH, _AROUND))
    return max(len(close), len(far) / 2) / len(mine)


def _basis(said: Said, text: str, evidence: Sequence[int], reach: int) -> list[str]:
    return [said.text(evidence, reach)] if says_no(text) else said.answered(evidence, reach)


def mask_quotes(text: str) -> str:
    return "".join(c if m != "_" else "_" for c, m in zip(text, mask(text), strict=True))


def told(text: str) -> str:
    """Without its quotations: they were held against the words already."""
    return mask_quotes(text).replace("_", " ")


def _quotes_stand(said: Said, text: str, evidence: Sequence[int]) -> bool:
    """Every quotation was said there, and by the one to whom it is given."""
    end = 0
    for quote in quoted(text):
        at = text.index(quote, end)
        leads = _LEADS_IN.search(text[end:at].lower())
        end = at + len(quote)
        speaker: Speaker | None = None
        if leads:
            speaker = "client" if leads.group(1) == "you" else "therapist"
        parts = [part for part in re.split(r"\u2026|\.\.\.", quote) if part.strip(" .,!?")]
        if not all(said.exact(part, evidence, REACH, speaker) for part in parts):
            return False
    return True


def _attributed(said: Said, text: str, evidence: Sequence[int]) -> bool:
    """What "you" or "your therapist" said was said by that person and not only by the other one."""
    for m in _WHO_SAYS.finditer(told(text).lower().replace("\u2019", "'")):
        speaker: Speaker = "client" if m.group("who") == "you" else "therapist"
        other: Speaker = "therapist" if speaker == "client" else "client"
        about = stems(_ON.split(m.group("what"))[0]) - FRAME
        theirs, others = (about & said.stems(evidence, 1, who) for who in (speaker, other))
        if len(about) >= 2 and not theirs and len(others) >= 2:
            return False
    return True
