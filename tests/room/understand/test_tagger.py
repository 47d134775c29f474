"""The tagger: the weights fit what they are read with, and what it hears moves what is shown."""

from __future__ import annotations

import numpy as np
import pytest

from afterword.room.transcript import Speaker, Transcript, Turn
from afterword.room.understand.builtin.clauses import Talk, talk_of
from afterword.room.understand.builtin.episodes import episodes, step_of
from afterword.room.understand.builtin.steps import steps
from afterword.room.understand.builtin.tagger import BUCKETS, Tagger, Tags, hashed, the_tagger
from afterword.room.understand.builtin.tagger.features import features
from corpus.train import LABELS

WHO: dict[str, Speaker] = {"C": "client", "T": "therapist", "?": "unclear"}
HAGGLE = (
    "T: Your sister still has the shed keys.",
    "C: The keys, on Sunday, when she's doing the dishes.",
    "T: And then the shed.",
    "C: And then the shed.",
)


def talk(*lines: str) -> Talk:
    turns = tuple(Turn(n, float(n), WHO[line[0]], line[3:]) for n, line in enumerate(lines))
    return talk_of(Transcript("2026-03-03", turns))


def tagged(size: int, **likely: dict[int, float]) -> Tags:
    """Nothing is likely, but what is named."""
    table = {label: np.full(size, 0.1, np.float32) for label in LABELS}
    for label, places in likely.items():
        for place, value in places.items():
            table[label][place] = value
    return Tags(table)


def test_the_weights_that_ship_are_those_of_the_labels_that_are_trained() -> None:
    shipped = the_tagger()
    assert shipped.labels == LABELS
    assert shipped.weights.shape == (BUCKETS, len(LABELS))
    assert np.isfinite(shipped.weights.astype(np.float32)).all()


def test_a_feature_has_the_same_bucket_everywhere() -> None:
    places, values = hashed({"w diary": 1.0, "late": 0.5})
    assert places.tolist() == [11794, 8085]
    assert values.tolist() == [1.0, 0.5]


def test_the_same_talk_is_tagged_the_same() -> None:
    one, other = the_tagger().tag(talk(*HAGGLE)), the_tagger().tag(talk(*HAGGLE))
    assert all((one.by_label[label] == other.by_label[label]).all() for label in LABELS)


def test_a_promise_sounds_more_like_a_promise_than_the_weather_does() -> None:
    tags = the_tagger().tag(talk("T: I'll email you the sheet tonight.", "C: It rained on the way.", "T: It did rain."))
    assert tags.of("commit", 0) > 0.6 > tags.of("commit", 1)


def test_control_without_weights_everything_is_a_toss_up() -> None:
    blank = Tagger(LABELS, np.zeros((BUCKETS, len(LABELS)), np.float32), np.zeros(len(LABELS), np.float32))
    assert set(blank.tag(talk(*HAGGLE)).by_label["step"].tolist()) == {0.5}


def test_features_lie_between_minus_one_and_one() -> None:
    assert all(-1 <= value <= 1 for found in features(talk(*HAGGLE)) for value in found.values())


def test_what_is_settled_without_a_promise_is_shown_as_mentioned_in_the_words_of_both() -> None:
    heard = talk(*HAGGLE)
    tags = tagged(4, step={0: 0.9, 1: 0.9}, commit={1: 0.9}, propose={0: 0.6})
    [found] = steps(heard, tags)
    assert (found.who, found.certainty) == ("you", "mentioned")
    assert "shed keys" in found.text
    assert "doing the dishes" in found.text
    assert set(found.evidence) >= {0, 1}


def test_what_the_tagger_hears_as_let_go_is_not_shown() -> None:
    tags = tagged(4, step={0: 0.7, 1: 0.7}, rejected={0: 0.9, 1: 0.9}, commit={1: 0.9})
    assert steps(talk(*HAGGLE), tags) == ()


@pytest.mark.parametrize(
    ("line", "shown"),
    [("T: I'm asking my sister about the shed keys.", False), ("T: Ask your sister about the shed keys.", True)],
)
def test_whose_it_is_has_to_be_clear(line: str, shown: bool) -> None:
    heard = talk("C: Hm, the keys.", line)
    tags = tagged(2, step={1: 0.9}, assign={1: 0.8})
    [episode] = episodes(heard, tags)
    assert (step_of(heard, tags, episode) is not None) == shown


def test_an_agreed_step_needs_the_tagger_too() -> None:
    heard = talk("T: What will you do about the diary?", "C: I'll fill in the diary every night.", "T: Good.")
    sure = tagged(3, step={1: 0.9}, commit={1: 0.9})
    assert [s.certainty for s in steps(heard, sure)] == ["agreed"]
    assert all(s.certainty == "mentioned" for s in steps(heard, tagged(3)))
