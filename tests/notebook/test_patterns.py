"""What keeps coming up: which labels are one, from when on, and what the person makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from afterword.notebook import alike, pattern_changes, wants
from afterword.notebook.alike import same
from afterword.notebook.coming_up import away_since, how_often
from afterword.notebook.notes import Note
from afterword.notebook.past import Past, Ref
from afterword.notebook.pattern_changes import UNTOUCHED, Changes
from afterword.notebook.patterns import Pattern, dismissed, patterns
from afterword.record import Label, Line, Passage, Record
from afterword.vault import vault
from tests.people import CHEAPEST_KIB, PASSPHRASE

# By a nurse, a carpenter, a student, a new father, a widow, a boy of seventeen, a teacher, somebody who drinks.
THE_SAME = [
    ("Mum's calls", "my mother ringing"), ("Saying yes too quickly", "A quick yes"), ("Sleep", "Not sleeping"),
    ("Fighting with Sam", "Arguments with Sam"), ("Panic attacks", "Panic"),
    ("Dad's drinking", "My father and alcohol"),
    ("Money worries", "Worrying about money"), ("Work", "My job"), ("The radio", "Radio"),
    ("Being tired all the time", "Exhaustion"), ("Anger at my brother", "Being furious with my brother"),
    ("The new baby", "Our newborn"), ("Crying", "Tears"), ("Pleasing people", "People-pleasing"),
    ("Guilt about saying no", "Feeling guilty for saying no"), ("Grandma's funeral", "My grandmother's funeral"),
    ("Boundaries with my sister", "Setting limits with my sister"), ("The garage", "Sitting in the garage"),
    ("Loneliness", "Feeling lonely"), ("Perfectionism", "Being perfect"), ("Drinking at night", "Wine at night"),
    ("Divorce", "The separation"), ("Exams", "Uni exams"), ("Sleep problems", "Sleep"),
]  # fmt: skip
NOT_THE_SAME = [
    ("Mum's calls", "Dad's calls"), ("Work stress", "Work friends"), ("Work", "Saying no at work"),
    ("Conflict at work", "Being proud of work"), ("Fear of flying", "Fear of exams"), ("Sleep", "Work"),
    ("Mum's illness", "Mum's birthday"), ("Anger at my brother", "Missing my brother"),
    ("Guilt about Mum", "Guilt about the dog"), ("Money", "Time with the kids"), ("Being alone", "Being late"),
    ("Panic on the train", "Panic at the exam"), ("Moving house", "House cleaning"), ("New job", "Job loss"),
    ("My sister's wedding", "My sister's debts"), ("Trust in Sam", "Trust in myself"),
    ("Ken's cabin", "Ken's drinking"), ("Drinking", "Drinking water"),
    ("Family dinner", "Family money"), ("Love of music", "Love life"), ("Writing letters", "Reading letters"),
    ("Friends at school", "Old friends"), ("Saying yes", "Saying no"), ("Home", "Home office"),
    ("Control at work", "Control over food"), ("Death of the dog", "Death of my father"), ("First date", "First child"),
    ("A change of plan", "A change of meds"), ("Body image", "Body pain"), ("My boss", "My colleague's party"),
    ("Quiet evenings", "The silence with Maren"), ("Work deadlines", "Working on myself"), ("My team", "My teacher"),
]  # fmt: skip
LABELS = [
    "Ken and the cabin", "The cabin", "Mum's calls", "My mother ringing", "Work", "My job", "Sleep", "Maren",
    "The radio and Maren", "Ken",
]  # fmt: skip


def past(n: int, *labels: str, said: tuple[str, ...] = (), weeks: int = 1) -> Past:
    """The n-th session, a week after the one before."""
    record = Record(themes=tuple(Label(label) for label in labels), insights=tuple(Line(text) for text in said))
    day = date(2026, 1, 5) + timedelta(weeks=n * weeks)
    return Past(f"{n:032x}", day.isoformat(), "session", "", record)


def pasts(*sessions: tuple[str, ...]) -> list[Past]:
    return [past(n, *labels) for n, labels in enumerate(sessions)]


def labels_of(found: list[Pattern]) -> set[str]:
    return {one.label for one in found}


def faults() -> list[tuple[str, str]]:
    """Pairs that are taken for the same, and are not."""
    return [pair for pair in NOT_THE_SAME if same(*pair)]


def test_labels_in_other_words_are_one() -> None:
    missed = [pair for pair in THE_SAME if not same(*pair)]
    assert len(missed) <= 2, missed


def test_two_themes_are_not_one_because_they_share_a_word() -> None:
    assert faults() == [("Drinking", "Drinking water")]  # known: nothing in the words tells them apart


def test_control_a_likeness_that_joins_everything_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "_alike", lambda one, other, measure: 1.0)
    assert len(faults()) == len(NOT_THE_SAME)


def test_control_a_likeness_by_any_shared_word_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "SAME", 0.3)
    assert len(faults()) > len(NOT_THE_SAME) / 4


def test_what_is_nearly_the_same_is_not_handed_on() -> None:
    chain = ["work stress", "stress about money", "money from work"]
    assert len(alike.group(chain)) == 3


def test_two_sessions_are_no_pattern() -> None:
    assert patterns(pasts(("Ken",), ("Ken",))) == []


def test_from_the_third_session_on_it_counts_and_says_where() -> None:
    behind = pasts(("Mum's calls", "Sleep"), ("Work",), ("My mother ringing",))
    (one,) = patterns(behind)
    assert one.label == "Mum's calls"
    assert one.days == ("2026-01-05", "2026-01-19")
    assert one.sources == (Ref(behind[0].id, "themes", 0), Ref(behind[2].id, "themes", 0))
    assert how_often(one, behind) == "In 2 of your 3 sessions"


def test_a_name_in_a_line_counts_where_a_label_gave_it() -> None:
    behind = [past(0, "The garage"), past(1, said=("I sat in the garage again.",)), past(2, said=("Two garages.",))]
    (one,) = patterns(behind)
    assert [ref.section for ref in one.sources] == ["themes", "insights", "insights"]


@pytest.mark.parametrize(("label", "said"), [("Work", "At work Dana laughed."), ("Will", "You will call Dana.")])
def test_a_broad_word_in_a_line_counts_for_nothing(label: str, said: str) -> None:
    behind = [past(0, label), *(past(n, said=(said,)) for n in (1, 2, 3))]
    assert patterns(behind) == []


def test_the_heading_of_a_recap_names_things_too() -> None:
    passages = (Passage("Theo and the roof", "..."), Passage("In between", "..."))
    behind = [Past(f"{n:032x}", f"2026-01-0{n}", "session", "", Record(recap=passages)) for n in (1, 2, 3)]
    assert labels_of(patterns(behind)) == {"Theo", "The roof"}


def test_how_often_is_said_of_the_last_six() -> None:
    behind = pasts(*[("Ken",)] * 5, ("Work",), ("Ken",), ("Sleep",))
    ken = next(one for one in patterns(behind) if one.label == "Ken")
    assert how_often(ken, behind) == "In 4 of your last 6 sessions"


def test_what_stays_away_is_said_in_dates() -> None:
    behind = [past(n, "Ken" if n < 4 else "Work", weeks=3) for n in range(12)]
    ken = next(one for one in patterns(behind) if one.label == "Ken")
    last = date.fromisoformat(ken.days[-1])
    assert how_often(ken, behind) == "In 4 of your 12 sessions"
    assert away_since(ken, behind, last + timedelta(days=150)) == "Has not come up since March"
    assert away_since(ken, behind, last + timedelta(days=400)) == "Has not come up since March 2026"
    assert away_since(ken, behind, last + timedelta(days=30)) == "Has not come up since 9 March"
    assert away_since(ken, behind[:5], last + timedelta(days=150)) == ""


def test_what_is_alive_stands_first() -> None:
    behind = pasts(("Ken",), ("Ken",), ("Ken", "Maren"), ("Maren",), ("Maren",))
    assert [one.label for one in patterns(behind)] == ["Maren", "Ken"]


def test_a_name_given_holds_for_later_sessions() -> None:
    behind = pasts(("Mum's calls",), ("My mother ringing",), ("Work",))
    (one,) = patterns(behind)
    changes = UNTOUCHED.with_act("rename", one.wordings[:1], "Her voice")
    later = [*behind, past(3, "Phone calls from my mother")]
    (named,) = patterns(later, changes)
    assert (named.label, named.named, len(named.days)) == ("Her voice", True, 3)
    assert named.id == one.id
    assert labels_of(patterns(later, changes.without(changes.acts[0].id))) == {"Mum's calls"}


def test_what_is_put_together_takes_in_later_sessions() -> None:
    behind = pasts(("Ken", "The cabin"), ("Ken",), ("The cabin",))
    changes = UNTOUCHED.with_act("merge", ("ken", "cabin"))
    (one,) = patterns([*behind, past(3, "The cabin")], changes)
    assert (one.label, one.merged, len(one.days)) == ("Ken", True, 4)


def test_what_is_dismissed_stays_away_and_comes_back_when_wanted() -> None:
    behind = pasts(("Ken",), ("Ken",), ("Work",))
    changes = UNTOUCHED.with_act("dismiss", ("ken",))
    later = [*behind, past(3, "Ken"), past(4, "Ken")]
    assert patterns(later, changes) == []
    assert labels_of(dismissed(later, changes)) == {"Ken"}
    assert labels_of(patterns(later, changes.without(changes.acts[0].id))) == {"Ken"}


def test_a_deleted_line_is_no_source() -> None:
    behind = [past(0, "Ken"), past(1, "Ken"), past(2, "")]
    assert patterns(behind)[0].days == ("2026-01-05", "2026-01-12")


SOME = st.lists(st.lists(st.sampled_from(LABELS), max_size=4, unique=True).map(tuple), min_size=3, max_size=9)


@given(SOME, st.data())
def test_put_together_and_split_again_is_as_before(sessions: list[tuple[str, ...]], data: st.DataObject) -> None:
    behind = pasts(*sessions)
    before = patterns(behind)
    if len(before) < 2:
        return
    one, other = data.draw(st.permutations(before))[:2]
    merged = UNTOUCHED.with_act("merge", (one.wordings[0], other.wordings[0]))
    together = patterns(behind, merged)
    assert one.sessions | other.sessions in [found.sessions for found in together if found.merged]
    assert patterns(behind, merged.without(merged.acts[0].id)) == before


@given(SOME, st.lists(st.tuples(st.sampled_from(["rename", "merge", "dismiss"]), st.sampled_from(LABELS),
                                st.sampled_from(LABELS)), max_size=5))  # fmt: skip
def test_every_day_is_of_a_session_with_a_source(
    sessions: list[tuple[str, ...]], acts: list[tuple[pattern_changes.Kind, str, str]]
) -> None:
    behind, changes = pasts(*sessions), UNTOUCHED
    for kind, one, other in acts:
        changes = changes.with_act(kind, (one.lower(), other.lower())[: 2 if kind == "merge" else 1], "A name")
    days = {past.id: past.day for past in behind}
    for found in patterns(behind, changes) + dismissed(behind, changes):
        assert found.days == tuple(sorted(days[session] for session in found.sessions))
        assert found.days
        assert all(behind[int(ref.session, 16)].record.themes[ref.place].label for ref in found.sources)


def test_what_the_person_changed_is_sealed_and_taken_back(engine: Engine) -> None:
    owner = vault.make_notebook(engine, PASSPHRASE, CHEAPEST_KIB).owner
    pattern_changes.change(engine, owner, lambda before: before.with_act("rename", ("ken",), "My brother"))
    kept = pattern_changes.load(engine, owner)
    assert kept.names == {"ken": "My brother"}
    with engine.connect() as db:
        assert b"brother" not in b"".join(row[0] for row in db.exec_driver_sql("select sealed from objects"))
    pattern_changes.change(engine, owner, lambda before: before.without(kept.acts[0].id))
    assert pattern_changes.load(engine, owner) == Changes()


def test_a_want_meets_the_lines_that_came_close_to_it() -> None:
    behind = [
        past(0, said=("You want to call your mother back.",)),
        past(1, said=("You slept through twice.",)),
        past(2, said=("Mum rang, and you picked up.",)),
    ]
    notes = {"ab": Note("note", "2026-01-25T08:00", "Rang Mum by myself.")}
    found = wants.near(["To ring my mother", "To fly"], behind, notes)
    assert [line.day for line in found["To ring my mother"]] == ["2026-01-05", "2026-01-19", "2026-01-25"]
    assert found["To fly"] == []


def test_a_want_is_worded_anew_put_away_and_taken_back(engine: Engine) -> None:
    owner = vault.make_notebook(engine, PASSPHRASE, CHEAPEST_KIB).owner
    found = wants.keep(engine, owner, wants.Want("2026-01-05", "Sleep", Ref("ab" * 16, "insights", 0)))
    wants.reword(engine, owner, found, "To sleep through")
    wants.put_away(engine, owner, found, away=True)
    assert wants.load(engine, owner)[found].text == "To sleep through"
    wants.as_it_was(engine, owner, found)
    assert wants.load(engine, owner)[found].text == "Sleep"
    with pytest.raises(KeyError):
        wants.as_it_was(engine, owner, found)
    wants.remove(engine, owner, found)
    with pytest.raises(KeyError):
        wants.put_away(engine, owner, found, away=False)
