"""What a model is told, in files to be read: each begins with its version; `$name` marks what is filled in."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Template


@cache
def prompt(name: str) -> Template:
    """The prompt of that name, without its version."""
    return Template(_read(name)[1])


@cache
def version() -> str:
    """Of all prompts together, as "1.1.1.1": what was read by one version is not joined by another."""
    return ".".join(_read(name)[0] for name in ("rules", "reading", "joining", "fields"))


def _read(name: str) -> tuple[str, str]:
    head, _, text = (files(__name__) / f"{name}.md").read_text(encoding="utf-8").partition("\n\n")
    return head.removeprefix("version: "), text.strip()


def some_fields(names: tuple[str, ...]) -> str:
    """Of the prompt "fields", what it says of these sections."""
    items = re.split(r"\n(?=- \")", prompt("fields").substitute())
    return "\n".join(item for item in items if any(item.startswith(f'- "{name}"') for name in names))
