"""Values on lines of their own below the name that they belong to: ``Weight x1:`` over ``Old: 0.5`` and ``New: 0.7``."""

import re
from collections.abc import Sequence
from dataclasses import replace

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.token import NAME, POWER, Token

MAX_APART = 4  # lines between a name and its last value
_OWNER = re.compile(r"[^\S\n]*[^\W\d_][\w ]{0,30}:[^\S\n]*")
_AGED = rarely(r"[^\S\n]*([^\W\d_]{3,12})[^\S\n]?:[^\S\n]*(?=[-+\d.\[(])")
_AGES = {
    "old": "old", "before": "old", "previous": "old", "alt": "old", "vorher": "old", "antigo": "old", "anterior": "old", "velho": "old",
    "antiguo": "old", "viejo": "old", "ancien": "old", "vecchio": "old", "lama": "old", "eski": "old", "antes": "old",
    "new": "new", "after": "new", "updated": "new", "neu": "new", "nachher": "new", "novo": "new", "nuevo": "new",
    "nouveau": "new", "nuovo": "new", "baru": "new", "yeni": "new", "depois": "new", "después": "new",
}  # fmt: skip


def is_owner(text: str, start: int, end: int) -> bool:
    """Whether a line is nothing but a short label with a colon behind it."""
    return _OWNER.fullmatch(text, start, end) is not None


def age(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Whether a line tells the old value or the new one of something, and where the colon stands."""
    match = _AGED.match(text, start, end)
    which = _AGES.get(match[1].lower()) if match else None
    return (which, text.index(":", match.end(1))) if match and which else None


def owner(found: Sequence[Token]) -> Token | None:
    """The name of the weight or the bias in a label: ``Weight x1``, ``Bias``, ``Bias weight``, ``w2``."""
    names = [token for token in found if token.kind == NAME]
    roles = [set(roles_of(token.value.partition("#")[0])) for token in names]
    for token, known in zip(names, roles, strict=True):
        if Role.BIAS in known:
            return token
    if not names or len(names) > 2 or Role.WEIGHT not in roles[0]:
        return None
    digits = next((t.value.partition("#")[2] for t in names if "#" in t.value), "")
    name = names[0].value.partition("#")[0]
    return replace(names[0], value=f"{name}#{digits}") if digits else names[0]


def marked(name: Token, which: str) -> list[Token]:
    """A name with its age."""
    return [name, Token(POWER, f"mark:{which}", name.end, name.end)]
