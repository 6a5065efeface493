"""Changes of a text that keep its shape: lines and tokens moved, doubled, exchanged, and words of the vocabulary put in."""

import random
import re

from tools.fuzzing.words import ALL, HOSTILE, NUMBERS, STATEMENTS

_TOKEN = re.compile(r"\\[A-Za-z]+|\d+(?:[.,]\d+)?|[^\W\d_]+|\s+|.", re.DOTALL)
_MANY = (2, 3, 7, 40, 200)


def changed(text: str, random: random.Random, most: int) -> str:
    """Return `text` with one to four changes, cut to `most` characters."""
    for _ in range(random.choice((1, 1, 2, 4))):
        change = random.choice(_CHANGES)
        text = change(text, random)[:most]
    return text


def _insert(text: str, random: random.Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(ALL) + text[at:]


def _statement(text: str, random: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(random.randint(0, len(lines)), random.choice(STATEMENTS))
    return "\n".join(lines)


def _number(text: str, random: random.Random) -> str:
    """Another number in one's place."""
    places = list(re.finditer(r"\d+(?:\.\d+)?", text[:20_000]))
    if not places:
        return _insert(text, random)
    place = random.choice(places)
    return text[: place.start()] + random.choice(NUMBERS) + text[place.end() :]


def _token(text: str, random: random.Random) -> str:
    """A token left out, doubled, repeated or exchanged with another."""
    tokens = _TOKEN.findall(text[:20_000])
    if not tokens:
        return _insert(text, random)
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    match random.randrange(4):
        case 0:
            del tokens[at]
        case 1:
            tokens[at] *= random.choice(_MANY)
        case 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case _:
            tokens[at] = random.choice(ALL)
    return "".join(tokens) + text[20_000:]


def _line(text: str, random: random.Random) -> str:
    """A line left out, repeated, moved or joined with the next."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines[at : at + 1] = [lines[at]] * random.choice(_MANY)
        case 2:
            lines.insert(random.randrange(len(lines)), lines.pop(at))
        case _:
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
    return "\n".join(lines)


def _nest(text: str, random: random.Random) -> str:
    """A stretch between brackets, many times over."""
    opener, closer = random.choice(
        (
            ("(", ")"),
            ("{", "}"),
            ("[", "]"),
            (r"\left(", r"\right)"),
            (r"\frac{1}{", "}"),
            ("f(", ")"),
            ("$", "$"),
        )
    )
    start = random.randint(0, len(text))
    end = random.randint(start, min(len(text), start + 40))
    many = random.choice(_MANY)
    return text[:start] + opener * many + text[start:end] + closer * many + text[end:]


def _hostile(text: str, random: random.Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(HOSTILE) * random.choice(_MANY[:3]) + text[at:]


def _cut(text: str, random: random.Random) -> str:
    start = random.randint(0, len(text))
    return text[:start] + text[random.randint(start, len(text)) :]


_CHANGES = (
    _insert,
    _insert,
    _statement,
    _number,
    _number,
    _token,
    _token,
    _line,
    _line,
    _nest,
    _hostile,
    _cut,
)
