r"""What is said of each value of short articles, and of pieces in which words, bars and quotes stand among the mathematics.

A case is a text, and what is said of it: ``value status`` for each value in reading order, where ``right`` holds rounded ones too.
The values were worked out by hand.
"""

import pytest

from deltarule import api
from deltarule.spans import Source

CASES: dict[str, tuple[str, str]] = {
    "a function named by a word that is not known": (
        "squash(0.5 * 0.6) = 0.574\n\nblend(0.2 + 0.3) = 0.5",
        "0.574 unchecked; 0.5 right",
    ),
    "a sigmoid in another language": (
        "sigmoide(0.5 * 0.6) = sigmoide(0.3) = 0.574\n\nсигмоида(0.5 * 0.6) = 0.754\n\nraiz(0.09 + 0.16) = 0.5",
        "0.574 right; 0.754 slip; 0.5 right",
    ),
    "functions with capitals in a formula": (
        "$a = Sigmoid(0.3) = 0.574$, $h = Relu(0.5 - 0.7) = 0$, $g = Tanh(0.5) = 0.642$",
        "0.574 right; 0 right; 0.642 slip",
    ),
    "the error of an output is no output": (
        "z = 0.4, output = sigmoid(0.4) = 0.599\n\nThe error (cost) of the output is 0.1608",
        "0.4 unchecked; 0.599 right; 0.1608 unchecked",
    ),
    "factors that change places": (
        "a_1 = 0.61, a_2 = 0.27\n\nz = v_1 · a_1 + v_2 · a_2 = 0.61 · 0.8 + 0.27 · 0.2 = 0.542",
        "0.61 unchecked; 0.27 unchecked; 0.542 right",
    ),
    "an order of magnitude": (
        "$0.25^{15} \\approx 10^{-9}$\n\n$0.25^{15} \\approx 10^{-7}$",
        " right;  slip;  right",
    ),
    "results far off are slips, however few figures the data have": (
        "$p = 0.4 - 0.1 \\cdot (0.5 - 2) = 0.7$\n\n$q = 0.5 - 0.1 \\cdot 2.4 = 0.3$\n\n$r = 0.7 \\cdot 0.5 + 0.2 = 0.8$\n\n$s = 0.5 + 0.2 = 0.7$",
        "0.7 slip; 0.3 right; 0.8 slip; 0.7 right",
    ),
    "one figure cut off crudely": (
        "$v = 1 + 0.1 \\cdot (0.7 - 1) = 0.9$",
        "0.9 slip",
    ),
    "a right number behind a wrong one": (
        "$v = 0.3 \\cdot 0.02^2 = 10^{-4}$\n\n$u = \\frac{10^{-4}}{1 - 0.9} = 0.0012$",
        " slip;  right; 0.0012 right",
    ),
    "what a number is compared with": (
        "$2.5 \\leq 4 - 0.5 \\cdot 0.8 \\cdot 9 = 0.4$ no\n\n$2.5 \\leq 4 - 0.5 \\cdot 0.4 \\cdot 9 = 1.2$ no\n\n$0.6 > 0.1 + 0.2 = 1$",
        "0.4 right; 1.2 slip; 1 right",
    ),
    "sigma of a name": (
        "$z_1 = 0.4 \\cdot 0.5 + 0.1 = 0.3$\n\n$a_1 = \\sigma(z_1) = 0.574$\n\n$z_2 = 0.574 \\cdot 2 - 0.5 = 0.648$\n\n$a_2 = \\sigma(z_2) = 0.556$",
        "0.3 right; 0.574 right; 0.648 right; 0.556 slip",
    ),
    "sigma of a name, which another curve may be": (
        "tanh neurons\n\n$z = 0.4 \\cdot 0.5 + 0.6 = 0.8$\n\n$a = \\sigma(z) = 0.664$",
        "0.8 right; 0.664 right",
    ),
    "names in a matrix": (
        "$$W = \\begin{pmatrix} w_1 & w_2 \\\\ w_3 & w_4 \\end{pmatrix} = \\begin{pmatrix} 0.6 & 0.1 \\\\ 0.4 & 0.9 \\end{pmatrix}$$\n\n"
        "$u = w_2 + w_3 = 0.5$",
        "0.5 right",
    ),
    "a gradient behind its point": (
        "$f(x, y) = x^2 + 3 y^2 - 4x$\n\nAt $(1, 2)$ the gradient is $(-2, 12)$.\n\nIn $(3, -1)$ ist der Gradient $(2, -6)$.\n\n"
        "At $(0, 1)$ the gradient is $(-4, 5)$.",
        "-2 right; 12 right; 2 right; -6 right; -4 right; 5 slip",
    ),
    "a point, a gradient and a step that another sentence tells": (
        "At $(1, 2)$ we stop. The gradient there has the length 5. From $(3, 4)$ go on to $(2, 1)$.",
        "",
    ),
    "quoted lines that go on": (
        "> z = 0.5 * 0.4 + 0.3\n> = 0.2 + 0.3\n> = 0.6\n",
        "0.6 slip",
    ),
    "a line of a chain heads no table": (
        "```\ndelta\n= (p - t) p(1-p)\n= (-0.4)(0.6)(0.4)\n= -0.096\n```",
        "-0.096 right",
    ),
}


