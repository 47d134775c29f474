"""Checks the corpus and says what is in it: python -m corpus [--show FILE] [--json FOLDER]."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from corpus.reading import Session, Wrong, faults, read

HERE = Path(__file__).parent


def main(argv: list[str]) -> int:
    """0 when every file is in order."""
    if "--show" in argv:
        show(read(Path(argv[argv.index("--show") + 1])))
        return 0
    found, wrong = _read_all()
    for session in found:
        wrong += [f"{session.hand}/{session.path.name}: {fault}" for fault in faults(session)]
    if "--json" in argv:
        write(found, Path(argv[argv.index("--json") + 1]))
    for session in found:
        print(line(session))
    print(f"{len(found)} sessions, {sum(s.words for s in found)} words, {sum(len(s.turns) for s in found)} turns")
    roles = Counter(tag.role for s in found for turn in s.turns for tag in turn.tags)
    print(", ".join(f"{role} {count}" for role, count in roles.most_common()))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def write(found: list[Session], folder: Path) -> None:
    """One JSON file for each session, as the scorer reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for session in found:
        data = session.to_json()
        (folder / f"{data['id']}.json").write_text(json.dumps(data, indent=1, ensure_ascii=False))


def show(session: Session) -> None:
    """Each label, and the turns it rests on."""
    for section, items in session.gold.items():
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                print(f"\n{section} {item['ref']}: {item.get('text') or item.get('label')} {item.get('who', '')}")
                for t in item["turns"]:
                    roles = " ".join(tag.role for tag in session.turns[t].tags if tag.of == item["ref"])
                    print(f"    {t} {session.turns[t].speaker[0]} [{roles}] {session.turns[t].text[:140]}")


def line(session: Session) -> str:
    """A line of the table."""
    gold = session.gold
    counts = " ".join(
        f"{name} {len(gold[section])}"
        for name, section in (("steps", "next_steps"), ("rejected", "rejected_or_past_steps"), ("insights", "insights"),
                              ("questions", "questions_for_next_time"), ("moments", "moments"), ("themes", "themes"))
    )  # fmt: skip
    danger = gold["safety"]["kind"] if gold["safety"] else "-"
    name = f"{session.hand}/{session.path.stem}"
    return f"{name:<30} {session.words:5} words {len(session.turns):4} turns  {counts}  {danger}"


def _read_all() -> tuple[list[Session], list[str]]:
    found, wrong = [], []
    for path in sorted(HERE.glob("*/*.txt")):
        try:
            found.append(read(path))
        except Wrong as fault:
            wrong.append(str(fault))
    return found, wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
