"""The words of danger, by kind. No model has a say in them."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.danger.lexicon import harm_to_others, self_harm, suicide, violence
from afterword.room.understand.builtin.danger.lexicon.groups import KINDS, Kind
from afterword.room.understand.builtin.danger.lexicon.plans import PLANNED, PLANNED_FOR_EVERYBODY
from afterword.room.understand.builtin.danger.lexicon.suicide import WEAPON

__all__ = ["ASKED", "HEAVY", "HINTED", "KINDS", "PLANNED", "PLANNED_FOR_EVERYBODY", "SAID", "WEAPON", "Kind"]

Patterns = dict[Kind, re.Pattern[str]]

SAID: Patterns = {
    "suicide": suicide.SAID, "self_harm": self_harm.SAID, "violence": violence.SAID,
    "harm_to_others": harm_to_others.SAID,
}  # fmt: skip
HINTED: Patterns = {
    "suicide": suicide.HINTED, "self_harm": self_harm.HINTED, "violence": violence.HINTED,
    "harm_to_others": harm_to_others.HINTED,
}  # fmt: skip
ASKED: Patterns = {
    "suicide": suicide.ASKED, "self_harm": self_harm.ASKED, "violence": violence.ASKED,
    "harm_to_others": harm_to_others.ASKED,
}  # fmt: skip
HEAVY: Patterns = {"suicide": suicide.HEAVY}
