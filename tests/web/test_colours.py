"""Every pair of colours that stands on one another can be read: WCAG 2.2 AA, in the light and in the dark."""

from __future__ import annotations

import re

import pytest

from afterword.web.app import STATIC

# Text on ground. 4.5 : 1 is the least for text of this size (WCAG 2.2, 1.4.3).
TEXT = [
    ("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("ink", "warm-tint"), ("soft", "paper"), ("soft", "card"),
    ("accent", "paper"), ("accent", "card"), ("on-accent", "accent"), ("warm", "card"), ("warm", "paper"),
    ("warm", "warm-tint"), ("danger", "paper"), ("danger", "card"), ("soft", "tint"), ("soft", "warm-tint"),
    ("accent", "warm-tint"),
]  # fmt: skip
# Edges of fields and the focus ring: 3 : 1 (1.4.11).
EDGES = [("field", "card"), ("field", "paper"), ("accent", "paper"), ("accent", "card"), ("accent", "tint")]


def schemes() -> dict[str, dict[str, str]]:
    """The named colours of each scheme."""
    css = (STATIC / "afterword.css").read_text()
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root {(.*?)}", css, re.S)
    )
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0)], ids=["text", "edges"])
def test_colours_can_be_read(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    named = schemes()[scheme]
    faint = {
        p: round(contrast(named[p[0]], named[p[1]]), 2) for p in pairs if contrast(named[p[0]], named[p[1]]) < least
    }
    assert not faint


def test_no_colour_is_written_outside_the_two_lists() -> None:
    rest = re.sub(r":root {.*?}", "", (STATIC / "afterword.css").read_text(), flags=re.S)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl", rest)


def test_control_a_faint_colour_is_noticed() -> None:
    assert contrast("#ffffff", "#bbbbbb") < 4.5
    assert round(contrast("#ffffff", "#000000")) == 21
