"""What the two look after danger with; of no kind by itself."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.danger.lexicon.groups import compiled

PLANNED = compiled(
    r"(?:your|our|my|the|a) (?:safety|crisis|stay(?:ing)?[- ]safe) (?:plan|card)\b",
    r"(?:you|i)(?:'ve| have)? (?:still )?got (?:the|that) (?:crisis (?:line|team|number|card)|helpline)",
    r"(?:ring|rang|call|called|phone|phoned|text|texted|try|tried|used|use|dial)(?: the)? (?:crisis (?:line|"
    r"text ?line|number|team)|suicide (?:line|hotline)|lifeline|samaritans|9[- ]?8[- ]?8|nine[- ]eight[- ]eight|"
    r"116 ?123|13 ?11 ?14)\b",
)  # fmt: skip

PLANNED_FOR_EVERYBODY = re.compile(
    r"\b(?:every(?:body|one) (?:gets|has)|give (?:this|it|that)? ?(?:to )?every(?:body|one)|all my clients|on the "
    r"(?:sheet|form|intake|leaflet|back of)|standard|volunteer|i work (?:at|for|on)|my shift|train(?:ed|ing) (?:for|"
    r"at|with)|just so you (?:have|know)|housekeeping|boilerplate|at work|work for)\b"
)  # fmt: skip
