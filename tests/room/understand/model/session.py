"""One short session, what a good reader writes of it, and what a bad one might. The cast is that of the corpus."""

from __future__ import annotations

import copy
from typing import Any

from tests.room.understand.talks import talk

SAID = (
    "T: Neil, come in. How was the week?",  # 0
    "C: Long. I finished the floor in Brandon on Tuesday, and I have not slept much since.",
    "T: What keeps you up?",
    "C: The email from Maren. It's been in there since March. I never read it.",
    "T: You never read it.",
    "C: I read the first line and I shut it. If I don't know what it says, I haven't got it wrong yet.",  # 5
    "T: If you don't know what it says, you haven't got it wrong yet.",
    "C: Yeah. I'm such an idiot, when you hear it back.",
    "T: What would it be like to read it here, with me?",
    "C: [crying] I'd be scared. But not as scared as by myself.",
    "T: So would you bring it on Monday, and we read it together? And not open it before.",  # 10
    "C: Okay. I'll bring it Monday. I won't open it before.",
    "T: What about Colleen? Could you tell her how heavy it has been?",
    "C: No. Not Colleen. She'd tell Maren.",
    "T: Okay, not Colleen. Who, then?",
    "C: Ken. I'll phone Ken on Saturday. No, he works Saturday. Sunday, after lunch.",  # 15
    "T: Sunday, after lunch. What will you say?",
    "C: That I had a bad week. That I'm not fine, and I didn't have the flu.",
    "T: And the rye? It was four glasses, you said.",
    "C: Four, yeah. I could cut it to two.",
    "T: I'd like to ask you for none until Monday.",  # 20
    "C: None. Okay. None till Monday, I can do that.",
    "T: I'll send you the sheet about sleep tonight, by email.",
    "C: Thanks, Cory. Some day I'd maybe like to go up to the cabin again.",
    "T: We didn't get to the cabin today. Let's begin with it next time.",
    "C: Sure. It's only a cabin. But my dad built the floor in it, and I never told anybody that.",  # 25
    "T: Monday the twentieth, then, at five o'clock.",
    "C: Monday at five.",
)
SESSION = talk(*SAID, date="2026-10-15")


def line(text: str, *evidence: int) -> dict[str, Any]:
    return {"evidence": list(evidence), "text": text}


def step(text: str, who: str, due: str | None, state: str, quote: str, *evidence: int) -> dict[str, Any]:
    return {"evidence": list(evidence), "quote": quote, "state": state, "who": who, "due": due, "text": text}


GOOD: dict[str, Any] = {
    "next_steps": [
        step(
            "Bring Maren's email on Monday, and don't open it before.",
            "you", "Monday", "agreed", "I'll bring it Monday. I won't open it before.", 11, 10,
        ),
        step(
            "Phone Ken on Sunday after lunch and tell him that you had a bad week.",
            "you", "Sunday, after lunch", "agreed", "Sunday, after lunch.", 15, 16, 17,
        ),
        step(
            "Drink no rye until Monday.",
            "you", "till Monday", "agreed", "None till Monday, I can do that.", 21, 20,
        ),
        step(
            "Send you the sheet about sleep tonight by email.",
            "therapist", "tonight", "agreed", "I'll send you the sheet about sleep tonight, by email.", 22,
        ),
        step(
            "Go up to the cabin again some day.", "you", None, "mentioned", "I'd maybe like to go up to the cabin", 23
        ),
        step("Tell Colleen how heavy it has been.", "you", None, "refused", "No. Not Colleen.", 13, 12),
    ],
    "insights": [
        line(
            "You keep the email shut because as long as you don't know what it says, you haven't got it wrong yet.",
            5, 6,
        ),
        line("Reading it with your therapist would scare you, but not as much as by yourself.", 9, 8),
    ],
    "questions": [line("The cabin was not reached today; it comes first next time.", 24, 23)],
    "moments": [
        {
            "evidence": [5],
            "text": "If I don't know what it says, I haven't got it wrong yet.",
            "prompt": "What would it be like to know?",
        },
        {
            "evidence": [25],
            "text": "my dad built the floor in it, and I never told anybody that.",
            "prompt": "Whom would you like to tell?",
        },
    ],
    "feelings": [{"evidence": [9], "label": "scared"}],
    "themes": [
        {"evidence": [3, 5], "label": "Maren's email"},
        {"evidence": [24, 25], "label": "The cabin and your dad"},
    ],
    "recap": [
        line("You finished the floor in Brandon on Tuesday and have not slept much since.", 1)
        | {"heading": "The week"},
        line("Maren's email has been there since March. You read the first line and shut it.", 3, 5)
        | {"heading": "The email"},
        line("Telling Colleen came up and you said no; you will phone Ken on Sunday after lunch.", 12, 13, 15)
        | {"heading": "Whom to tell"},
    ],
    "overview": [
        line(
            "You spoke of Maren's email, which has been there since March and which you have not read to the end.",
            3, 5,
        ),
        line("You will bring it on Monday and read it together, and phone Ken on Sunday.", 10, 11, 15),
    ],
    "safety": None,
    "next_appointment": {"evidence": [26], "said": "Monday the twentieth, then, at five o'clock"},
}  # fmt: skip

