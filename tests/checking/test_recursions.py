r"""Quantities that a formula in symbols carries from step to step, told as numbers or lists; worked out here by hand.

With β = 0.8 and slopes (1, 2) and (3, -1): m_1 = 0.2·(1, 2) = (0.2, 0.4), m_2 = 0.8·(0.2, 0.4) + 0.2·(3, -1) = (0.76, 0.12).
Corrected: m_1 / 0.2 = (1, 2), m_2 / 0.36 = (2.111, 0.333).
"""

import pytest

from deltarule import api
from deltarule.spans import Source

MEAN = "$\\beta = 0.8$\n\n$$m_t = \\beta m_{t-1} + (1 - \\beta) g_t$$\n\n$g_1 = (1, 2)$, $g_2 = (3, -1)$\n\n"

CASES: dict[str, tuple[str, str]] = {
    "a mean of slopes, component by component": (
        MEAN + "$m_1 = (0.2, 0.4)$\n\n$m_2 = (0.76, 0.12)$",
        "0.2 right; 0.4 right; 0.76 right; 0.12 right",
    ),
    "one component that is wrong": (
        MEAN + "$m_1 = (0.2, 0.4)$\n\n$m_2 = (0.76, 0.52)$",
        "0.2 right; 0.4 right; 0.76 right; 0.52 slip",
    ),
    "no component that the formula gives: it may be another formula": (
        MEAN + "$m_1 = (0.7, 1.4)$\n\n$m_2 = (1.96, 0.52)$",
        "0.7 unchecked; 1.4 unchecked; 1.96 unchecked; 0.52 unchecked",
    ),
    "corrected by what is raised to the count of steps": (
        MEAN + "$m_1 = (0.2, 0.4)$, $m_2 = (0.76, 0.12)$\n\n$$\\hat m_t = \\frac{m_t}{1 - \\beta^t}$$\n\n"
        "$\\hat m_1 = (1, 2)$, $\\hat m_2 = (2.11, 0.33)$",
        "0.2 right; 0.4 right; 0.76 right; 0.12 right; 1 right; 2 right; 2.11 right; 0.33 right",
    ),
    "corrected by the wrong power of it, which nothing has borne out": (
        MEAN + "$m_1 = (0.2, 0.4)$, $m_2 = (0.76, 0.12)$\n\n$$\\hat m_t = \\frac{m_t}{1 - \\beta^t}$$\n\n"
        "$\\hat m_1 = (0.25, 0.5)$, $\\hat m_2 = (0.95, 0.15)$",
        "0.2 right; 0.4 right; 0.76 right; 0.12 right; 0.25 slip; 0.5 slip; 0.95 slip; 0.15 slip",
    ),
    "a mean at the start that nobody tells": (
        "$m_1 = 0.7 m_0 + (1 - 0.7) \\cdot (-4) = -1.2$\n\n$s_1 = 0.9 s_0 + (1 - 0.9) \\cdot 5^2 = 22.5$",
        "-1.2 right; 22.5 slip",
    ),
    "a point at the start that nobody tells is not 0": (
        "$w_1 = w_0 - 0.1 \\cdot 4 = 0.6$",
        "0.6 unchecked",
    ),
    "a formula whose first step is with the first mean": (
        "$\\eta = 0.5$\n\n$$p_{t+1} = p_t - \\eta u_t$$\n\n$p_0 = (1, 2)$\n\n$u_1 = (2, 1)$, $u_2 = (0.4, -3)$\n\n"
        "$p_1 = (0, 1.5)$\n\n$p_2 = (-0.2, 2.7)$",
        "0 right; 1.5 right; -0.2 right; 2.7 slip",
    ),
    "a number that is only told again": (
        "$$w_{t+1} = w_t - 0.1 v_t$$\n\n$w_0 = 1$, $v_0 = 2$, $v_1 = 3$\n\n$w_1 = 0.8$\n\nPlainly $w_1 = 1 - 0.5 = 0.5$.\n\nSo $w_1 = 0.5$.",
        "0.8 right; 0.5 right; 0.5 right",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_told_of_a_recursion(case: str) -> None:
    """Each value is held against the formula, and against no other."""
    text, expected = CASES[case]
    first = expected.split(" ")[0]
    told = [
        f"{verdict.written} {'right' if verdict.status.value == 'right-rounded' else verdict.status.value}"
        for verdict in api.check(Source("a.md", text)).report.verdicts
    ]
    start = next((k for k, each in enumerate(told) if each.split(" ")[0] == first), 0)
    wanted = expected.split("; ")
    assert "; ".join(told[len(told) - len(wanted) :]) == expected, told[start:]
