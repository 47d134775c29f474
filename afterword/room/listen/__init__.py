"""From sound to turns: decode, listen window by window, tell two voices apart, name them. RED: nothing here is kept."""

from afterword.room.listen.aids import Aids
from afterword.room.listen.errors import ListenError
from afterword.room.listen.following import Parts, follow, heard_so_far
from afterword.room.listen.heard import Heard, swap
from afterword.room.listen.hearing import listen
from afterword.room.listen.lines import Checkpoint, Line

__all__ = ["Aids", "Checkpoint", "Heard", "Line", "ListenError", "Parts", "follow", "heard_so_far", "listen", "swap"]
