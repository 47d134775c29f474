"""Three spoken minutes of one person, with one next step in each. Invented."""

from __future__ import annotations

MINUTES = (
    (
        "I want to keep what we talked about today, before it is gone.",
        "I said yes at work again, although I had promised myself to wait.",
        "When my manager asks for something, my stomach gets tight, and I am afraid that he is angry.",
        "Then I say yes before I know what I want, and I am angry all evening.",
        "Today I saw that I have done this since I was a child.",
        "At home a quick yes kept the house quiet.",
        "Next week I will tell my manager that I need a day to think.",
        "I felt sad when I said that, and also a little lighter.",
        "It was good to say it slowly, and to hear that nothing bad happened.",
    ),
    (
        "The second thing was my sister, who has not called since the summer.",
        "I miss her, and I am ashamed that I did not answer her letter.",
        "I keep thinking that it is too late, but perhaps it is not.",
        "We looked at what I would like her to know.",
        "I would like her to know that I was tired, and that I was not angry with her.",
        "Next week I will write a letter to my sister.",
        "It does not have to be long, and it does not have to be perfect.",
        "When I imagined her reading it, I felt calm for the first time in weeks.",
        "So I will send my sister a letter next week.",
    ),
    (
        "At the end we talked about the nights, because I do not sleep well.",
        "I lie awake and go through the day, and I look at my phone.",
        "The phone makes it worse, and in the morning I am tired.",
        "I noticed that the nights after a walk were better.",
        "From tomorrow on I will go for a walk every evening before dinner.",
        "I am curious whether it helps, and I will notice it without judging.",
        "Next time I want to talk about my father, and about the summer at the lake.",
        "That is all for today, and I am glad that I said it.",
    ),
)
STEPS = ("manager", "letter", "walk")
