"""Scores and times the built-in engine: python bench/understanding.py [FOLDER] [--show NAME]."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import sys
import tempfile
import time
from pathlib import Path

from afterword.room.transcript import read_transcript
from afterword.room.understand import understand

USUAL = Path(__file__).resolve().parent.parent.parent / "shared" / "eval" / "devset"


def main(argv: list[str]) -> int:
    """Run every session of a folder; print the scorer's figures where score.py lies beside the folder."""
    show = argv.index("--show") if "--show" in argv else len(argv)
    folder = Path(argv[0]) if argv and not argv[0].startswith("--") else USUAL
    sessions = [path for path in sorted(folder.glob("*.json")) if "turns" in json.loads(path.read_text())]
    if not sessions:
        print(f"no session in {folder}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as out:
        for path in sessions:
            _run(path, Path(out) / path.name)
        if argv[show + 1 : show + 2]:
            print((Path(out) / f"{argv[show + 1]}.json").read_text())
        return _score(folder, out)


def _run(path: Path, out: Path) -> None:
    before = time.perf_counter()
    transcript = read_transcript(path.read_bytes(), path.name)
    record = understand(transcript, {})
    spent = time.perf_counter() - before
    out.write_text(json.dumps(record.to_json(), indent=1, ensure_ascii=False))
    print(f"{path.stem:<22} {spent:5.2f} s  {record.engine}  {record.next_appointment}")


def _score(folder: Path, out: str) -> int:
    scorer = folder.resolve().parent / "score.py"
    if not scorer.exists():
        return 0
    spec = importlib.util.spec_from_file_location("score", scorer)
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    print()
    with contextlib.redirect_stderr(io.StringIO()):
        return int(score.main([str(folder), out]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
