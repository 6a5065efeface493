"""From a document to its exercise: data, start, rate, neuron and scheme, from structure and symbols."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from deltarule import api
from deltarule.errors import InputError
from deltarule.exercise import Exercise
from deltarule.reading import read_document
from deltarule.reading.problem import understand
from deltarule.spans import Source

TABLE = "| x_1 | x_2 | y |\n|---|---|---|\n| 1 | 2 | 1 |\n| 3 | 4 | 0 |\n| 5 | 6 | 1 |\n"
START = "\n$\\eta = 0.1$, $w_1 = 0.2$, $w_2 = -0.3$, $b = 0.5$\n\n"


def _exercise(text: str) -> Exercise:
    return understand(read_document(Source("a.md", text)), None).exercise


def _texts(numbers: Sequence[Any]) -> list[str]:
    return [number.text for number in numbers]


def test_the_given_numbers() -> None:
    """Table, start weights, bias and learning rate are read as written."""
    exercise = _exercise(TABLE + START)
    assert [_texts(row) for row in exercise.features] == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert _texts(exercise.targets) == ["1", "0", "1"]
    assert _texts(exercise.weights) == ["0.2", "-0.3"]
    assert exercise.bias is not None
    assert exercise.bias.text == "0.5"
    assert exercise.learning_rate is not None
    assert exercise.learning_rate.text == "0.1"
    assert exercise.missing == ()
    assert exercise.complete() is exercise


@pytest.mark.parametrize(
    ("without", "named"),
    [
        (TABLE, "data"),
        (r"$\eta = 0.1$, ", "learning_rate"),
        ("$w_2 = -0.3$, ", "weights"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(without: str, named: str) -> None:
    """Each missing part is named, says how it is given, and the others are still read."""
    exercise = _exercise((TABLE + START).replace(without, ""))
    assert exercise.missing == (named,)
    with pytest.raises(InputError) as raised:
        exercise.complete()
    assert re.search(r"give .*|write .*", raised.value.remedy)


def test_a_neuron_whose_bias_is_never_spoken_of_has_none() -> None:
    """No bias in a name, a formula or a word: it is 0. Where one is spoken of and not given, it is missing."""
    without = (TABLE + START).replace(", $b = 0.5$", "")
    bias = _exercise(without).bias
    assert bias is not None
    assert bias.value == 0
    assert _exercise(without + "\nThe bias is told in class.\n").missing == ("bias",)
    assert _exercise(without + "\n$$z = w_1 x_1 + w_2 x_2 + b$$\n").missing == ("bias",)


@pytest.mark.parametrize(
    "rate",
    [
        r"\alpha = 0.05",
        r"\eta = 0.05",
        r"\gamma = 0.05",
        r"\mu = 0.05",
        "lr = 0.05",
        r"\eta = .05",
        r"\alpha = 5 \cdot 10^{-2}",
    ],
)
def test_names_of_the_learning_rate(rate: str) -> None:
    """Authors call the learning rate by many names."""
    exercise = _exercise(TABLE + START.replace(r"\eta = 0.1", rate))
    assert exercise.learning_rate is not None
    assert exercise.learning_rate.value * 20 == 1


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("| x1 | x2 | t |", "t"),
        ("| X_1 | X_2 | d |", "d"),
        ("| x_1 | x_2 | target |", "target"),
        ("| nr | x_1 | x_2 | y |", "y"),
    ],
)
def test_names_of_columns(header: str, target: str) -> None:
    """The target column has several names; a column that counts the rows is no feature."""
    counted = "nr" in header
    rule = "|---" * (header.count("|") - 1) + "|\n"
    rows = "".join(f"| {f'{k} | ' if counted else ''}{2 * k - 1} | {2 * k} | {k % 2} |\n" for k in (1, 2, 3))
    exercise = _exercise(f"{header}\n{rule}{rows}{START}")
    assert exercise.target_name == target
    assert [_texts(row) for row in exercise.features] == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert _texts(exercise.targets) == ["1", "0", "1"]


GRADIENT = r"$$\frac{{\partial L}}{{\partial w_j}} = {} \sum_i (y_i - z_i) x_{{ij}}$$"
LOSS = r"$$L = {} \sum_i (y_i - z_i)^2$$"


@pytest.mark.parametrize(
    ("formula", "convention"),
    [
        (GRADIENT.format(r"-\frac{2}{n}"), "mean"),
        (GRADIENT.format(r"-\frac{1}{n}"), "half-mean"),
        (GRADIENT.format("-2"), "sum"),
        (GRADIENT.format("-"), "half-sum"),
        (LOSS.format(r"\frac{1}{n}"), "mean"),
        (LOSS.format(r"\frac{1}{2n}"), "half-mean"),
        (LOSS.format(r"\frac{1}{2 \cdot n}"), "half-mean"),
        (LOSS.format(""), "sum"),
        (LOSS.format(r"\frac{1}{2}"), "half-sum"),
        (LOSS.format(r"\frac12"), "half-sum"),
        (LOSS.format("0.5"), "half-sum"),
        ("", "mean"),
    ],
)
def test_the_convention_is_read_from_the_stated_formula(formula: str, convention: str) -> None:
    """Loss or gradient, as stated, tells the factor."""
    assert _exercise(TABLE + START + formula).convention == convention


def test_the_stated_gradient_counts_where_loss_and_gradient_differ() -> None:
    """A loss without the half and a gradient without the two: the gradient is followed."""
    text = TABLE + START + LOSS.format(r"\frac{1}{n}") + "\n\n" + GRADIENT.format(r"-\frac{1}{n}")
    assert _exercise(text).convention == "half-mean"


@pytest.mark.parametrize(
    ("line", "convention"),
    [
        (r"$$L = \frac{1}{3} (0.1^2 + 0.2^2 + 0.3^2) = 0.0467$$", "mean"),
        (r"$$L = \frac{1}{6} (0.1^2 + 0.2^2 + 0.3^2) = 0.0233$$", "half-mean"),
        (r"$$L = 0.1^2 + 0.2^2 + 0.3^2 = 0.14$$", "sum"),
        (r"$$L = \frac{1}{2} (0.1^2 + 0.2^2 + 0.3^2) = 0.07$$", "half-sum"),
        (
            r"$$\frac{\partial L}{\partial w_1} = -\frac{2}{3} (0.1 \cdot 1 + 0.2 \cdot 3 + 0.3 \cdot 5) = -1.4667$$",
            "mean",
        ),
        (r"$$\frac{\partial L}{\partial w_1} = -2 (0.1 \cdot 1 + 0.2 \cdot 3 + 0.3 \cdot 5) = -4.4$$", "sum"),
        (r"$$b = 0.5 + 0.1 \cdot (1 - (0.2 \cdot 1 - 0.3 \cdot 2 + 0.5)) = 0.59$$", "half-sum"),
        (r"$$b = 0.5 + 2 \cdot 0.1 \cdot (1 - (0.2 \cdot 1 - 0.3 \cdot 2 + 0.5)) = 0.68$$", "mean"),
        ("e = 1 - 0.1 = 0.9\n\nb = 0.5 + 0.1 * 0.9 = 0.59", "half-sum"),
        ("b = 0.5 + 0.1 * 0.9 = 0.59", "mean"),
    ],
)
def test_the_convention_is_read_from_the_figures(line: str, convention: str) -> None:
    """Where no formula is stated, the factor that the author uses tells, of losses and gradients or of changes of the bias."""
    assert _exercise(TABLE + START + line).convention == convention


@pytest.mark.parametrize(
    ("text", "activation"),
    [
        (r"$$\sigma(z) = \frac{1}{1 + e^{-z}}$$", "sigmoid"),
        (r"$$a = \frac{1}{1 + \exp(-z)}$$", "sigmoid"),
        (r"$$a_i = \tanh(z_i)$$", "tanh"),
        (r"$$a_i = \max(0, z_i)$$", "relu"),
        (r"$$f(z) = \begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}$$", "step"),
        (r"$$G(z) = z$$", "identity"),
        ("A single linear neuron.", "identity"),
        ("Das Perzeptron lernt.", "step"),
        (r"$z_1 = 0$, $\phi(0) = 0.5$", "sigmoid"),
    ],
)
def test_the_activation(text: str, activation: str) -> None:
    """From a formula, else from values, else from a word."""
    assert _exercise(TABLE + START + text).activation == activation


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("$$e_i = y_i - z_i$$", "target-output"),
        ("$$e_i = z_i - y_i$$", "output-target"),
        ("$$e_1 = 1 - 0.35 = 0.65$$", "target-output"),
        ("$$e_1 = 0.35 - 1 = -0.65$$", "output-target"),
    ],
)
def test_the_direction_of_the_error(text: str, error: str) -> None:
    """Target minus output or the reverse, by formula or by figures."""
    assert _exercise(TABLE + START + text).error == error


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (r"$$w_j = w_j + \Delta w_j$$", "added"),
        (r"$$w_j = w_j - \Delta w_j$$", "subtracted"),
        (r"$$w_j \leftarrow w_j - \Delta w_j$$", "subtracted"),
    ],
)
def test_the_direction_of_the_change(text: str, change: str) -> None:
    """Whether the change of a weight is added or subtracted."""
    assert _exercise(TABLE + START + text).change == change


def _online(per: int) -> str:
    """A run in which the weights change after every `per` samples."""
    lines = []
    for sample in (1, 2, 3):
        lines.append(f"z_{sample} = 0.2·1 + 0.3·2 + 0.5 = 1.3")
        if sample % per == 0 or sample == 3:
            lines += ["w_1 = 0.2 + 0.1 = 0.3", "w_2 = 0.3 + 0.1 = 0.4", "b = 0.5 + 0.1 = 0.6"]
    return "Epoch 1\n\n" + "\n".join(lines)


@pytest.mark.parametrize(("per", "batch_size"), [(1, 1), (3, None)])
def test_the_scheme_is_read_from_when_the_weights_change(per: int, batch_size: int | None) -> None:
    """One sample at a time, or all of them before an update."""
    assert _exercise(TABLE + START + _online(per)).batch_size == batch_size


@pytest.mark.parametrize(
    ("headings", "epochs"), [(("1",), 1), (("1", "2"), 2), (("0", "1", "2"), 3), ((), 1)]
)
def test_epochs_are_counted(headings: tuple[str, ...], epochs: int) -> None:
    """By their headings, whether they count from 0 or 1; without any there is one."""
    text = "\n\n".join(f"Epoch {number}\n\nz_1 = 0.2·1 + (-0.3)·2 + 0.5 = 0.1" for number in headings)
    assert _exercise(TABLE + START + (text or "z_1 = 0.2·1 + (-0.3)·2 + 0.5 = 0.1")).epochs == epochs


def test_a_setting_stated_twice_with_two_values() -> None:
    """The first counts, and the contradiction is said with its place."""
    understood = understand(read_document(Source("a.md", TABLE + START + r"Later: $\eta = 0.2$.")), None)
    assert understood.exercise.learning_rate is not None
    assert understood.exercise.learning_rate.text == "0.1"
    ((span, sentence),) = understood.contradictions
    assert "0.1" in sentence
    assert "0.2" in sentence
    assert span.start > len(TABLE)


def test_what_is_given_beside_the_document_counts() -> None:
    """An exercise given beside the document overrides what is read; directions stay those of the author."""
    given = api.read_exercise(
        "learning_rate = 0.3\nepochs = 1\n[start]\nweights = [9, 9]\nbias = 9\n[data]\nrows = [[1, 2, 1], [3, 4, 0]]\n"
    )
    document = read_document(Source("a.md", TABLE + START + "$$e_i = z_i - y_i$$"))
    exercise = understand(document, given).exercise
    assert _texts(exercise.weights) == ["9", "9"]
    assert exercise.n_samples == 2
    assert exercise.error == "output-target"


def test_numbers_after_the_first_worked_line_are_no_settings() -> None:
    """A weight that was worked out is not the start weight."""
    text = TABLE + START.replace("$w_1 = 0.2$, ", "") + "$z_1 = 0.4$\n\n$w_1 = 0.7$\n"
    assert _exercise(text).missing == ("weights",)
