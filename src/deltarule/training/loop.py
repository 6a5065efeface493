"""The loop: epoch after epoch, whoever does the arithmetic.

With full batches an epoch is one pass for loss and gradient, and one update. With mini-batches it is one pass of updates;
the exact loss and gradient are worked out now and then only (after 4, 8, 16, ... epochs, and at the end), because each
time costs a pass. Nothing is clipped: what leaves the range of numbers ends the run, and its outcome says so.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from deltarule.errors import DivergenceError, UsageError
from deltarule.history import Outcome
from deltarule.records import record
from deltarule.training.curvature import Scatter
from deltarule.training.engine import Engine, Floats, Rows, block_rows
from deltarule.training.engines.numpy_engine import move
from deltarule.training.order import Orders
from deltarule.training.outcome import Facts, outcome, runs_away, sentence, stable
from deltarule.training.record import COLUMNS, Run, TrainingHistory
from deltarule.training.schedules import Constant
from deltarule.training.settings import DEFAULT_TOLERANCE, Settings
from deltarule.training.state import NOTHING, State
from deltarule.training.stopping import Point, Problem

CHUNK = (
    65_536  # rows, at most, between two moments at which a pass of mini-batches can be interrupted and saved
)
_BLOCKS = 8  # of an engine, at most, in such a chunk: it has to fit into memory where rows come from files
_BACK = 1e-9  # weights are back if they are so near, relative to how far they have been
_SHARE = 0.01  # of the time, at most, goes into checkpoints


@record
class Checkpoint:
    """Where states go: `save` is called between updates, about every so many seconds, and when a run is interrupted."""

    save: Callable[[State], None]
    seconds: float = 30.0


@dataclass(frozen=True)
class Epoch:
    """What a callback is told after every epoch; it returns True to stop the run."""

    epoch: int
    loss: float
    gradient_norm: float
    step: float
    validation_loss: float
    weights: Floats


Callback = Callable[[Epoch], object]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during training; `run` is what was done until then."""

    def __init__(self, run: Run) -> None:
        super().__init__("training was interrupted")
        self.run = run


def train(
    rows: Rows,
    settings: Settings,
    engine: Engine,
    *,
    start: Floats | None = None,
    validation: Rows | None = None,
    products: Scatter | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoint: Checkpoint | None = None,
    resume: State | None = None,
) -> Run:
    """Train a neuron.

    Parameters
    ----------
    start : array of shape (d + 1,), or None
        Weights to start from, in the coordinates of the view, the bias last; None for zeros.
    validation : Rows or None
        Rows whose loss is watched: the run stops `settings.patience` epochs after its least value, and goes back there.
    products : Scatter or None
        Mean products of the columns, where they are known already.
    resume : State or None
        Goes on from there, to the same bits as a run that was never interrupted.

    Raises
    ------
    DivergenceError
        The loss grows and grows, and `settings.on_divergence` is "raise".
    Interrupted
        Ctrl-C; a KeyboardInterrupt that holds what was done.
    UsageError
        `resume` belongs to other settings or other data.
    """
    loop = _Loop(rows, settings, engine, validation, Problem(rows, settings, products), callbacks, checkpoint)
    loop.begin(start, resume)
    return loop.run()


