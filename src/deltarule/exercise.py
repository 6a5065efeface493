"""The exercise: what is given before the first line is worked."""

from collections.abc import Callable
from dataclasses import field, replace
from enum import StrEnum

from deltarule.algebra.expr import Number
from deltarule.errors import InputError
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, LOSSES, Role, System, levels, system
from deltarule.records import guarded
from deltarule.written import Precision, Written, parse_number

MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_EPOCHS = 10_000
MAX_TRACE_LINES = 200_000


class Carry(StrEnum):
    """Which value later lines use."""

    PRINTED = "printed"  # the rounded one, as it stands on the page
    UNROUNDED = "unrounded"  # all digits; rounding only when printing


def is_class(label: str, target: Written) -> bool:
    """Whether a predicted label means the target's class: ``1`` and ``1.0`` are the same."""
    try:
        return parse_number(label).value == target.value
    except InputError:
        return label == target.text


@guarded
class Exercise:
    """Data, start and settings of one neuron's training, every number as it was written.

    What a document does not state is None, or empty for data and weights, and is named in `missing`; `solve` needs
    everything, `check` makes do.

    Attributes
    ----------
    features : tuple of tuple of Written
        One row a sample, shape (n samples, d features).
    targets : tuple of Written
        Shape (n samples,).
    weights, bias :
        Where training starts.
    batch_size : int or None
        Samples an update; None for all of them.
    error : {"target-output", "output-target"}
        Which way round the error is taken.
    change : {"added", "subtracted"}
        Whether a change is added to the weight or subtracted from it.
    momentum : Written or None
        Share of the velocity that is kept at each step; None for plain descent.
    velocity : {"gradient", "step", "change", "average"}
        How the velocity is kept: see `deltarule.formulas.descent`.
    velocities : tuple of Written
        Velocities at the start, that of the bias last; zeros if empty.
    weight_decay : Written or None
        How hard the weights are pulled to zero: this times the weight is added to the gradient. The bias is left alone.
    rate_factor : Written or None
        What the learning rate is multiplied by after each epoch; None where it stays what it is.
    decay : {"step", "gradient", "loss"}
        Where the decay is written: in the step only, in the gradient, or in the loss as well.
    by_delta : bool
        Whether the error times the slope of the activation is worked as a step of its own, ``δ``.
    threshold : Written or None
        An output at or above it is predicted as the upper class.
    labels : (str, str)
        What is predicted below and at the threshold.
    has_bias : bool
        Whether there is a bias at all; without one `bias` is 0 and stays so.
    bias_sign : {"added", "subtracted", "subtracted-as-weight"}
        Whether the bias is added to the weighted sum or, as a threshold, subtracted from it; the last one is then changed as a weight is.
    chain : frozenset of Role
        Slopes of the chain rule that are worked as steps of their own: see `deltarule.formulas.neuron.system`.
    jumps_at : Written or None
        The net input at which a step jumps; None for 0.
    jump : {"upper", "lower", "zero"}
        What a step gives just where it jumps: 1 by ``z >= 0``, the lower output by ``z > 0``, 0 by ``sgn(0) = 0``.
    """

    features: tuple[tuple[Written, ...], ...] = ()
    targets: tuple[Written, ...] = ()
    weights: tuple[Written, ...] = ()
    bias: Written | None = None
    learning_rate: Written | None = None
    activation: str = "identity"
    loss: str = "squared"
    convention: str = "mean"
    error: str = "target-output"
    change: str = "added"
    batch_size: int | None = None
    epochs: int = 1
    threshold: Written | None = None
    labels: tuple[str, str] = ("0", "1")
    precision: Precision = field(default_factory=Precision)
    carry: Carry = Carry.PRINTED
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"
    has_bias: bool = True
    momentum: Written | None = None
    velocity: str = "gradient"
    velocities: tuple[Written, ...] = ()
    weight_decay: Written | None = None
    decay: str = "step"
    rate_factor: Written | None = None
    bias_sign: str = "added"
    jump: str = "upper"
    by_delta: bool = False
    chain: frozenset[Role] = frozenset()
    jumps_at: Written | None = None
    missing: tuple[str, ...] = ()

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return len(self.features)

    @property
    def n_features(self) -> int:
        """Number of columns, the target not counted."""
        return len(self.features[0]) if self.features else len(self.weights)

    @property
    def system(self) -> System:
        """The equations of this exercise's neuron."""
        return self.system_under(self.loss, self.convention)

    def system_under(self, loss: str, convention: str) -> System:
        """The equations of the same neuron under another loss and convention."""
        return system(
            self.activation,
            loss,
            convention,
            self.error,
            self.change,
            self.has_bias,
            "" if self.momentum is None else self.velocity,
            "" if self.weight_decay is None else self.decay,
            self.rate_factor is not None,
            self.bias_sign,
            self.by_delta,
            self.jump,
            self.chain,
            None if self.jumps_at is None else Number(self.jumps_at.value, self.jumps_at),
        )

    @property
    def cut(self) -> Written | None:
        """The output from which on the upper class is predicted; None without a threshold.

        It is the threshold, but for a step all whose outputs lie on one side of it: that threshold is told of the net
        input, ``1 if z >= 0``, and the step's upper output is the upper class.
        """
        outputs = levels(ACTIVATIONS[self.activation]) if self.activation in ACTIVATIONS else ()
        if self.threshold is None or not outputs or outputs[0] < self.threshold.value <= outputs[-1]:
            return self.threshold
        return parse_number(str(outputs[-1]))

    @property
    def is_plain(self) -> bool:
        """Whether a step is one learning rate times the slope, without momentum and weight decay."""
        return self.momentum is None and self.weight_decay is None and self.rate_factor is None

    @property
    def trace_lines(self) -> int:
        """About how many lines the worked solution has."""
        return self.epochs * (self.n_samples * 4 + len(self.batches()) * (3 * self.n_features + 4))

    @property
    def most_epochs(self) -> int:
        """How many epochs of these samples a worked solution may have."""
        one = replace(self, epochs=1).trace_lines
        return min(MAX_EPOCHS, MAX_TRACE_LINES // one) if one else MAX_EPOCHS

    def batches(self) -> tuple[tuple[int, ...], ...]:
        """Samples of each update of one epoch, counted from 1, in the order of the table."""
        size = self.batch_size or max(self.n_samples, 1)
        samples = range(1, self.n_samples + 1)
        return tuple(tuple(samples[at : at + size]) for at in range(0, self.n_samples, size))

    def complete(self) -> "Exercise":
        """Return the exercise itself if it can be worked.

        Raises
        ------
        InputError
            Something is missing or contradictory; names it and says how to give it.
        """
        for wrong, reason, remedy in _REQUIREMENTS:
            if wrong(self):
                raise InputError(reason(self), remedy)
        return self


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


_Requirement = tuple[Callable[[Exercise], bool], Callable[[Exercise], str], str]

# what is checked, in this order; a new requirement is a new row
_REQUIREMENTS: tuple[_Requirement, ...] = (
    (
        lambda x: not x.features,
        lambda x: "no data table found",
        "give rows under [data], or write a table whose header reads like `x_1 x_2 y`",
    ),
    (
        lambda x: any(len(row) != x.n_features for row in x.features) or len(x.targets) != x.n_samples,
        lambda x: "the data table is ragged",
        "give every row a number for each column and the target",
    ),
    (
        lambda x: x.n_samples > MAX_ROWS or x.n_features > MAX_COLUMNS,
        lambda x: f"the table has {_counted(x.n_samples, 'row')} and {_counted(x.n_features, 'feature')}",
        f"worked solutions go up to {MAX_ROWS} rows and {MAX_COLUMNS} features",
    ),
    (
        lambda x: x.n_features == 0,
        lambda x: "the data table has no feature column",
        "give at least one feature and the target",
    ),
    (
        lambda x: not x.weights,
        lambda x: "no start weights found",
        "give `weights`, or write `w_1 = ...`",
    ),
    (
        lambda x: len(x.weights) != x.n_features,
        lambda x: f"{_counted(len(x.weights), 'start weight')} for {_counted(x.n_features, 'feature')}",
        "give one weight for each feature column",
    ),
    (
        lambda x: x.bias is None,
        lambda x: "no start bias found",
        "give `bias`, or write `b = ...`",
    ),
    (
        lambda x: x.learning_rate is None,
        lambda x: "no learning rate found",
        "give `learning_rate` or write `\\eta = ...`",
    ),
    (
        lambda x: x.learning_rate is not None and x.learning_rate.value <= 0,
        lambda x: f"the learning rate is {x.learning_rate.text if x.learning_rate else ''}",
        "give one above 0",
    ),
    (
        lambda x: x.batch_size is not None and x.batch_size < 1,
        lambda x: f"batch_size is {x.batch_size}",
        'give "full" or a number of samples from 1',
    ),
    (
        lambda x: not 0 <= x.epochs <= MAX_EPOCHS,
        lambda x: f"{x.epochs} epochs",
        f"give a number from 0 to {MAX_EPOCHS}",
    ),
    (
        lambda x: x.trace_lines > MAX_TRACE_LINES,
        lambda x: (
            f"{_counted(x.epochs, 'epoch')} of {_counted(x.n_samples, 'sample')} are {x.trace_lines} lines to be worked, however few are shown, "
            f"and {MAX_TRACE_LINES} is the most: {_counted(x.most_epochs, 'epoch')} of this exercise"
        ),
        "give no more epochs than that, or run them without writing every line: deltarule train, on the rows as a CSV file",
    ),
    (
        lambda x: x.activation not in ACTIVATIONS,
        lambda x: f"unknown activation {x.activation!r}",
        f"choose from {', '.join(ACTIVATIONS)}",
    ),
    (
        lambda x: x.loss not in LOSSES,
        lambda x: f"unknown loss {x.loss!r}",
        f"choose from {', '.join(name for name, loss in LOSSES.items() if loss.worked)}",
    ),
    (
        lambda x: x.convention not in CONVENTIONS,
        lambda x: f"unknown convention {x.convention!r}",
        f"choose from {', '.join(CONVENTIONS)}",
    ),
    (
        lambda x: (x.momentum or x.weight_decay) is not None and ACTIVATIONS[x.activation].slope is None,
        lambda x: f"momentum and weight decay need a gradient, which the {x.activation} activation has not",
        "leave them out, or choose another activation",
    ),
    (
        lambda x: x.momentum is not None and not 0 <= x.momentum.value < 1,
        lambda x: f"the momentum is {x.momentum.text if x.momentum else ''}",
        "give a number of at least 0 and below 1",
    ),
    (
        lambda x: x.weight_decay is not None and x.weight_decay.value < 0,
        lambda x: f"the weight decay is {x.weight_decay.text if x.weight_decay else ''}",
        "give a number of at least 0",
    ),
    (
        lambda x: x.rate_factor is not None and x.rate_factor.value <= 0,
        lambda x: f"the rate's factor is {x.rate_factor.text if x.rate_factor else ''}",
        "give a number above 0",
    ),
    (
        lambda x: len(x.velocities) not in (0, len(x.weights) + 1),
        lambda x: f"{len(x.velocities)} start velocities for {len(x.weights)} weights and a bias",
        "give one for each weight, and the bias's last",
    ),
    (
        lambda x: LOSSES[x.loss].activation not in (None, x.activation),
        lambda x: f"the {x.loss} loss goes with the {LOSSES[x.loss].activation} activation",
        'set that activation or loss = "squared"',
    ),
    (
        lambda x: (
            bool(LOSSES[x.loss].targets) and any(y.value not in LOSSES[x.loss].targets for y in x.targets)
        ),
        lambda x: f"the {x.loss} loss needs targets {' and '.join(map(str, LOSSES[x.loss].targets))}",
        "recode the targets",
    ),
)
