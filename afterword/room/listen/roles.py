"""Which of two voices is the therapist's, from what each says. RED.

A list of ways of speaking, each with the weight of one occurrence: above zero speaks for the therapist. The weights are
judgement, not training; they were checked on the invented sessions and the real consultations of the evaluation set.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_CUES: tuple[tuple[str, float], ...] = (
    # Holding the hour.
    (r"\bcome (?:on )?in\b|\btake a seat\b|\bhave a seat\b|\bsit down\b", 1.0),
    (r"\bminutes left\b|\b(?:almost|nearly|about) out of time\b|\bbefore we (?:stop|finish|end|wrap|go)\b", 2.5),
    (r"\bour (?:time|session) (?:is|today)\b|\bnot (?:have )?much time left\b|\bto (?:sum|wrap) up\b", 1.5),
    (r"\blast (?:time|week|session),? (?:we|you)\b|\bshall we\b|\bshould we (?:start|stay)\b", 1.2),
    (r"\b(?:what|how) (?:was|has|have|is|are) (?:your|the|this|that)\b[^.?]*\?", 0.8),
    (r"\bhow (?:has|was|have|did) (?:your|the|you|it)\b", 0.8),
    (r"\bwhere (?:do|would|shall) (?:you|we)\b", 0.8),
    # Asking and wondering.
    (r"\b(?:what|how|when|where|who) (?:do|did|does|would|are|were|was|is|happen\w*|comes?|came)\b[^.?!]*\?", 0.7),
    (r"\b(?:do|did|have|are|were|would|could|can) you\b[^.?!]*\?", 0.7),
    (r"\bhow (?:is|was|does|did) (?:it|that)\b|\bwhat(?:'s| is| was) (?:it|that) like\b", 1.2),
    (r"\btell me\b|\bsay more\b|\bgo on\b|\bi wonder\b|\bi'm (?:curious|wondering)\b|\bi am curious\b", 1.2),
    (r"\bwhat would (?:it|that|a|be|you)\b|\bwhat (?:gets|will get|might get) in the way\b", 1.0),
    # Giving back what was heard.
    (r"\bit sounds? like\b|\bsounds like\b|\bi hear (?:you|that)\b|\bi(?:'m| am) (?:hearing|noticing)\b", 1.2),
    (r"\bso (?:you|your|the|what you|that)\b", 0.4),
    (r"\byou (?:said|mentioned|told me|were saying|described|feel|felt|noticed?)\b", 0.8),
    (r"\bthat makes (?:a lot of |so much )?sense\b|\bthat(?:'s| is) (?:really )?(?:hard|good to know|a lot)\b", 0.8),
    (r"\bi(?:'d| would) (?:like|want) you to\b|\bi want you to\b|\bi(?:'ll| will) (?:send|email|print) you\b", 1.8),
    (r"\btake care of yourself\b|\bi(?:'m| am) glad\b", 0.7),
    (r"\b(?:you|your|yours|yourself|you're|you've|you'd|you'll)\b", 0.18),
    # One's own story.
    (r"\b(?:i|my|me|mine|myself|i'm|i've|i'd|i'll)\b", -0.16),
    (r"\bmy (?:mum|mom|mother|dad|father|sister|brother|boss|manager|husband|wife|partner|son|daughter|kids?)\b", -1.0),
    (r"\bi (?:feel|felt|was|couldn't|could not|can't|cannot|didn't|did not|hate|cried|just|had to)\b", -0.5),
    (r"\bi (?:don't|do not) (?:know|want|think)\b|\bi guess\b|\blike,", -0.4),
    (r"\b(?:he|she|they) (?:said|says|was like|goes|told me|asked me)\b", -0.5),
)
_PATTERNS = tuple((re.compile(pattern), weight) for pattern, weight in _CUES)
# One line may be an echo of the other voice: it counts for no more than this.
_LINE = 3.0


def leaning(text: str) -> float:
    """How one line leans: above zero to the therapist, below to the client."""
    low = text.lower().replace("’", "'")
    total = sum(weight * len(pattern.findall(low)) for pattern, weight in _PATTERNS)
    return max(-_LINE, min(_LINE, total))


def therapist_first(first: Sequence[str], second: Sequence[str]) -> float:
    """The probability (0 to 1) that the lines of `first` are the therapist's and those of `second` the client's.

    Compares the mean leaning for each thirty words, so that who talks more does not decide; little speech, little
    certainty.
    """
    (a, words_a), (b, words_b) = _mean(first), _mean(second)
    weight = min(1.0, min(words_a, words_b) / 60)
    return 1 / (1 + math.exp(-2.5 * (a - b) * weight))


def is_monologue(texts: Sequence[str]) -> bool:
    """Whether one voice's lines are one person telling: hardly a question, and more I than you.

    Under a hundred words (40 s) nobody can say.
    """
    lean, words = _mean(texts)
    asked = sum(text.count("?") for text in texts)
    return words >= 100 and lean < -0.4 and asked * 60 <= words


def _mean(texts: Sequence[str]) -> tuple[float, int]:
    words = sum(len(text.split()) for text in texts)
    return (sum(leaning(text) for text in texts) / max(1.0, words / 30), words)
