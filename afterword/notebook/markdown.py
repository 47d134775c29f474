"""Everything as a folder of Markdown in one .zip, made in memory. Its names are dates and numbers. AMBER."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from afterword.consent.answers import from_json
from afterword.consent.words import told
from afterword.notebook import kinds

_TITLES = {
    "overview": "Session Summary", "next_steps": "Next steps", "insights": "Insights",
    "questions": "Questions for next time", "themes": "Themes", "feelings": "Feelings", "moments": "Moments",
    "recap": "Full Recap",
}  # fmt: skip
_WHO = {"you": "You", "therapist": "Your therapist", "both": "Both of you"}
_DANGER = {
    "suicide": "not wanting to live", "self_harm": "hurting yourself",
    "violence": "violence or control by somebody close to you", "harm_to_others": "harm to somebody else",
}  # fmt: skip
_WROTE = {
    "note": "You wrote this.", "steps": "You wrote this.", "given": "Your therapist wrote this.",
    "together": "You both wrote this.",
}  # fmt: skip
ABOUT = """# What is where

- `1/`: your sessions, by year and day, as you see them: with what you changed.
- `2/`: what you wrote, by month. Each says whether it is only written, or meant to be raised.
- `3/`: what else you keep here.
- `4.md`: what was asked of whom, and answered.

These files are in clear: whoever has them can read them. The JSON file holds more: every line as it was first made too,
the receipts, and what is needed to bring it all into another notebook.
"""


def zipped(everything: Mapping[str, Any]) -> bytes:
    """`everything`: as takeout.taken_out gives it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in pages(everything).items():
            folder.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def pages(everything: Mapping[str, Any]) -> dict[str, str]:
    """Markdown by the name of its file."""
    found = {"0.md": ABOUT}
    for one in everything["sessions"]:
        day = one["facts"]["day"]
        found[_free(found, f"1/{day[:4]}/{day}")] = "\n".join(session(one))
    for month, notes in _by_month(everything["kept"]).items():
        found[f"2/{month}.md"] = "\n".join((f"# {_month(month)}", "", *notes))
    others = [kind for kind in everything["kept"] if kind not in ("note", "plan")]
    for n, kind in enumerate(others, 1):
        found[f"3/{n}.md"] = "\n".join(_others(kind, everything["kept"][kind]))
    if everything["consent"]:
        found["4.md"] = "\n".join(("# Their yes", "", *(f"- {_told(entry)}" for entry in everything["consent"]), ""))
    return found


def session(one: Mapping[str, Any]) -> Iterator[str]:
    """One session, line by line."""
    record, facts = one["shown"], one["facts"]
    yield f"# {long_day(facts['day'])}"
    yield ""
    yield _WROTE.get(facts.get("form", ""), "This was said in the session, unless it says otherwise.")
    if record is None:
        yield "\nNo notes were made of it."
        return
    if record.get("safety"):
        came_up = [record["safety"]["kind"], *record["safety"].get("also", ())]
        yield f"\nIt came up: {', '.join(_DANGER[kind] for kind in came_up)}. What was agreed about it:"
        yield from (f"- {line['text']}" for line in record["safety"].get("agreed", ()) if line["text"])
    for section, title in _TITLES.items():
        lines = [line for item in record.get(section, ()) if (line := _line(section, item))]
        if lines:
            yield from ("", f"## {title}", "", *lines)
    yield ""


def long_day(iso: str) -> str:
    """'2026-11-20' as 'Friday 20 November 2026'."""
    return f"{date.fromisoformat(iso):%A %-d %B %Y}"


def _line(section: str, item: Mapping[str, Any]) -> str:
    text = item.get("label") or item.get("text") or ""
    if not text:
        return ""
    if section == "next_steps":
        due = f" ({item['due']})" if item.get("due") else ""
        sure = "" if item["certainty"] == "agreed" else " *mentioned, please check*"
        return f"- **{_WHO[item['who']]}**: {text}{due}{sure}"
    if section == "recap":
        return f"### {item['heading']}\n\n{text}\n" if item.get("heading") else f"{text}\n"
    return f"- {text}" + (f"\n  *{item['prompt']}*" if item.get("prompt") else "")


def _by_month(kept: Mapping[str, Any]) -> dict[str, list[str]]:
    written = [(one["value"], kind) for kind in ("note", "plan") for one in kept.get(kind, ())]
    months: dict[str, list[str]] = {}
    for value, kind in sorted(written, key=lambda pair: str(pair[0]["at"])):
        at = str(value["at"])
        tags = f" {' '.join('#' + tag for tag in value['tags'])}" if value["tags"] else ""
        head = f"## {at.replace('T', ', ')}: {kinds.KNOWN[kind].whose}{tags}"
        raised = [f"*Raised on {value['raised']}*", ""] if value["raised"] else []
        months.setdefault(_digits(at[:7]), []).extend((head, "", value["text"], "", *raised))
    return months


def _others(kind: str, things: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"# {kinds.KNOWN.get(kind, kinds.OTHER).title}"
    yield ""
    for one in sorted(things, key=lambda one: kinds.day_in(one["value"])):
        words, day = kinds.words_in(one["value"]), kinds.day_in(one["value"])
        if words:
            yield f"- {day + ': ' if day else ''}{' · '.join(words)}"
    yield ""


def _told(entry: Mapping[str, Any]) -> str:
    return told(from_json({name: value for name, value in entry.items() if name != "noted"}))


def _month(month: str) -> str:
    try:
        return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
    except ValueError:
        return month


def _digits(text: str) -> str:
    """What is no date may be a word, and a name holds none."""
    return text if text.replace("-", "").isdigit() else "0000-00"


def _free(found: Mapping[str, str], name: str) -> str:
    """The second of a day has a number."""
    names = (f"{name}.md", *(f"{name}-{n}.md" for n in range(2, len(found) + 3)))
    return next(one for one in names if one not in found)
