r"""Habits of authors of worked examples: what is said of each value of a small document of one habit.

A case is a text, and what is said of it: ``value status`` for each value in reading order, where ``right`` holds rounded ones too.
The values were worked out by hand.
"""

import pytest

from deltarule import api
from deltarule.spans import Source

CASES: dict[str, tuple[str, str]] = {
    "a value between bars, compared and then given": (
        "$f(x, y) = x^2 + 3y^2$\n$(x_1, y_1) = (5, 1) - 0.1(10, 6) = (4, 0.4)$\nThen $|x_1| = 4 > |y_1| = 0.4$.",
        "4 right; 0.4 right; 4 right; 0.4 right",
    ),
    "a name outside of the dollars": (
        "After 20 steps, $x \\approx 5 \\cdot 0.8^{20} \\approx 0.058$, loss $\\approx 0.0033$.",
        "0.058 right; 0.0033 unchecked",
    ),
    "thousands and millions with a letter": (
        "```\nJ = (1/4) × [(0-120k)² + (0-300k)²]\n  = (1/4) × [14,400M + 90,000M]\n  = 26,100M\n"
        "∂J/∂θ₁ = (1/2) × [(0-120k)×40 + (0-300k)×90]\n       = -16,900,000\n```",
        "26,100M right; -16900000 slip",
    ),
    "a loss in script letters and its gradient in a rule": (
        "$\\mathcal{L}(x_1, x_2) = 3 x_1^2 + x_2^2$\n\n$\\nabla \\mathcal{L} = [6.0, 4.0]^\\top$ at $[1, 2]$\n\n"
        "$v_1 = \\beta v_0 + \\nabla \\mathcal{L} = 0.5[0, 0]^\\top + [6.0, 4.0]^\\top = [6.0, 4.0]^\\top$.",
        "6.0 unchecked; 4.0 unchecked; 6.0 right; 4.0 right",
    ),
}


def _said(text: str) -> str:
    verdicts = api.check(Source("a.md", text)).report.verdicts
    plain = {"right-rounded": "right"}
    return "; ".join(
        f"{verdict.written} {plain.get(verdict.status.value, verdict.status.value)}" for verdict in verdicts
    )


@pytest.mark.parametrize("name", CASES)
def test_each_value_is_judged_as_it_is_meant(name: str) -> None:
    """Every value of the case, in order."""
    text, expected = CASES[name]
    assert _said(text) == expected
