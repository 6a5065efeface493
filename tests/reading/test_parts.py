"""Where another exercise begins in a document."""

import pytest

from deltarule.reading import read_document
from deltarule.reading.parts import parts
from deltarule.spans import Source

FIRST = "$w = 2$, $x = 3$, $\\eta = 0.1$, $t = 5$\n\n$\\hat{y} = 2 \\cdot 3 = 6$\n\n$w = 2 - 0.1 \\cdot 1 \\cdot 3 = 1.7$\n"


def _begins(text: str) -> list[int]:
    document = read_document(Source("a.md", text))
    return [document.source.line(part.extent.start) for part in parts(document) if part.extent is not None]


@pytest.mark.parametrize(
    "second",
    [
        "\n$w = 4$, $x = 1$, $\\eta = 0.5$, $t = 2$\n\n$\\hat{y} = 4 \\cdot 1 = 4$\n",
        "## Aufgabe 2\n$w = 4$\n\n$\\hat{y} = 4 \\cdot 3 = 12$\n",
        "Exercise 2\n==========\n\n$\\hat{y} = 4 \\cdot 3 = 12$\n",
    ],
    ids=["all is given anew", "a title and a weight", "a title only"],
)
def test_another_exercise_begins(second: str) -> None:
    """What gives an exercise anew is one of its own; a title alone gives nothing."""
    assert _begins(FIRST + second) == ([] if second.startswith("Exercise") else [1, 6])


@pytest.mark.parametrize(
    "second",
    ["\n$w = 1.7$, $x = 1$, $\\eta = 0.1$, $t = 2$\n", "## Epoch 2\n$x = 1$, $t = 2$\n"],
    ids=["the weight goes on", "only a sample"],
)
def test_a_run_goes_on(second: str) -> None:
    """Weights that are what they were, or a sample alone, begin no exercise."""
    assert _begins(FIRST + second + "\n$\\hat{y} = 1.7 \\cdot 1 = 1.7$\n") == []


def test_parts_are_the_whole() -> None:
    """Every item stands in one part, in order."""
    document = read_document(Source("a.md", FIRST + "\n# Problem 2\n" + FIRST + "\n# Problem 3\n" + FIRST))
    found = parts(document)
    assert len(found) == 3
    assert tuple(item for part in found for item in part.items) == document.items
