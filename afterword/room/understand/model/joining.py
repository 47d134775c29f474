"""One set of findings out of those of all parts: what was changed later is changed, what comes twice comes once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from afterword.room.understand.model.asking import Message, Model, ModelFailed
from afterword.room.understand.model.findings import Findings, findings
from afterword.room.understand.model.forms import form
from afterword.room.understand.model.parts import tokens_in
from afterword.room.understand.model.prompts import prompt, some_fields
from afterword.room.understand.model.reading import asked

# Together where they fit, else in groups that need not know each other. A recap is not joined: it is in order already.
_TOGETHER = (("next_steps", "insights", "questions", "moments", "feelings", "themes", "overview"),)
_APART = (("next_steps",), ("insights", "overview"), ("questions", "moments"), ("feelings", "themes"))
_ANSWER = {"next_steps": 1100, "insights": 500, "overview": 350, "questions": 250, "moments": 500, "feelings": 250,
           "themes": 250}  # fmt: skip


def join(parts: Sequence[Findings], model: Model, failed: Callable[[ModelFailed], None] = lambda _: None) -> Findings:
    """Of the whole session, from its parts in order. Where the model fails at it, by rule, and `failed` is told."""
    if len(parts) == 1:
        return parts[0]
    joined = side_by_side(parts)
    for group in _groups(parts, model):
        try:
            made = _joined(parts, group, model)
        except ModelFailed as failure:
            failed(failure)
            made = by_rule(parts)
        joined = replace(joined, **{name: getattr(made, name) for name in group})
    return joined


def side_by_side(parts: Sequence[Findings]) -> Findings:
    """All that was found, one part after the other."""
    names = [n for n in Findings.__dataclass_fields__ if n not in ("mark", "next_appointment")]
    sections: dict[str, Any] = {name: tuple(item for p in parts for item in getattr(p, name)) for name in names}
    last = next((p.next_appointment for p in reversed(parts) if p.next_appointment), None)
    return Findings(mark=" ".join(p.mark for p in parts), next_appointment=last, **sections)


def by_rule(parts: Sequence[Findings]) -> Findings:
    """Without a model: nothing is agreed that nobody has seen in the light of what came later."""
    both = side_by_side(parts)
    steps = tuple(replace(s, state="mentioned") if s.state == "agreed" else s for s in both.next_steps)
    return replace(
        both,
        next_steps=steps,
        overview=tuple(p.overview[0] for p in parts if p.overview)[:5],
        insights=_spread(parts, "insights", 8),
        moments=_spread(parts, "moments", 7),
        themes=_once(both.themes)[:6],
        feelings=_once(both.feelings),
    )


def _groups(parts: Sequence[Findings], model: Model) -> tuple[tuple[str, ...], ...]:
    return _TOGETHER if _fits(parts, _TOGETHER[0], model) else _APART


def _joined(parts: Sequence[Findings], group: tuple[str, ...], model: Model) -> Findings:
    """In one go, or some parts at a time until one go will do."""
    while not _fits(parts, group, model):
        batches = _batches(parts, group, model)
        if len(batches) == len(parts):
            raise ModelFailed("context")
        parts = [_asked(batch, group, model) if len(batch) > 1 else batch[0] for batch in batches]
    return _asked(parts, group, model)


def _asked(parts: Sequence[Findings], group: tuple[str, ...], model: Model) -> Findings:
    answer = asked(model, _question(parts, group), form(group))
    return findings(answer, tuple(r for p in parts for r in p.read), "")


def _question(parts: Sequence[Findings], group: tuple[str, ...]) -> list[Message]:
    text = prompt("joining").substitute(parts=len(parts), fields=some_fields(group), notes=_notes(parts, group))
    return [Message("system", prompt("rules").substitute()), Message("user", text)]


def _notes(parts: Sequence[Findings], group: tuple[str, ...]) -> str:
    return "\n\n".join(f"Part {n}\n{_noted(part, group)}" for n, part in enumerate(parts, 1))


def _noted(part: Findings, group: tuple[str, ...]) -> str:
    return "\n".join(f'"{name}":\n{_items(part, name)}' for name in group if getattr(part, name))


def _items(part: Findings, name: str) -> str:
    items = [{k: v for k, v in asdict(item).items() if k != "source"} for item in getattr(part, name)]
    return "\n".join(json.dumps(item, ensure_ascii=False).replace("<", "(").replace(">", ")") for item in items)


def _fits(parts: Sequence[Findings], group: tuple[str, ...], model: Model) -> bool:
    asks = sum(tokens_in(message.text) for message in _question(parts, group)) + tokens_in(str(form(group)))
    return asks + sum(_ANSWER[name] for name in group) <= model.context * 0.97


def _batches(parts: Sequence[Findings], group: tuple[str, ...], model: Model) -> list[list[Findings]]:
    batches: list[list[Findings]] = []
    for part in parts:
        if batches and _fits([*batches[-1], part], group, model):
            batches[-1].append(part)
        else:
            batches.append([part])
    return batches


def _spread(parts: Sequence[Findings], name: str, most: int) -> tuple[Any, ...]:
    """The first of each part, then the second of each... in order."""
    rows = [(rank, n, item) for n, part in enumerate(parts) for rank, item in enumerate(getattr(part, name))]
    return tuple(item for _, _, item in sorted(sorted(rows, key=lambda r: r[:2])[:most], key=lambda r: (r[1], r[0])))


def _once(labels: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple({label.label.lower(): label for label in reversed(labels)}.values())[::-1]
