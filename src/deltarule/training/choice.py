"""Which engine does the arithmetic."""

from importlib.util import find_spec

from deltarule.errors import SettingError
from deltarule.training.engine import Engine, Rows
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.schedules import Constant
from deltarule.training.settings import Settings
from deltarule.training.streamed import StreamEngine, is_streamed

ENGINES = ("auto", "path", "fused", "numpy", "exact")
_WORTH_LOADING = (
    1.5  # seconds that NumPy would take: loading compiled loops costs half a second, compiling them more
)
_NUMPY_VALUE = 1.2e-9  # seconds of NumPy for one value of X in a full pass,
_NUMPY_BATCH = 2e-5  # and for one mini-batch
_MOST_COLUMNS = 1024  # of a Gram matrix that is made without being asked for


def why_no_path(settings: Settings, *, watched: bool, standardized: bool = False) -> str | None:
    """What keeps a run from being worked out in closed form; None if nothing does.

    Parameters
    ----------
    watched : bool
        Whether somebody looks at it on the way: callbacks, validation, checkpoints.
    standardized : bool
        Whether columns are standardised.
    """
    reasons = (
        (
            settings.activation != "identity" or settings.loss != "squared",
            "the squared loss with identity activation",
        ),
        (settings.batch_size is not None, 'batch_size="full"'),
        (not isinstance(settings.rate, Constant), "a constant learning rate"),
        (settings.nesterov and settings.momentum > 0, "plain or heavy-ball momentum"),
        (standardized and not settings.fit_intercept, "an intercept, or columns as they are"),
        (watched, "no callbacks, early stopping or checkpoint"),
    )
    return next((what for holds, what in reasons if holds), None)


def suits_path(rows: Rows, settings: Settings, *, watched: bool, auto_rate: bool) -> bool:
    """Whether the closed form is the fastest way, too: its one pass costs as much as some epochs where columns are many."""
    standardized = rows.view is not None
    if (
        why_no_path(settings, watched=watched, standardized=standardized) is not None
        or rows.d > _MOST_COLUMNS
    ):
        return False
    return auto_rate or settings.epochs >= 1 + rows.d / 40


def engine_for(name: str, rows: Rows, settings: Settings) -> Engine:
    """The engine of a loop: "numpy", "fused", or the one that is faster for "auto"; block by block for streamed rows.

    Raises
    ------
    SettingError
        Compiled loops were asked for, and Numba is not installed.
    """
    engine = _in_memory(name, rows, settings)
    return StreamEngine(engine) if is_streamed(rows) else engine


def _in_memory(name: str, rows: Rows, settings: Settings) -> Engine:
    if name == "numpy" or (name != "fused" and not _large(rows, settings)):
        return NumpyEngine(settings.activation, settings.loss)
    if find_spec("numba") is None:
        if name == "fused":
            raise SettingError(
                'engine="fused" needs Numba: pip install "deltarule[train]"; or choose engine="numpy"'
            )
        return NumpyEngine(settings.activation, settings.loss)
    from deltarule.training.engines.fused import FusedEngine  # imports Numba, so only where it pays

    return FusedEngine(settings.activation, settings.loss)


def _large(rows: Rows, settings: Settings) -> bool:
    """Whether NumPy would take longer than loading something faster does."""
    seconds = rows.n * rows.d * _NUMPY_VALUE
    if settings.batch_size is not None and settings.batch_size < rows.n:
        seconds += rows.n / settings.batch_size * _NUMPY_BATCH
    return seconds * settings.epochs > _WORTH_LOADING