# What a careless or hostile model might say of the same session. Each must not come through as it stands.
BAD_STEPS: dict[str, dict[str, Any]] = {
    "the wrong owner of the client's plan": step(
        "Phone Ken on Sunday after lunch.", "therapist", "Sunday", "agreed", "I'll phone Ken on Saturday.", 15
    ),
    "the wrong owner of the therapist's promise": step(
        "Send the sheet about sleep tonight by email.", "you", "tonight", "agreed",
        "I'll send you the sheet about sleep tonight, by email.", 22,
    ),
    "a day that was taken back": step(
        "Phone Ken on Saturday.", "you", "Saturday", "agreed", "I'll phone Ken on Saturday.", 15
    ),
    "a day nobody named": step(
        "Phone Ken on Wednesday after lunch.", "you", "Wednesday", "agreed", "Sunday, after lunch.", 15, 16
    ),
    "another name": step(
        "Phone Arvin on Sunday after lunch.", "you", "Sunday", "agreed", "Sunday, after lunch.", 15, 16
    ),
    "another number": step(
        "Drink at most seven glasses of rye until Monday.", "you", None, "agreed",
        "None till Monday, I can do that.", 21,
    ),
    "a no made of a yes": step(
        "Don't bring the email on Monday.", "you", "Monday", "agreed", "I'll bring it Monday.", 11
    ),
    "a yes made of a no": step(
        "Open Maren's email before Monday.", "you", None, "agreed", "I won't open it before.", 11, 10
    ),
    "a refused proposal": step(
        "Tell Colleen how heavy it has been.", "you", None, "agreed",
        "Could you tell her how heavy it has been?", 12, 13,
    ),
    "a wish as a plan": step(
        "Go up to the cabin again.", "you", None, "agreed", "I'd maybe like to go up to the cabin again.", 23
    ),
    "an invented errand": step(
        "Keep a gratitude journal every evening.", "you", None, "agreed", "None till Monday, I can do that.", 21
    ),
    "an errand on turns that are not there": step(
        "Bring the email on Monday.", "you", "Monday", "agreed", "I'll bring it Monday.", 400, 401
    ),
}  # fmt: skip
BAD_LINES: dict[str, dict[str, Any]] = {
    "invented": line("You realised that your father was never proud of you.", 25, 24),
    "the opposite": line("You never finished the floor in Brandon.", 1),
    "a name that was never said": line("You are afraid of what Bianca will say about the email.", 5, 6),
    "another number": line("The rye was nine glasses.", 18, 19),
    "another day": line("You finished the floor in Brandon on Friday.", 1),
    "a quotation never said": line('You said: "I want to be done with all of them."', 5, 7),
    "the other one's words": line('Your therapist said: "I read the first line and I shut it."', 5),
    "self-attack as a verdict": line("You are an idiot.", 7),
    "a diagnosis": line("You show symptoms of an avoidant attachment style.", 5, 9),
    "praise": line("You are doing great, and telling it was a courageous step.", 9, 11),
    "advice": line("You should read the email soon.", 5),
    "a plan that nobody made": line("You decided to tell Colleen how heavy it has been.", 12, 13),
    "turns that are not there": line("Maren's email has been there since March.", 900),
    "no turns": line("Maren's email has been there since March."),
}
BAD_MOMENTS = {
    "never said": {"evidence": [5], "text": "I will never be good enough for her.", "prompt": "Is it so?"},
    "changed": {"evidence": [5], "text": "If I do not know it then I was never wrong.", "prompt": "Is it so?"},
    "too long": {"evidence": list(range(4)), "text": " ".join(s[3:] for s in SAID[:8]), "prompt": "Well?"},
}


def good(**changes: Any) -> dict[str, Any]:
    """The good answer, with some sections changed."""
    return copy.deepcopy(GOOD) | changes
