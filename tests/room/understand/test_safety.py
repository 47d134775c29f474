"""Danger is noticed; denials, idioms, old history and other people's stories are not flagged."""

from __future__ import annotations

import pytest

from tests.room.understand.talks import record

ASK = "T: Have you had any thoughts of killing yourself, or of ending your life?"

SUICIDE = [
    ["C: Some nights I just don't want to be here anymore."],
    ["C: I keep thinking everyone would be better off without me."],
    ["C: It's not that I want to die, I just wish I didn't have to wake up."],
    ["C: I was on the bridge and I thought about how easy it would be to step in front of the train."],
    ["C: i dont want to be alive some days"],
    ["C: Honestly I've been thinking about ending it."],
    [ASK, "C: Yeah. Sometimes."],
    [ASK, "C: No, not like that, but sometimes I wish I could go to sleep and not wake up."],
    [ASK, "C: Not really. I mean, I think about it. I wouldn't do anything."],
    ["T: When you say you can't do this, do you mean you're thinking about suicide?", "C: I guess so, yeah."],
    ["T: Let's go through your safety plan before you leave."],
    ["C: I counted the pills last night. I put them back."],
    ["C: I wished I was dead, the whole weekend."],
    ["C: If I got hit by a bus I wouldn't mind if I died."],
]
SELF_HARM = [
    ["C: I started cutting again on Monday."],
    ["C: I hurt myself on purpose. I cut myself, on the arm."],
    ["T: Have you been hurting yourself?", "C: A bit. Just scratches."],
    ["C: I've been burning myself with the lighter."],
]
VIOLENCE = [
    ["C: He hit me. Not hard, but he hit me."],
    ["C: My husband threw a plate at me on Sunday."],
    ["C: She goes through my phone every night and she won't let me see my sister."],
    ["C: I'm scared to go home, to be honest."],
    ["T: Has he ever hurt you?", "C: Once. He pushed me against the door."],
    ["C: My boyfriend grabbed me by the neck."],
]
OTHERS = [
    ["C: I really wanted to hurt him. I had the knife in my hand."],
    ["C: I'm scared I'll hurt the baby."],
    ["T: Do you think about hurting anyone else?", "C: Yes. My boss, sometimes."],
]
HARMLESS = [
    [ASK, "C: No."],
    [ASK, "C: No, no, nothing like that. God, no."],
    ["T: Are you having any thoughts of hurting yourself?", "C: No. I haven't."],
    ["T: Do you feel safe at home?", "C: Yes, very. He's lovely."],
    ["T: Has he ever hit you?", "C: No, never."],
    ["C: I'm not suicidal, I'm just tired."],
    ["C: I don't want to die, I want to sleep."],
    ["C: I was so embarrassed I wanted to die."],
    ["C: I could have died laughing."],
    ["C: I could kill him, he left the milk out again."],
    ["C: I was dying to tell you about the audition."],
    ["C: My feet are killing me."],
    ["C: I'm afraid I'll fall and hurt myself on the ice."],
    ["C: I hurt myself at the gym, my shoulder."],
    ["C: It hit me on the way home that she was right."],
    ["C: She hit me with a question about the wedding."],
    ["C: He beat me at chess again."],
    ["C: My brother killed himself in the spring and I'm still so angry."],
    ["C: There was a suicide on the show we're watching."],
    ["C: When I was sixteen I cut myself for a while. That was twenty years ago."],
    ["C: My dad used to hit us when I was a kid."],
    ["C: I keep beating myself up about the deadline."],
    ["C: I kicked myself for not asking."],
    ["C: My mom not being here for Christmas is the worst of it."],
    ["C: I don't want to be here at this job next year."],
    ["C: He pushed me to apply for it and I'm glad."],
    ["C: She's a nurse, she had a patient who overdosed on Tuesday."],
    ["C: I don't want to wake up early on Saturdays."],
    ["C: I would never hurt him, he's my son."],
    ["C: We binged it, I basically overdosed on chocolate."],
]


@pytest.mark.parametrize("lines", SUICIDE)
def test_a_wish_to_die_is_noticed(lines: list[str]) -> None:
    found = record(*lines).safety
    assert found is not None
    assert found.kind == "suicide"


@pytest.mark.parametrize("lines", SELF_HARM)
def test_self_harm_is_noticed(lines: list[str]) -> None:
    found = record(*lines).safety
    assert found is not None
    assert found.kind == "self_harm"


@pytest.mark.parametrize("lines", VIOLENCE)
def test_violence_and_control_at_home_are_noticed(lines: list[str]) -> None:
    found = record(*lines).safety
    assert found is not None
    assert found.kind == "violence"


@pytest.mark.parametrize("lines", OTHERS)
def test_a_wish_to_harm_others_is_noticed(lines: list[str]) -> None:
    found = record(*lines).safety
    assert found is not None
    assert found.kind == "harm_to_others"


@pytest.mark.parametrize("lines", HARMLESS)
def test_denials_idioms_old_history_and_other_people_are_not_flagged(lines: list[str]) -> None:
    assert record(*lines).safety is None


def test_the_overview_says_plainly_that_it_came_up_and_what_was_agreed() -> None:
    found = record(
        "C: The week was long. Some nights I don't want to be here anymore.",
        "T: Thank you for telling me. Would you call someone if it got worse?",
        "C: I'll call my sister, and the line on the card.",
        "T: Good. And I'm here on Thursday.",
    )
    overview = " ".join(line.text for line in found.overview)
    assert "came up" in overview
    assert "I'll call my sister" in overview


def test_nothing_is_said_to_be_agreed_about_it_when_nothing_was() -> None:
    found = record(
        "C: Some nights I don't want to be here anymore.", "T: How long has that been going on?", "C: A month."
    )
    assert "About this" not in " ".join(line.text for line in found.overview)


def test_the_sentence_about_danger_is_the_one_that_is_quoted() -> None:
    made = record(
        "T: How was the week?",
        "C: Quiet. I slept a little more.",
        "T: Good. I will send you the page. And how are your thoughts about not wanting to be here?",
        "C: They are still there sometimes, mostly at night.",
        "T: Thank you for telling me.",
    )
    assert made.safety
    said = " ".join(line.text for line in made.overview)
    assert "not wanting to be here" in said
    assert 'said: "Good."' not in said


def test_words_about_danger_never_come_back_as_a_moment() -> None:
    lines = [
        "T: What happened after that?",
        "C: He threw the plate at me again. I am scared to go home tonight.",
        "T: Where could you stay?",
        "C: With my sister. She has a spare room, and I feel calm there.",
        "T: That sounds like a safe place.",
        "C: Yes. I never saw it like that, but I have somewhere to go.",
    ]
    made = record(*lines)
    assert made.safety
    assert not any("scared to go home" in moment.text for moment in made.moments)
