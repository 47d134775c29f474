"""Words that frame a line and say nothing of its matter, as stems."""

from __future__ import annotations

from afterword.room.understand.builtin.clauses import stems

FRAME = frozenset(
    stems(
        "therapist said asked told talked spoke session agreed plan planned decided left want wanted feel felt feeling "
        "came up next time question thought saw noticed realised realized understood began begin open stay stays "
        "brought bring described explained mentioned suggested offered proposed wondered named put words part between "
        "keep keeps together instead still yourself"
    )
)
