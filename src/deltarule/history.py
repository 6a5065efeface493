"""A run in summary: loss and weights per epoch, and how it ended."""

from enum import StrEnum
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Symbol
from deltarule.exercise import Exercise, is_class
from deltarule.formulas import Role
from deltarule.records import record
from deltarule.trace import Trace, instance, neuron_arithmetic, quantity_of, within_bounds


class Outcome(StrEnum):
    """How a run ended: a name for programs, a `sentence` for people.

    >>> Outcome.MAX_EPOCHS == "max-epochs"
    True
    """

    sentence: str

    UNTRAINED = ("untrained", "Nothing was trained: the run has no epochs.")
    CONVERGED = ("converged", "The run converged: further epochs change next to nothing.")
    STOPPED_EARLY = (
        "stopped-early",
        "The run was stopped early, before it had converged or used its epochs.",
    )
    MAX_EPOCHS = ("max-epochs", "The run stopped after its epochs, still on its way down.")
    DIVERGING = ("diverging", "The run diverges: the loss grows from epoch to epoch.")
    OVERFLOW = ("overflow", "The run left the range of numbers.")
    OSCILLATING = ("oscillating", "The run oscillates: the loss rises and falls without settling.")
    CYCLING = ("cycling", "The run cycles: the same weights come back.")
    NOISE_FLOOR = (
        "noise-floor",
        "The run reached its noise floor: updates on part of the data push the loss up as often as down.",
    )
    CRAWLING = ("crawling", "The run crawls: the loss hardly moves at this learning rate.")
    SEPARABLE = ("separable", "Every sample is classified correctly, and nothing changes any more.")
    PRECISION_LIMITED = (
        "precision-limited",
        "The run went as far as the numbers can tell: what is left to gain is lost in rounding.",
    )

    def __new__(cls, code: str, sentence: str) -> "Outcome":
        """Make a member that is its code, and knows its sentence."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    @property
    def code(self) -> str:
        """The name for programs."""
        return self.value


@record
class History:
    """Per-epoch summary of a run.

    Attributes
    ----------
    losses : tuple of Fraction
        Loss over *all* samples with the weights after 0, 1, ..., `epochs` epochs; empty where the
        neuron has no loss.
    weights : tuple of tuple of Fraction
        Weights, then the bias, after 0, 1, ..., `epochs` epochs.
    errors : tuple of int
        Samples on the wrong side of the threshold at those moments; empty without a threshold.
    """

    losses: tuple[Fraction, ...]
    weights: tuple[tuple[Fraction, ...], ...]
    errors: tuple[int, ...]


def history(trace: Trace, printed: bool = False) -> History:
    """Summarise a trace, with its carried values or the printed ones."""
    exercise = trace.exercise
    per_epoch = len(exercise.batches())
    weights = tuple(trace.weights(epoch * per_epoch, printed) for epoch in range(exercise.epochs + 1))
    measured = [measure(exercise, row) for row in weights]
    losses = tuple(loss for loss, _ in measured if loss is not None)
    errors = tuple(wrong for _, wrong in measured if wrong is not None)
    return History(losses, weights, errors)


def measure(exercise: Exercise, weights: tuple[Fraction, ...]) -> tuple[Fraction | None, int | None]:
    """Loss over all samples, and misclassified samples, of a neuron with these weights (bias last)."""
    everything = tuple(range(1, exercise.n_samples + 1))
    known: dict[tuple[Role, int | None], Fraction] = {}
    known.update({(Role.WEIGHT, j): weight for j, weight in enumerate(weights[:-1], 1)})
    known[Role.BIAS, None] = weights[-1]
    known.update({(Role.TARGET, i): target.value for i, target in enumerate(exercise.targets, 1)})
    if exercise.weight_decay is not None:
        known[Role.DECAY, None] = exercise.weight_decay.value
    rows = exercise.features

    def value(role: Role, at: int | None) -> Fraction:
        def value_of(symbol: Symbol) -> Fraction:
            quantity = quantity_of(symbol, 1)
            if quantity.role is Role.FEATURE:
                assert quantity.sample is not None
                assert quantity.feature is not None
                return rows[quantity.sample - 1][quantity.feature - 1].value
            return known[quantity.role, quantity.sample or quantity.feature]

        formula = instance(exercise.system[role], everything, exercise.n_features, at)
        result: Fraction = evaluate(formula, value_of, neuron_arithmetic())
        return within_bounds(formula, result)[0]

    for i in everything:
        for role in (Role.NET_INPUT, Role.OUTPUT, Role.ERROR):
            known[role, i] = value(role, i)
    loss = value(Role.LOSS, None) if Role.LOSS in exercise.system else None
    if exercise.threshold is None:
        return loss, None
    bound = exercise.threshold.value
    predicted = (exercise.labels[known[Role.OUTPUT, i] >= bound] for i in everything)
    return loss, sum(
        not is_class(label, target) for label, target in zip(predicted, exercise.targets, strict=True)
    )
