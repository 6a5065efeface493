"""Exercises to be worked: data, start and settings, drawn at random within what people work by hand."""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

RULES = (
    "full batch",
    "online",
    "mini-batch",
    "perceptron",
    "logistic",
    "sigmoid",
    "tanh",
    "momentum",
    "weight decay",
    "decaying rate",
)
CONVENTIONS = ("mean", "half-mean", "sum", "half-sum")


@dataclass(frozen=True)
class Task:
    """An exercise, every number exact and with few digits.

    `reversed_error` is output minus target. `batch` is the number of samples an update. `constant` is what some rules
    need besides: the share of the velocity that is kept (momentum), how hard weights are pulled to zero (weight decay),
    what the rate is multiplied by after each epoch (decaying rate).
    """

    rule: str
    features: tuple[tuple[Fraction, ...], ...]
    targets: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    bias: Fraction
    rate: Fraction
    activation: str
    loss: str
    convention: str
    reversed_error: bool
    batch: int
    epochs: int
    constant: Fraction = Fraction(0)

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.features)

    @property
    def d(self) -> int:
        """Number of features."""
        return len(self.weights)

    def batches(self) -> list[list[int]]:
        """Samples of each update of an epoch, counted from 1."""
        return [list(range(at + 1, min(at + self.batch, self.n) + 1)) for at in range(0, self.n, self.batch)]


_ACTIVATION = {"perceptron": "step", "logistic": "sigmoid", "sigmoid": "sigmoid", "tanh": "tanh"}
MAX_UPDATES = 9
_CONSTANTS = {
    "momentum": ("0.9", "0.5", "0.8"),
    "weight decay": ("0.1", "0.01", "0.5"),
    "decaying rate": ("0.5", "0.9", "0.8"),
}


def draw_task(draw: Random, rule: str) -> Task:
    """An exercise for a rule of learning."""
    small = rule in ("logistic", "sigmoid", "tanh")
    d = draw.choices((1, 2, 3, 4), (2, 6, 4, 1))[0]
    n = draw.choices((1, 2, 3, 4, 5, 6), (1, 4, 5, 5, 1, 1))[0]
    if rule == "mini-batch":
        n = max(n, 3)
    if rule == "perceptron":
        d, n = min(d, 3), max(n, 3)
    whole = draw.random() < (0.45 if small else 0.7)
    signed = rule in ("perceptron", "tanh") and draw.random() < 0.5
    if rule == "perceptron":
        features = [
            tuple(Fraction(draw.choice((-1, 1) if signed else (0, 1))) for _ in range(d)) for _ in range(n)
        ]
    elif whole:
        features = [tuple(Fraction(draw.randint(1, 3 if small else 9)) for _ in range(d)) for _ in range(n)]
    else:
        features = [tuple(_tenths(draw, -9, 20) for _ in range(d)) for _ in range(n)]
    activation = _ACTIVATION.get(rule, "identity")
    if signed and rule == "perceptron":
        activation = "sign"
    if activation == "sign" or rule == "tanh":
        targets = [Fraction(draw.choice((-1, 1))) for _ in range(n)]
    elif rule in ("perceptron", "logistic", "sigmoid") or draw.random() < 0.4:
        targets = [Fraction(draw.randint(0, 1)) for _ in range(n)]
    else:
        targets = [Fraction(draw.randint(-4, 9)) if whole else _tenths(draw, -20, 40) for _ in range(n)]
    weights = [
        Fraction(draw.choice([k for k in range(-9, 10) if k]), draw.choice((10, 10, 100))) for _ in range(d)
    ]
    bias = Fraction(0) if draw.random() < 0.4 else Fraction(draw.choice([k for k in range(-5, 6) if k]), 10)
    if rule == "perceptron" and draw.random() < 0.5:
        weights, bias = [Fraction(draw.randint(-2, 2)) for _ in range(d)], Fraction(draw.randint(-1, 1))
    rates = (
        ("0.1", "0.5", "1")
        if rule == "perceptron"
        else ("0.1", "0.5", "0.2", "1")
        if small
        else ("0.1", "0.01", "0.05", "0.2", "0.5")
    )
    batch = {"full batch": n, "mini-batch": 2, "online": 1, "perceptron": 1}.get(rule) or draw.choice((1, n))
    updates_an_epoch = -(-n // batch)
    epochs = draw.choices((1, 2, 3), (3, 4, 2))[0]
    return Task(
        rule,
        tuple(features),
        tuple(targets),
        tuple(weights),
        bias,
        Fraction(draw.choice(rates)),
        activation,
        "none" if rule == "perceptron" else "log" if rule == "logistic" else "squared",
        _convention(draw, rule, batch),
        draw.random() < 0.2,
        batch,
        max(2 if rule == "decaying rate" else 1, min(epochs, MAX_UPDATES // updates_an_epoch)),
        Fraction(draw.choice(_CONSTANTS[rule])) if rule in _CONSTANTS else Fraction(0),
    )


def _tenths(draw: Random, low: int, high: int) -> Fraction:
    return Fraction(draw.choice([k for k in range(low, high + 1) if k]), 10)


def _convention(draw: Random, rule: str, batch: int) -> str:
    if rule == "logistic":
        return "mean"
    if batch == 1:
        return draw.choices(("half-sum", "sum"), (3, 1))[0]
    return draw.choice(CONVENTIONS)
