"""Four weekly sessions of one person, as their records would be: for journeys and pictures of what lies between."""

from __future__ import annotations

from afterword.record import Label, Line, Moment, NextStep, Passage, Record, Source

THERAPIST = "Ines"


def _at(minute: int, who: str = "client") -> Source:
    return Source(minute * 60.0, who)  # type: ignore[arg-type]


def _step(text: str, minute: int, *, who: str = "you", due: str | None = None, sure: bool = True) -> NextStep:
    said_by = "therapist" if who == "therapist" else "client"
    return NextStep(text, who, due, "agreed" if sure else "mentioned", "", source=_at(minute, said_by))  # type: ignore[arg-type]


FIRST = Record(
    overview=(
        Line("You spoke about your mother's calls, and how you say yes before you know what you want.", source=_at(4)),
        Line("Ines asked what a pause would be like, and you both agreed on one.", source=_at(40, "therapist")),
    ),
    themes=(
        Label("Your mother's calls", source=_at(6)),
        Label("Saying yes at work", source=_at(18)),
        Label("Waking at four", source=_at(29)),
    ),
    insights=(Line("I say yes so that the quiet does not turn into something.", source=_at(21)),),
    feelings=(Label("tight", source=_at(8)), Label("relief", source=_at(41))),
    next_steps=(
        _step("You wait one day before you answer Dana about the extra shift", 42, due="Thursday"),
        _step("Ines sends you the page about sleep", 45, who="therapist"),
    ),
    questions=(Line("What happened the summer when you were nine?", source=_at(47, "therapist")),),
    moments=(
        Moment("I say yes so that the quiet does not turn into something.", "When was the last?", source=_at(21)),
        Moment("A pause is not a no.", "Where could one fit this week?", source=_at(40, "therapist")),
        Moment("I was nine, and I listened at the door until it was quiet.", "What did you need then?", source=_at(33)),
        Moment("At four in the morning everything is a letter from somebody.", "What is it at noon?", source=_at(29)),
    ),
    recap=(
        Passage("The calls", "Your mother rings on Sundays, and the week bends around it.", source=_at(6)),
        Passage("A pause", "You tried out loud how it would sound: I will tell you tomorrow.", source=_at(40)),
    ),
    heard=3000.0,
)  # fmt: skip
SECOND = Record(
    overview=(Line("You waited a day before you answered Dana, and nothing broke.", source=_at(3)),),
    themes=(
        Label("My mother ringing", source=_at(9)),
        Label("Yes at work", source=_at(3)),
        Label("The flat on Mill Lane", source=_at(30)),
    ),
    insights=(Line("Waiting was harder than the no itself.", source=_at(5)),),
    feelings=(Label("proud", source=_at(4)),),
    next_steps=(_step("You ring your mother on Saturday instead of waiting for Sunday", 44, due="Saturday"),),
    questions=(Line("Whether you want the flat, or want to be asked.", source=_at(46)),),
    moments=(
        Moment("Nothing broke.", "What else might not break?", source=_at(4)),
        Moment("I want to be asked.", "By whom?", source=_at(31)),
        Moment("She rings and I am nine again.", "How old are you on Saturday?", source=_at(10)),
    ),
    recap=(Passage("Waiting", "Dana took it well, which was the surprise.", source=_at(3)),),
    heard=2950.0,
)
THIRD = Record(
    overview=(
        Line("You rang your mother on Saturday, and told Ines about the summer when you were nine.", source=_at(2)),
    ),
    themes=(
        Label("Mum's calls", source=_at(2)),
        Label("The summer when you were nine", source=_at(15)),
        Label("Waking at four", source=_at(37)),
    ),
    insights=(Line("I kept the house quiet by being good.", source=_at(19)),),
    feelings=(Label("grief", source=_at(22)),),
    next_steps=(
        _step("You write down three lines about the door, for yourself", 45, due="before next time"),
        _step("You might ask your brother what he remembers", 41, sure=False),
    ),
    questions=(Line("How to tell Dana about the whole of December.", source=_at(47)),),
    moments=(
        Moment("I kept the house quiet by being good.", "Who keeps it quiet now?", source=_at(19)),
        Moment("Nobody died, and I grieve it anyway.", "What would you say to that child?", source=_at(22)),
        Moment("My brother slept through all of it.", "What would you ask him?", source=_at(25)),
    ),
    recap=(Passage("The door", "You listened until it was quiet, and then you were good.", source=_at(15)),),
    heard=3100.0,
)
FOURTH = Record(
    overview=(Line("You said no to Dana about December, and slept until six twice.", source=_at(2)),),
    themes=(
        Label("Saying no at work", source=_at(2)),
        Label("Sleep", source=_at(12)),
        Label("Your mother's calls", source=_at(25)),
    ),
    insights=(Line("The no was one sentence long.", source=_at(4)),),
    feelings=(Label("light", source=_at(5)),),
    next_steps=(_step("You ask your brother on Sunday what he remembers", 43, due="Sunday"),),
    questions=(Line("What the flat on Mill Lane stands for.", source=_at(46)),),
    moments=(
        Moment("The no was one sentence long.", "Which sentence?", source=_at(4)),
        Moment("Six o'clock looked like a different room.", "What was in it?", source=_at(13)),
    ),
    recap=(Passage("December", "One sentence, and then lunch.", source=_at(2)),),
    heard=3000.0,
)
MONTH = (("2026-11-02", FIRST), ("2026-11-09", SECOND), ("2026-11-16", THIRD), ("2026-11-23", FOURTH))
