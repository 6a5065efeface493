"""Decision rules as prose tells them, the condition first or the value first."""

import pytest

from deltarule.document import Threshold
from deltarule.reading import read_document
from deltarule.spans import Source


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("if z >= 0 output 1, else 0", ("0", "1", "0", True)),
        ("If z > 0.5 then y = 1 else y = 0", ("0.5", "1", "0", False)),
        ("Si $z \\geq 0$ entonces $y = 1$; si no $y = -1$", ("0", "1", "-1", True)),
        ("if `s > 2`: output **1**; otherwise output **0**", ("2", "1", "0", False)),
        ("Escalón: 1 si la suma es >= 0, si no 0", ("0", "1", "0", True)),
        ("salida = 1 si suma >= 0, y salida = 0 si suma < 0", ("0", "1", "0", True)),
        ("Wenn z < 0, dann y = -1, sonst y = 1", ("0", "1", "-1", True)),
        ("Se z > 0 allora y = 1 altrimenti y = 0", ("0", "1", "0", False)),
    ],
)
def test_rules_in_words(text: str, rule: tuple[str, str, str, bool]) -> None:
    """The bound, what is put out above and below it, and what at it."""
    (found,) = (item for item in read_document(Source("a", text)).items if isinstance(item, Threshold))
    assert (found.bound.text, found.upper.text, found.lower.text, found.inclusive) == rule


@pytest.mark.parametrize(
    "text",
    [
        "If z > 0 the output 1 is wrong",
        "if z >= 0 we add 1, if not we go on",
        "Si x = 1 entonces y = 2",
        "if y = 3 we are done, else y = 4",
    ],
)
def test_what_is_no_rule(text: str) -> None:
    """A condition alone, and one that is an equality, decide nothing."""
    assert not [item for item in read_document(Source("a", text)).items if isinstance(item, Threshold)]