class _Loop:
    """One run in progress; it does not leave `train`."""

    def __init__(
        self,
        rows: Rows,
        settings: Settings,
        engine: Engine,
        validation: Rows | None,
        problem: Problem,
        callbacks: Sequence[Callback],
        checkpoint: Checkpoint | None,
    ) -> None:
        self.rows, self.settings, self.engine = rows, settings, engine
        self.validation, self.problem = validation, problem
        self.callbacks, self.checkpoint = callbacks, checkpoint
        size = settings.batch_size
        self.batch_size = rows.n if size is None else min(size, rows.n)
        self.full_batch = size is None or size >= rows.n
        weight = None if self.full_batch else rows.weight
        self.orders = Orders(rows.n, weight, settings.shuffle, settings.seed)
        self.constant = isinstance(settings.rate, Constant)
        self.same_order = self.full_batch or not settings.shuffle
        self.stopped = False
        self.point: Point | None = None
        self.next_save = time.monotonic() + (checkpoint.seconds if checkpoint else 0.0)

    # the beginning

    def begin(self, start: Floats | None, resume: State | None) -> None:
        """Set out from the start, or from where a run was."""
        size = self.rows.d + 1
        self.fingerprint = self.settings.fingerprint(self.rows) if self.checkpoint or resume else ""
        if resume is not None and resume.fingerprint != self.fingerprint:
            raise UsageError(
                "the checkpoint was made with other settings or other data; train with the same ones, or remove it"
            )
        self.seed = self.settings.seed
        self.epoch, self.position, self.running_loss, self.step = 0, 0, 0.0, 0.0
        self.weights = np.zeros(size) if start is None else np.array(start, dtype=np.float64)
        if not self.settings.fit_intercept:
            self.weights[-1] = 0.0
        self.velocity = np.zeros(size)
        self.history: list[tuple[float, ...]] = []
        self.best_weights, self.best_loss, self.waited = NOTHING, np.inf, 0
        self.mark, self.mark_epoch, self.mark_distance, self.returned = NOTHING, 0, 0.0, 0
        self.pass_start = self.weights.copy()
        if resume is not None:
            self.history = [tuple(row) for row in resume.history.tolist()]
            self.go_back_to(resume)
        self.mark_safe()

    def mark_safe(self) -> None:
        """Between two updates: remember everything, so that an interrupt anywhere after can go back here."""
        self.safe = State(
            fingerprint=self.fingerprint,
            seed=self.seed,
            epoch=self.epoch,
            position=self.position,
            running_loss=self.running_loss,
            pass_start=self.pass_start,
            weights=self.weights.copy(),
            velocity=self.velocity.copy(),
            step=self.step,
            history=NOTHING,  # only its length, for it may be long and is only ever added to
            best_weights=self.best_weights,
            best_loss=self.best_loss,
            waited=self.waited,
            mark=self.mark,
            mark_epoch=self.mark_epoch,
            mark_distance=self.mark_distance,
            returned=self.returned,
        )
        self.safe_length = len(self.history)

    def go_back_to(self, safe: State) -> None:
        """Take everything but the history from a state."""
        for field in fields(safe):
            if field.name != "history":
                value = getattr(safe, field.name)
                setattr(self, field.name, value.copy() if isinstance(value, np.ndarray) else value)

    def state(self) -> State:
        """All that is needed to go on from the last safe place."""
        return replace(self.safe, history=self.table(self.safe_length))

    def table(self, length: int | None = None) -> Floats:
        """The history as an array."""
        return np.array(self.history[:length], dtype=np.float64).reshape(-1, len(COLUMNS))

    # the epochs

    def run(self) -> Run:
        """Epochs until something ends them."""
        epoch = self.full_epoch if self.full_batch else self.batch_epoch
        try:
            while not epoch():
                self.mark_safe()
                self.save_if_due()
        except KeyboardInterrupt:
            self.go_back_to(self.safe)
            del self.history[self.safe_length :]
            if self.checkpoint is not None:
                self.checkpoint.save(self.state())
            self.stopped = True
            raise Interrupted(self.finish(Outcome.STOPPED_EARLY)) from None
        finally:
            self.orders.close()
        return self.finish(None)

    def full_epoch(self) -> bool:
        """Look at the weights, and update them if the run goes on; True at its end."""
        self.point = self.look()
        rate = self.settings.rate(self.epoch - 1) if self.epoch else np.nan
        if self.record(self.point.loss, self.point, rate) or self.epoch >= self.settings.epochs:
            return True
        before = self.weights.copy()
        self.update_all(self.point)
        self.moved(before)
        return False

    def update_all(self, point: Point) -> None:
        """One update from all rows, with the convention's factor already in the gradient."""
        rate = self.settings.rate(self.epoch)
        update = self.settings.update(rate, 1.0, self.rows.n)
        with np.errstate(all="ignore"):
            gradient = point.gradient.copy()
            gradient[:-1] -= self.settings.l2 * self.weights[:-1]  # which the update adds
            move(self.weights, self.velocity, gradient, update)

    def batch_epoch(self) -> bool:
        """One pass of updates; True at the end of the run."""
        if self.epoch == 0 and not self.history:
            self.history.append((0.0, np.nan, np.nan, 0.0, np.nan, self.validate()))
        if self.epoch >= self.settings.epochs:
            return True
        rate = self.settings.rate(self.epoch)
        if self.position == 0:
            self.pass_start = self.weights.copy()
        self.one_pass(rate)
        loss = self.with_penalty(self.running_loss * self.problem.scale)
        self.position, self.running_loss = 0, 0.0
        self.moved(self.pass_start)
        self.point = self.look() if self.settings.tol is not None and _doubled(self.epoch) else None
        return self.record(loss, self.point, rate) or self.epoch >= self.settings.epochs

    def one_pass(self, rate: float) -> None:
        """Updates on all rows, in chunks between which the run can be interrupted."""
        order = self.orders.of(self.epoch, ahead=self.epoch + 1 < self.settings.epochs)
        count = self.orders.count
        weight = self.problem.weight / count if self.rows.weight is not None else 1.0
        update = self.settings.update(rate, weight, self.batch_size)
        chunk = chunk_rows(self.rows, self.batch_size)
        while self.position < count:
            stop = min(self.position + chunk, count)
            self.running_loss += self.engine.steps(
                self.rows, order, self.position, stop, self.weights, self.velocity, update
            )
            self.position = stop
            if self.position < count:
                self.mark_safe()
                self.save_if_due()

    def moved(self, before: Floats) -> None:
        """An epoch is done."""
        with np.errstate(all="ignore"):
            self.step = float(np.linalg.norm(self.weights - before))
        self.epoch += 1
        if self.same_order and self.constant:
            self.watch_for_return()

    def watch_for_return(self) -> None:
        """Notice weights that come back, other ones in between (Brent: the mark moves on at powers of two)."""
        if len(self.mark):
            with np.errstate(all="ignore"):
                away = float(np.max(np.abs(self.weights - self.mark)))
                size = float(np.max(np.abs(self.mark)))
            far = self.mark_distance > _BACK * size
            if self.epoch - self.mark_epoch >= 2 and far and away <= _BACK * self.mark_distance:
                self.returned = self.epoch
            self.mark_distance = max(self.mark_distance, away)
        if self.epoch & (self.epoch - 1) == 0:
            self.mark, self.mark_epoch, self.mark_distance = self.weights.copy(), self.epoch, 0.0

    # looking

    def look(self) -> Point:
        """Loss and gradient over all rows."""
        sums = self.engine.sums(self.rows, self.weights)
        with np.errstate(all="ignore"):
            gradient = (1.0 if self.settings.rule else self.problem.scale) * sums.gradient
            gradient[:-1] += self.settings.l2 * self.weights[:-1]
            if not self.settings.fit_intercept:
                gradient[-1] = 0.0
            loss = self.with_penalty(sums.loss * self.problem.scale)
        return Point(self.weights.copy(), loss, gradient)

    def with_penalty(self, loss: float) -> float:
        """The loss with what l2 adds."""
        if not self.settings.l2:
            return loss
        with np.errstate(all="ignore"):
            return loss + 0.5 * self.settings.l2 * float(self.weights[:-1] @ self.weights[:-1])

    def validate(self) -> float:
        """Loss on the rows set aside, without penalty."""
        if self.validation is None:
            return float("nan")
        weight = self.validation.weight
        total = float(self.validation.n if weight is None else weight.sum())
        return self.engine.sums(self.validation, self.weights).loss * self.settings.scale(total)

    def record(self, loss: float, point: Point | None, rate: float) -> bool:
        """Write the epoch down; True if the run ends here."""
        norm = float("nan")
        if point is not None:
            with np.errstate(all="ignore"):
                norm = float(np.linalg.norm(point.gradient))
        validation = self.validate()
        self.history.append((float(self.epoch), loss, norm, self.step, rate, validation))
        return self.ends(loss, point, validation)

    def ends(self, loss: float, point: Point | None, validation: float) -> bool:
        """Whether the run ends here."""
        if not (np.isfinite(loss) and np.isfinite(self.weights).all()):
            self.give_up_if_asked(Outcome.OVERFLOW)
            return True
        if point is not None and self.converged_enough(point):
            return True
        if self.settings.on_divergence != "continue" and self.runs_away():
            self.give_up_if_asked(Outcome.DIVERGING)
            return True
        if self.stands_still() or self.tired(validation):
            return True
        told = Epoch(self.epoch, loss, self.history[-1][2], self.step, validation, self.weights)
        answers = [callback(told) for callback in self.callbacks]  # all are told, whoever stops the run
        self.stopped = any(answer is True for answer in answers)
        return self.stopped

    def runs_away(self) -> bool:
        """Whether the loss grows beyond all measure."""
        first = 0 if self.full_batch else 1
        if len(self.history) - first < 6 or self.history[-1][1] <= self.history[-2][1]:
            return False
        return runs_away(self.losses(), self.full_batch, self.problem.reference)

    def give_up_if_asked(self, why: Outcome) -> None:
        """Raise, if the caller wants to hear of it that way."""
        if self.settings.on_divergence == "raise":
            raise DivergenceError(
                f"{why.sentence} After {self.epoch} epochs the loss is {self.history[-1][1]:.6g}, at the start it was "
                f'{self.losses()[0]:.6g}; lower the learning rate, or give learning_rate="auto"'
            )

    def converged_enough(self, point: Point) -> bool:
        """Whether the gap is certified; nothing is worked out where the slope alone shows that it is not."""
        tol = self.settings.tol
        if tol is None or not self.worth_a_look(point, tol):
            return False
        if not self.problem.parabola and self.full_batch and not _due(self.epoch):
            return False
        return self.problem.reached(point, tol)

    def worth_a_look(self, point: Point, tol: float) -> bool:
        """A stable rate gains at least a quarter of this in the next epoch, so the gap is no smaller."""
        with np.errstate(all="ignore"):
            slope = self.settings.rate(self.epoch) * float(point.gradient @ point.gradient) / 4
        return slope <= tol * self.problem.reference and self.affordable()

    def affordable(self) -> bool:
        """Whether the products of the columns are known, or cost little beside what was trained already."""
        d, n = self.rows.d, self.rows.n
        return self.problem.knows_products or n * d * d < 2e7 or 1 + d / 40 <= 0.05 * self.epoch

    def stands_still(self) -> bool:
        """Whether no epoch can change anything any more."""
        resting = self.epoch > 0 and self.step == 0.0 and self.constant
        if not resting or (self.settings.momentum and self.velocity.any()):
            return False
        return self.same_order or self.history[-1][1] == 0.0

    def tired(self, validation: float) -> bool:
        """Whether the validation loss has not improved for as long as patience lasts."""
        if self.validation is None:
            return False
        if validation < self.best_loss - (self.settings.tol or 0.0) * self.problem.reference:
            self.best_weights, self.best_loss, self.waited = self.weights.copy(), validation, 0
            return False
        self.waited += 1
        self.stopped = self.waited >= self.settings.patience
        return self.stopped

    def losses(self) -> Floats:
        """Losses of the epochs, as far as they are known."""
        losses = np.array([row[1] for row in self.history])
        return losses if self.full_batch else losses[1:]

    # saving

    def save_if_due(self) -> None:
        """Hand a state over if it is time; the longer saving takes, the rarer it is done."""
        if self.checkpoint is None or time.monotonic() < self.next_save:
            return
        began = time.monotonic()
        self.checkpoint.save(self.state())
        ended = time.monotonic()
        self.next_save = ended + max(self.checkpoint.seconds, (ended - began) / _SHARE)

    # the end

    def finish(self, known: Outcome | None) -> Run:
        """Name the ending."""
        if self.validation is not None and len(self.best_weights):
            self.weights, self.point = self.best_weights.copy(), None
        if self.point is None or not np.array_equal(self.point.weights, self.weights, equal_nan=True):
            self.point = self.look()
        facts, gap = self.facts(self.point)
        ending = outcome(facts) if known is None else known
        return Run(
            self.weights,
            self.velocity,
            self.epoch,
            ending,
            sentence(ending, facts, gap, self.epoch),
            TrainingHistory.of(self.table()),
            gap,
            self.engine.name,
        )

    def facts(self, point: Point) -> tuple[Facts, float]:
        """What the ending is told from, and the certified gap."""
        finite = bool(np.isfinite(point.loss) and np.isfinite(point.weights).all())
        losses, problem, settings = self.losses(), self.problem, self.settings
        known = finite and self.affordable()
        tol = DEFAULT_TOLERANCE if settings.tol is None else settings.tol
        gap = problem.gap(point) if known else max(point.loss, 0.0) if finite else np.inf
        with np.errstate(all="ignore"):
            squared = float(point.gradient @ point.gradient)
            together = self.rows.n / self.batch_size if settings.averaged else 1.0
            slope = settings.rate(max(self.epoch - 1, 0)) * squared * together / (1 - settings.momentum)
        resting = not self.full_batch and self.epoch > 0 and self.step == 0.0 and squared > 0
        norms = [row[2] for row in self.history if row[2] == row[2]] + [float(np.sqrt(squared))]
        facts = Facts(
            losses=losses,
            full_batch=self.full_batch,
            finite=finite,
            stopped=self.stopped,
            converged=finite and problem.near(point, gap, tol),
            right=finite and problem.all_right(point),
            returned=self.returned > self.epoch // 2 or (resting and problem.steepness == 0.0),
            stable=self.stable(),
            resting=resting and problem.steepness > 0.0,
            gap=gap,
            gain=problem.gain(point) if known else np.nan,
            slope=slope,
            steady=len(norms) > 1 and abs(norms[-1] - norms[0]) <= 1e-3 * norms[0] and self.epoch > 0,
            rounding=problem.rounding(point),
            reference=problem.reference if finite else np.nan,
            asked=settings.epochs,
        )
        return facts, gap

    def stable(self) -> bool | None:
        """Whether the rate is below the limit; None where there is none, or where it is not known."""
        s, problem = self.settings, self.problem
        if not (self.full_batch and self.constant and problem.parabola and problem.knows_products):
            return None
        if problem.bowl is None:
            return None
        return stable(s.rate(0), problem.bowl.largest, s.momentum, s.nesterov)


def chunk_rows(rows: Rows, batch_size: int) -> int:
    """Rows of a chunk: whole batches, and whole groups of rows that an engine looks at together.

    They depend on the shape of the table alone, so that a pass over files has the bits of one over arrays.
    """
    most = min(CHUNK, _BLOCKS * block_rows(rows.d, rows.X.itemsize))
    group = batch_size if batch_size > 1 else next((unit for unit in (64, 8) if unit <= most), 4)
    return max(1, most // group) * group


def _doubled(epoch: int) -> bool:
    """After 4, 8, 16, ... epochs."""
    return epoch >= 4 and epoch & (epoch - 1) == 0


def _due(epoch: int) -> bool:
    """Every epoch up to 4, then about four times each time their number doubles."""
    return epoch % (1 << max(0, epoch.bit_length() - 3)) == 0
