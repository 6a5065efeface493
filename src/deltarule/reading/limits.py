"""How much of a text is read. Every limit counts characters, lines or items, and none is a time: the result is the same everywhere."""

MAX_LINE = 20_000  # characters of a line
MAX_LINES = 30_000
MAX_ITEMS = 1_000  # that are found in one text
MAX_PRINTED = 400  # characters of a line of numbers
PROMPTS = (
    ">>>",
    "In [",
    "julia>",
    "octave:",
)  # of an interpreter: no line of a session is without one in front of it