def _said(text: str) -> list[str]:
    plain = {"right-rounded": "right"}
    return [
        f"{verdict.written} {plain.get(verdict.status.value, verdict.status.value)}"
        for verdict in api.check(Source("a.md", text)).report.verdicts
    ]


@pytest.mark.parametrize("name", CASES)
def test_each_value_is_judged_as_it_is_meant(name: str) -> None:
    """Every value of the case, in order."""
    text, expected = CASES[name]
    assert "; ".join(_said(text)) == expected


DESCENT = "f(x) = x^2 - 4x + 7\n\n| k | x_k | f'(x_k) | x_{k+1} | f(x_{k+1}) |\n|---|---|---|---|---|\n"
ROWS = {  # with rate 0.25: x - 2 is halved, f - 3 its square
    "0": "| 0 | 10 | 16 | 6 | 19 |\n",
    "1": "| 1 | 6 | 8 | 4 | 7 |\n",
    "2": "| 2 | 4 | 4 | 3 | 4 |\n",
    "3": "| 3 | 3 | 2 | 2.5 | 3.25 |\n",
    "4": "| 4 | 2.5 | 1 | 2.25 | 3.0625 |\n",
}


def _slips(text: str) -> list[str]:
    return [slip.written for slip in api.check(Source("a.md", text)).report.slips]


def test_a_function_at_the_head_of_a_column() -> None:
    """One value that is not that of its row, where the others are, is told."""
    assert not _slips(DESCENT + "".join(ROWS.values()))
    wrong = ROWS["3"].replace("3.25 |", "3.75 |")
    assert _slips(DESCENT + ROWS["0"] + ROWS["1"] + ROWS["2"] + wrong + ROWS["4"]) == ["3.75"]


def test_values_of_a_column_whose_slopes_are_of_the_function() -> None:
    """Where the slopes of a function hold in the rows, its values do; those of one that differs by a constant are left alone."""
    wrong = ["17.5", "6.25", "3.75", "3.95", "3.5625"]
    assert _slips(DESCENT + _ending(wrong)) == wrong
    assert not _slips(DESCENT + _ending(["18", "6", "3", "2.25", "2.0625"]))


def _ending(values: list[str]) -> str:
    """The rows with other values of the function."""
    heads = (row.rsplit("|", 2)[0] for row in ROWS.values())
    return "".join(f"{head}| {value} |\n" for head, value in zip(heads, values, strict=True))


def test_a_class_between_the_inputs_and_what_is_worked_out() -> None:
    """It is the wanted one: where the output is another, nobody made a slip."""
    text = (
        "g(x) = 1 if x >= 0 otherwise g(x) = 0\n\n$(w_0 = -1, w_1 = 2)$\n\n| $x_0$ | $x_1$ | class | w*x | g(w*x) |\n|---|---|---|---|---|\n"
        "| 1 | 1 | 0 | $(-1*1 + 2*1) = 1$ | 1 |\n| 1 | 0 | 0 | $(-1*1 + 2*0) = -1$ | 0 |\n"
    )
    assert not _slips(text)
    assert _slips(text.replace("= -1$ | 0 |", "= -2$ | 0 |")) == ["-2"]


def test_matrices_of_names_that_do_not_fit_together() -> None:
    """What cannot be added is not read, and nothing breaks."""
    text = (
        "$$W = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} + \\begin{pmatrix} 1 \\\\ 2 \\\\ 3 \\end{pmatrix}"
        " = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$$\n"
    )
    assert not _slips(text)
