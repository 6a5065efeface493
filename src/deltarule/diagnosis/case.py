"""What several causes look at, worked out once for each run."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TypeAlias

from deltarule.algebra.numbers import bounded
from deltarule.diagnosis import figures
from deltarule.diagnosis.optimum import Optimum, optimum
from deltarule.diagnosis.quadratic import Quadratic, Vector, quadratic
from deltarule.diagnosis.rates import Rates, rates
from deltarule.exercise import Carry, Exercise
from deltarule.formulas import Role
from deltarule.history import History, history
from deltarule.records import record
from deltarule.report import Evidence
from deltarule.spectrum import Spectrum, spectrum
from deltarule.trace import Trace

MAX_FEATURES = 40  # of an exact curvature
MAX_PRODUCTS = 20_000_000  # in the sums that make it
MAX_EXACT_WORK = 200_000  # products in a run repeated without rounding


@record
class Case:
    """A finished run, and facts about it that are worked out on first use."""

    trace: Trace

    @property
    def exercise(self) -> Exercise:
        """What was given."""
        return self.trace.exercise

    @cached_property
    def rate(self) -> Fraction:
        """The learning rate."""
        written = self.exercise.learning_rate
        assert written is not None  # the exercise of a trace is complete
        return written.value

    @property
    def rate_in_full(self) -> str:
        """The learning rate as it is printed: nobody rounds what is given."""
        text = self.exactly(self.rate)
        written = self.exercise.learning_rate
        return text if written is None or figures.read(text) == self.rate else written.text

    def figure(self, value: Fraction, digits: int = 4) -> str:
        """Write a number with so many significant figures, rounded as the exercise rounds."""
        return figures.figure(value, digits, self.exercise.precision.mode)

    def exactly(self, value: Fraction, digits: int = 4) -> str:
        """Write a number in full where that is short, else with so many figures, rounded as the exercise rounds."""
        return figures.exactly(value, digits, self.exercise.precision.mode)

    def product(
        self, factors: Sequence[Fraction], *also: Callable[[Fraction], str], digits: int = 4
    ) -> tuple[str, Fraction]:
        """Write a product and its value, with ``=`` only where that is exact: ``0.1 · 342 = 34.2``; and that value.

        The factors have as many digits as it takes for the value, and whatever else is said of it, to come out of
        them; the value that is returned is that of the factors as printed.
        """

        def told(*numbers: Fraction) -> tuple[str, ...]:
            value = prod(numbers, start=Fraction(1))
            return self.figure(value, digits), *(say(value) for say in also)

        enough = figures.enough(factors, told, self.exactly, 6)
        texts = [self.exactly(factor, enough) for factor in factors]
        printed = [figures.read(text) for text in texts]
        value = prod(printed, start=Fraction(1))
        shown = self.figure(value, digits)
        exact = printed == list(factors) and figures.read(shown) == value
        return f"{' · '.join(texts)} {'=' if exact else '≈'} {shown}", value

    @cached_property
    def batches(self) -> tuple[tuple[int, ...], ...]:
        """Samples of each update of an epoch."""
        return self.exercise.batches()

    @property
    def full_batch(self) -> bool:
        """Whether every update sees all samples."""
        return len(self.batches) == 1

    @property
    def has_loss(self) -> bool:
        """Whether the neuron follows the slope of a loss (not so with the step activation)."""
        return Role.LOSS in self.exercise.system

    @property
    def plain(self) -> bool:
        """Whether a step is the rate times the slope: no momentum, no weight decay."""
        return self.exercise.is_plain

    @property
    def identity(self) -> bool:
        """Whether the loss is an exact parabola in the weights."""
        return self.exercise.activation == "identity" and self.exercise.loss == "squared"

    @property
    def predictable(self) -> bool:
        """Whether every epoch follows from the curvature alone: a parabola, all samples in each update, plain steps."""
        return self.plain and self.identity and self.full_batch and self.parabola is not None

    @property
    def rounds(self) -> bool:
        """Whether the run went on with rounded values."""
        return self.exercise.carry is Carry.PRINTED

    @cached_property
    def parabola(self) -> Quadratic | None:
        """The squared loss over all samples as the identity neuron would have it; None for a very large table."""
        x = self.exercise
        if x.n_features > MAX_FEATURES or x.n_samples * (x.n_features + 1) ** 2 > MAX_PRODUCTS:
            return None
        return quadratic(x)

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """Curvatures of `parabola` as floats see them, with their directions."""
        return None if self.parabola is None else spectrum(self.parabola.hessian)

    @cached_property
    def best(self) -> Optimum | None:
        """Where the loss is least; None if it is not a parabola, or not what the steps go down."""
        if not self.identity or self.parabola is None or self.exercise.weight_decay is not None:
            return None
        return optimum(self.parabola, self.weights[0])

    @cached_property
    def curvatures(self) -> tuple[Fraction, ...]:
        """Eigenvalues of the Hessian of the loss, ascending; flat directions, counted exactly, have exactly 0."""
        if self.best is None or self.spectrum is None:
            return ()
        rising = self.spectrum.values[self.flat :]
        return (Fraction(0),) * self.flat + tuple(max(value, Fraction(0)) for value in rising)

    @property
    def flat(self) -> int:
        """In how many independent directions the parabola does not rise at all."""
        return 0 if self.best is None else len(self.best.point) - self.best.rank

    @cached_property
    def rates(self) -> Rates | None:
        """Learning rates that suit the loss, where it is a parabola."""
        return rates(self.curvatures[self.flat :]) if self.curvatures else None

    @cached_property
    def direction(self) -> tuple[float, ...]:
        """Unit vector of the largest curvature."""
        return () if not self.curvatures or self.spectrum is None else self.spectrum.vectors[-1]

    @cached_property
    def weights(self) -> tuple[Vector, ...]:
        """Weights, then the bias, after 0, 1, ... epochs."""
        return tuple(
            self.trace.weights(epoch * len(self.batches)) for epoch in range(self.exercise.epochs + 1)
        )

    @cached_property
    def _history(self) -> History:
        return history(self.trace)

    @cached_property
    def losses(self) -> tuple[Fraction, ...]:
        """Loss over all samples after 0, 1, ... epochs, as the run went; empty where there is none."""
        penalised = self.exercise.system.decay == "loss"
        if self.identity and self.parabola is not None and not penalised:  # the same numbers, faster
            return tuple(bounded(self.parabola.value(point))[0] for point in self.weights)
        return self._history.losses

    @cached_property
    def exact_losses(self) -> tuple[Fraction, ...]:
        """The same had nothing been rounded; empty where that does not follow from the curvature alone."""
        parabola, size = self.parabola, self.exercise.n_features + 1
        if parabola is None or not self.predictable or self.exercise.epochs * size**2 > MAX_EXACT_WORK:
            return ()
        point = self.weights[0]
        losses = [parabola.value(point)]
        for _ in range(self.exercise.epochs):
            slopes = parabola.gradient(point)
            point = tuple(bounded(at - self.rate * slope)[0] for at, slope in zip(point, slopes, strict=True))
            losses.append(bounded(parabola.value(point))[0])
        return tuple(losses)


Cause: TypeAlias = Callable[[Case], Iterable[Evidence]]
