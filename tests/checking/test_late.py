"""What is only asked of a document where a claim looks as if it had something to say."""

from fractions import Fraction

import pytest

from deltarule.api import check
from deltarule.checking.origins import late_memory
from deltarule.checking.origins.boundary import may_tell_line
from deltarule.checking.origins.long_numbers import in_order
from deltarule.document import Claim
from deltarule.naming import Names
from deltarule.reading.reader import read_document
from deltarule.spans import Source

PAGE = """| x | y |
|---|---|
| 2 | 3 |
| 1 | -1 |

w = 0.5, b = 0.1, learning rate 0.1, z = w x + b, error e = y - z

Sample 1: z = 0.5·2 + 0.1 = 1.1, e = 3 - 1.1 = 1.9, w = 0.5 + 0.1·1.9·2 = 0.88, b = 0.1 + 0.1·1.9 = 0.29
Sample 2: z = 0.88·1 + 0.29 = 1.17, e = -1 - 1.17 = -2.17
"""


def _claims(text: str) -> list[Claim]:
    return [item for item in read_document(Source("page", text)).items if isinstance(item, Claim)]


def test_a_page_that_the_run_judges_is_not_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what the document has said where every line has its place in the run."""
    asked: list[int] = []
    now = vars(late_memory.LateMemory)["now"].fget

    def counted(self: late_memory.LateMemory) -> object:
        asked.append(1)
        return now(self)

    monkeypatch.setattr(late_memory.LateMemory, "now", property(counted))
    marking = check(PAGE)
    assert marking.verdict == "clean"
    assert marking.summary.unchecked == 0
    assert asked == []
    # a line that parts two classes is held against the last weights: 0.88 x + 0.29 = 0
    told = check(PAGE + "\nThe line is $0.88 x + 0.29 = 0$.\n")
    assert asked
    assert told.verdict == "clean"


def test_the_form_of_a_line() -> None:
    """A number alone, and inputs each once with a number in front or without: nothing else is held against the weights."""
    names = Names(n_features=2, n_samples=4)
    lines = {
        "2 x_1 + x_2 - 3 = 0": True,
        "y = 1.2 + 0.4 x_1": True,
        "x_1 + x_2 = 0": False,  # without a bias
        "2 x_1 + 3 x_1 - 1 = 0": False,  # one input twice
        "w_1 + x_1 + 1 = 0": False,  # a weight by its name
        "z = 2·0.5 + 1 = 2": False,  # numbers only
    }
    for text, expected in lines.items():
        (claim,) = _claims(f"${text}$\n")
        assert may_tell_line(claim, names) is expected, text


def test_numbers_in_order() -> None:
    """Each once, the smallest first, those that differ by next to nothing too."""
    near = Fraction(1, 3) + Fraction(1, 10**60)
    values = [Fraction(1, 2), Fraction(-7, 3), near, Fraction(1, 3), Fraction(2, 4), Fraction(5)]
    assert in_order(values) == [Fraction(-7, 3), Fraction(1, 3), near, Fraction(1, 2), Fraction(5)]
