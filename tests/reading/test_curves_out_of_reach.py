"""Which function was applied is found from its values, and a curve is not worked out for what it never gives."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from deltarule.document import Claim
from deltarule.naming import Names
from deltarule.reading.activations import activation_of
from deltarule.reading.reader import read_document
from deltarule.spans import Source
from deltarule.trace import neuron_arithmetic


def _found(text: str) -> str | None:
    document = read_document(Source("page", text))
    claims = [item for item in document.items if isinstance(item, Claim)]
    return activation_of(document, claims, (), Names())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(4800) = 4800\n\nf(-7.25) = -7.25\n", "identity"),
        ("f(4800) = 4800\n\nf(-7.25) = 0\n", "relu"),
        ("f(0.4) = 0.599\n\nf(-3) = 0.047\n\nf(900) = 1.000\n", "sigmoid"),
        ("f(0.4) = 0.380\n\nf(-3) = -0.995\n\nf(-900) = -1.000\n", "tanh"),
    ],
)
def test_the_function_that_gives_the_values(text: str, expected: str) -> None:
    """Values far beyond 1 leave the straight ones; a curve at the edge of what it reaches is still itself."""
    assert _found(text) == expected


def test_no_curve_is_worked_out_beyond_what_it_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The net inputs of a run that diverges have thousands of digits in their exponentials."""
    worked: list[str] = []
    exact = neuron_arithmetic()

    def watched(name: str) -> Callable[[Fraction], Fraction]:
        def given(value: Fraction) -> Fraction:
            worked.append(name)
            found: Fraction = exact.functions[name](value)
            return found

        return given

    arithmetic = replace(exact, functions={name: watched(name) for name in exact.functions})
    monkeypatch.setattr("deltarule.reading.activations.neuron_arithmetic", lambda: arithmetic)
    assert _found("f(4800) = 4800\n\nf(-31000.5) = -31000.5\n") == "identity"
    assert worked
    assert not {"sigmoid", "tanh"} & set(worked)
