"""Functions as people and programs write them: sines without brackets, slopes by name, settings side by side."""

import pytest

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.spans import Source
from deltarule.trace import neuron_arithmetic


def _claims(text: str) -> list[Claim]:
    return [item for item in read_document(Source("a.md", text)).items if isinstance(item, Claim)]


def _at(expr: Expr, x: int) -> float:
    return float(evaluate(expr, lambda symbol: {"x": x}[symbol.name], neuron_arithmetic()))


@pytest.mark.parametrize(
    ("text", "at_two"),
    [
        (r"$f(x) = x^2 + \cos x$", 4 - 0.4161468365),
        (r"$f(x) = x + 2\sin x$", 2 + 2 * 0.9092974268),
        (r"$f(x) = \sin^2 x + 1$", 1.8268218104),
        ("f(x) = x² − 2·cos x", 4 + 2 * 0.4161468365),
        (r"$f(x) = x^2 + \cos(x)$", 4 - 0.4161468365),
    ],
)
def test_a_sine_without_a_bracket(text: str, at_two: float) -> None:
    """Values of sine and cosine at 2 from a table."""
    (claim,) = _claims(text)
    assert _at(claim.links[0].expr, 2) == pytest.approx(at_two, abs=1e-9)


def test_a_word_of_prose_is_no_sine() -> None:
    """In Spanish it means without."""
    assert all("sin" not in str(claim) for claim in _claims("w = 0.5 sin bias, e = 0.2"))


@pytest.mark.parametrize("name", ["df", "df_dx", "f_prime", "grad_f", "fgrad"])
@pytest.mark.parametrize(
    "form", ["{name}   = lambda x: 4*x**3 - 9*x**2", "def {name}(x): return 4*x**3 - 9*x**2"]
)
def test_a_slope_that_a_program_defines(name: str, form: str) -> None:
    """What is called the derivative of f is f'."""
    text = "```python\nf = lambda x: x**4 - 3*x**3\n" + form.format(name=name) + "\n```\n"
    first, second = _claims(text)
    assert isinstance(first.subject, Apply)
    assert first.subject.function == "f"
    assert second.subject == Apply("f'", Symbol("x"))


def test_names_and_numbers_side_by_side() -> None:
    """As Python assigns them."""
    found = {claim.subject: claim.links[0].expr for claim in _claims("x, lr = 3.5, 0.01\n")}
    values = {subject.name: _at(expr, 0) for subject, expr in found.items() if isinstance(subject, Symbol)}
    assert values == {"x": 3.5, "lr": 0.01}


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("f(x) = x^2 - 4x, step 0.05", "0.05"),
        ("f(x) = x^2 - 4x, Schritt 0,25", "0,25"),
        ("f(x) = x^2 - 4x, eta = 0.1, from step 0.5 on", "0.1"),
        ("f(x) = x^2 - 4x, step 3", None),
    ],
)
def test_a_step_in_words(text: str, rate: str | None) -> None:
    """It is the rate where nothing else is one, and where it is a fraction: others count steps."""
    rates = [
        claim.links[0].expr
        for claim in _claims(text)
        if isinstance(claim.subject, Symbol) and claim.subject.name in ("eta", "step_size")
    ]
    assert [text[expr.span.start : expr.span.end] for expr in rates if expr.span] == ([rate] if rate else [])
