"""The records of a marking and of a diagnosis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain

from deltarule.exercise import Exercise
from deltarule.findings import FollowThrough, Remark, Slip, Status, Unread
from deltarule.history import Outcome, history
from deltarule.records import guarded
from deltarule.spans import Source, Span
from deltarule.trace import Quantity, Trace


@guarded
class Verdict:
    """What became of one claim.

    Attributes
    ----------
    quantity : Quantity or None
        What it was found to be about; None where only its arithmetic could be judged.
    name : str
        The quantity as a person would name it (``z_3``).
    written, expected : str
        The value as written, and what the author's own numbers give (exact or to a few more digits).
    repaired : str
        For a follow-through: what it would be with the earlier slips repaired.
    """

    span: Span
    line: int
    status: Status
    quantity: Quantity | None
    name: str
    epoch: int | None
    written: str
    expected: str
    repaired: str = ""
    reason: str = ""


@guarded
class Evidence:
    """One sentence of a diagnosis with its figures; the topic is ``cause``, ``effect``, ``remedy`` or ``remark``."""

    topic: str
    sentence: str


@guarded
class Diagnosis:
    """How a run ended and why, in numbers.

    Numbers beyond the range of floats are left out (None, or an empty tuple); the sentences still hold them.

    Attributes
    ----------
    losses : tuple of Fraction
        Over all samples after 0, 1, ... epochs, as the run went; empty where the neuron has no loss.
    eigenvalues : tuple of float
        Of the exact Hessian of the loss (weights and bias), ascending; empty where the loss is not quadratic.
    direction : tuple of float
        Unit vector of the largest eigenvalue: weights, then bias.
    growth_predicted : float or None
        Factor by which the error along `direction` changes in size per epoch, |1 - eta lambda|. With smaller
        batches, the factor of the whole error in the long run for the order of the batches.
    growth_observed : tuple of float
        The same factor, epoch by epoch, as the run shows it, as long as it can be told from nothing. With
        smaller batches, the square root of the ratio of successive losses.
    largest_stable_rate, suggested_rate, minimax_rate : float or None
        2/lambda_max, 1/lambda_max, 2/(lambda_max + lambda_min) with the smallest eigenvalue above 0.
    limit_is_exact : bool
        Whether a run above `largest_stable_rate` must diverge. Otherwise (smaller batches, or a loss that is not
        quadratic) the limit only guarantees that each update below it is safe.
    standardized_limit : float or None
        Largest stable learning rate once the columns are standardised.
    evidence : tuple of Evidence
        Sentences for people, in reading order.
    exact_losses : tuple of Fraction
        The losses had nothing been rounded; empty where they do not follow from the Hessian alone.
    optimum : tuple of Fraction
        Exact weights, then bias, of least loss; of several the one closest to the start. Empty where not quadratic.
    optimum_unique : bool
        Whether there is only one such point.
    epochs_needed, standardized_epochs : int or None
        Epochs until every direction has shrunk to a thousandth at rate 1/lambda_max, as the columns are and standardised.
    """

    outcome: Outcome
    losses: tuple[Fraction, ...]
    learning_rate: Fraction
    eigenvalues: tuple[float, ...]
    direction: tuple[float, ...]
    growth_predicted: float | None
    growth_observed: tuple[float, ...]
    largest_stable_rate: float | None
    suggested_rate: float | None
    minimax_rate: float | None
    standardized_limit: float | None
    predicted_classes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    exact_losses: tuple[Fraction, ...] = ()
    optimum: tuple[Fraction, ...] = ()
    optimum_unique: bool = False
    epochs_needed: int | None = None
    standardized_epochs: int | None = None
    limit_is_exact: bool = False


class ExactRun:
    """The exercise run exactly, and what is to be said of that run; each is worked out once, when it is asked for.

    Most pages hold neither a slip, which wants the true value, nor a conclusion, which wants the evidence.

    Parameters
    ----------
    run : callable
        Gives the exact run, or so many updates of it, or None where the exercise is not known well enough.
    diagnose : callable
        Gives the verdict on a run.
    """

    def __init__(
        self, run: Callable[[int | None], Trace | None], diagnose: Callable[[Trace], Diagnosis]
    ) -> None:
        self._run, self._diagnose = run, diagnose
        self._begun: tuple[int, Trace | None] = (-1, None)

    @classmethod
    def known(cls, diagnosis: Diagnosis | None) -> "ExactRun":
        """What is to be said of a run that is not at hand."""
        made = cls(lambda updates: None, lambda trace: trace)  # type: ignore[arg-type,return-value]  # never called
        made.__dict__["diagnosis"] = diagnosis
        return made

    def __reduce__(self) -> tuple[Callable[[Diagnosis | None], "ExactRun"], tuple[Diagnosis | None]]:
        return ExactRun.known, (self.diagnosis,)  # to another process goes what is said, not the run

    @cached_property
    def trace(self) -> Trace | None:
        """The exact run, for the true values."""
        return self._run(None)

    def values(self, updates: int) -> Mapping[Quantity, Fraction]:
        """The true values of so many updates, and of more where they are known; nothing where there is no run."""
        if "trace" not in self.__dict__ and updates > self._begun[0]:
            self._begun = updates, self._run(updates)
        begun = self.trace if "trace" in self.__dict__ else self._begun[1]
        return {} if begun is None else begun.values

    @cached_property
    def losses(self) -> tuple[Fraction, ...]:
        """Losses of the exact run over all samples, after 0, 1, ... epochs; none where there is no run, or no loss."""
        return () if self.trace is None else history(self.trace).losses

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """Evidence about the exact run."""
        return None if self.trace is None else self._diagnose(self.trace)


@guarded
class Conclusion:
    """What the author concluded, and whether the figures bear it out (None: cannot tell)."""

    span: Span
    line: int
    topic: str
    right: bool | None
    sentence: str


@guarded
class Summary:
    """How many claims ended how."""

    claims: int
    right: int
    right_rounded: int
    follow_through: int
    slips: int
    unread: int
    unchecked: int


@guarded
class Report:
    """A marked document.

    `verdict` is ``clean``, ``slips`` or ``unreadable`` (no claim could be read).
    `carrying` says which values the author went on with, as far as the document shows it.
    `unreached` is the first line from which on nothing was judged: a budget ran out.
    """

    source: Source
    exercise: Exercise
    verdict: str
    summary: Summary
    verdicts: tuple[Verdict, ...]
    slips: tuple[Slip, ...]
    follow_through: tuple[FollowThrough, ...]
    remarks: tuple[Remark, ...]
    unread: tuple[Unread, ...]
    conclusions: tuple[Conclusion, ...]
    exact: ExactRun | None = field(default=None, compare=False)
    carrying: str = ""
    unreached: int | None = None

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Evidence about the exact run; None where there is none."""
        return None if self.exact is None else self.exact.diagnosis

    @classmethod
    def joined(cls, reports: "Sequence[Report]") -> "Report":
        """The report of a document whose exercises were marked one by one; the first that is told whole speaks for it."""
        if len(reports) == 1:
            return reports[0]
        first = next((each for each in reports if not each.exercise.missing), reports[0])
        counts = [sum(counts) for counts in zip(*(astuple(each.summary) for each in reports), strict=True)]
        verdicts = {each.verdict for each in reports}
        return replace(
            first,
            verdict=next(word for word in ("slips", "clean", "unreadable") if word in verdicts),
            summary=Summary(*counts),
            carrying=next((each.carrying for each in reports if each.carrying), ""),
            unreached=min((each.unreached for each in reports if each.unreached is not None), default=None),
            verdicts=tuple(chain.from_iterable(each.verdicts for each in reports)),
            slips=tuple(chain.from_iterable(each.slips for each in reports)),
            follow_through=tuple(chain.from_iterable(each.follow_through for each in reports)),
            remarks=tuple(chain.from_iterable(each.remarks for each in reports)),
            unread=tuple(chain.from_iterable(each.unread for each in reports)),
            conclusions=tuple(chain.from_iterable(each.conclusions for each in reports)),
        )

    @property
    def is_partial(self) -> bool:
        """Whether so little was checked that the verdict cannot speak for the document."""
        checked = self.summary.claims - self.summary.unread - self.summary.unchecked
        return self.unreached is not None or 2 * checked < self.summary.claims

    def status_lines(self) -> dict[int, Status]:
        """For each line of the source's text with claims, the most serious status found on it."""
        order = (
            Status.SLIP,
            Status.UNREAD,
            Status.FOLLOW_THROUGH,
            Status.UNCHECKED,
            Status.RIGHT_ROUNDED,
            Status.RIGHT,
        )
        worst: dict[int, Status] = {}
        for span, status in [(v.span, v.status) for v in self.verdicts] + [
            (s.span, Status.SLIP) for s in self.slips
        ]:
            line = self.source.line(span.start)
            if line not in worst or order.index(status) < order.index(worst[line]):
                worst[line] = status
        return worst
