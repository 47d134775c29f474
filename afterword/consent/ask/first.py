"""The five questions to ask oneself before an ask is sent. What is answered is for nobody else."""

from __future__ import annotations

from collections.abc import Mapping

QUESTIONS = {
    "why": "What do I hope will be different with it?",
    "no": "What will I do if they say no?",
    "others": "Who else could come across the notes?",
    "when": "When, and in what state, would I read them?",
    "without": "What do I want to be able to say without it?",
}
ANSWER_MOST = 200


def answers(form: Mapping[str, str]) -> dict[str, str]:
    """By the names above, one line each; what was left empty is not there."""
    lines = {name: " ".join(form.get(f"first_{name}", "").split())[:ANSWER_MOST] for name in QUESTIONS}
    return {name: line for name, line in lines.items() if line}
