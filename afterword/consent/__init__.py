"""Asking first: the words to ask with, the rule of a place, the answer and its limits, and what there is after a no."""
