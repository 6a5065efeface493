"""Training from a Parquet file larger than the memory it may take, against a bare scan of the file; and what checkpoints cost.

    python -m benchmarks.training.run --only files

The scan is PyArrow's own, with the batch size, the reading thread and the options that training uses. It takes turns with
the training passes in one process; memory is the peak of a process that trains and does nothing else.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.training.turns import Row, take_turns

ROOT = Path(__file__).parents[2]
ALLOWED = 450  # MB that training may take
TIMES = 4  # so much larger is the file
FEATURES = 24
GROUP = 131_072  # rows of a row group
LIMITS = (1.5, 1.2)
MEMORY = (450.0, 350.0)
SHARE = (2.0, 1.0)  # per cent of the time


def rows(rounds: int = 3, megabytes: int = ALLOWED * TIMES) -> list[Row]:
    """All figures: what was measured, what must be and what is aimed at, and a note with absolute numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        n = _write(path, megabytes)
        size = path.stat().st_size / 1e6
        timed = _child("time", path, rounds)
        peaks = {what: _child("memory", path, what)["peak"] for what in ("log", "squared")}
        saved = _child("checkpoint", path, 0)
    scan = timed["scan"]
    about = (
        f"{n:,} rows x {FEATURES} and target, batches of {timed['batch']:,} rows; scan {scan:.2f} s "
        f"({size / 1e3 / scan:.1f} GB/s), with two threads {timed['scan, threads']:.2f} s"
    )
    return [
        (f"a pass over a Parquet file of {size:,.0f} MB, {name}, over a bare scan (at most)", timed[what] / scan, *LIMITS,
         f"{timed[what]:.2f} s, {size / 1e3 / timed[what]:.1f} GB/s; median {timed[f'{what}, median']:.2f}; {about}; {timed['note']}")
        for what, name in (("log", "log-loss epoch"), ("squared", "squared-loss epoch"), ("path", "statistics pass"))
    ] + [
        (f"peak memory of training on it, {name}, MB (at most)", peaks[what], *MEMORY,
         f"reading, PyArrow, NumPy and what is compiled included; {size:,.0f} MB is {size / peaks[what]:.1f} times as much")
        for what, name in (("log", "log loss by the loop"), ("squared", "squared loss in closed form"))
    ] + [
        ("checkpoints, per cent of the time of a run (at most)", saved["share"], *SHARE,
         f"{saved['count']} checkpoints in {saved['seconds']:.1f} s, {saved['each'] * 1e3:.1f} ms each, as often as they are allowed; {saved['note']}")
    ]  # fmt: skip


def _write(path: Path, megabytes: int) -> int:
    """A Parquet file of about this size; returns its number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    weights = rng.standard_normal(FEATURES)
    n = megabytes * 1_000_000 // (8 * (FEATURES + 1))
    names = [*(f"x{j}" for j in range(FEATURES)), "y"]
    schema = pa.schema([(name, pa.float64()) for name in names])
    with pq.ParquetWriter(path, schema, use_dictionary=False, compression="none") as writer:
        for start in range(0, n, GROUP):
            X = rng.standard_normal((FEATURES, min(GROUP, n - start)))
            y = (weights @ X + rng.standard_normal(X.shape[1]) > 0).astype(float)
            writer.write_table(pa.table([*X, y], schema=schema), row_group_size=GROUP)
    return n


def _child(task: str, path: Path, setting: object) -> dict[str, Any]:
    """Do one task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training.files", task, str(path), str(setting)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _task(task: str, path: str, setting: str) -> dict[str, Any]:
    return {"time": _time, "memory": _memory, "checkpoint": _checkpoint}[task](path, setting)


def _rows(path: str, labels: bool) -> Any:
    """The file as streamed rows."""
    from deltarule.training.engine import Rows
    from deltarule.training.sources import open_source

    data = open_source(path, "y", labels=labels, keep_bytes=0).gathered()
    return Rows(data.X, data.y, data.sample_weight)


def _time(path: str, rounds: str) -> dict[str, Any]:
    """Seconds of the fastest pass of each kind."""
    import pyarrow.parquet as pq

    from deltarule.training.choice import engine_for
    from deltarule.training.gathering import rows_of_block
    from deltarule.training.path import GradientPath
    from deltarule.training.schedules import Constant
    from deltarule.training.settings import Settings
    from deltarule.training.streamed import RowBlocks
    from deltarule.training.tables.parquet_table import BUFFER

    batch = rows_of_block(FEATURES, 8)

    def scan(threads: bool) -> None:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
            for _ in file.iter_batches(batch, use_threads=threads):
                pass

    streamed = _rows(path, labels=False)
    weights = np.full(FEATURES + 1, 0.01)
    passes: dict[str, Callable[[], object]] = {
        "scan": lambda: scan(False),
        "scan, threads": lambda: scan(True),
        "path": lambda: GradientPath.fit(RowBlocks(streamed), route="gram"),
    }
    for loss, activation in (("squared", "identity"), ("log", "sigmoid")):
        settings = Settings(Constant(0.1), activation=activation, loss=loss)
        engine = engine_for("auto", streamed, settings)
        passes[loss] = lambda engine=engine: engine.sums(streamed, weights)  # type: ignore[misc]  # bound here
    turns = take_turns(passes, int(rounds))
    best = {name: turns.best(name) for name in passes}
    middle = {f"{name}, median": turns.median_ratio(name, "scan") for name in passes}
    return {**best, **middle, "batch": batch, "note": turns.note}


def _memory(path: str, loss: str) -> dict[str, Any]:
    """Peak memory, in MB, of two epochs as a user would run them."""
    import deltarule

    classes = {"activation": "sigmoid"} if loss == "log" else {}
    deltarule.train(path, "y", epochs=2, **classes)  # type: ignore[arg-type]  # by name
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return {"peak": next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1e3 * 1.024}


def _checkpoint(path: str, _: str) -> dict[str, Any]:
    """A run in memory that saves as often as it may."""
    from deltarule.training.checkpoint import save
    from deltarule.training.engine import Rows
    from deltarule.training.engines.numpy_engine import NumpyEngine
    from deltarule.training.loop import Checkpoint, train
    from deltarule.training.schedules import Constant
    from deltarule.training.settings import Settings

    rng = np.random.default_rng(0)
    X = rng.standard_normal((100_000, 20))
    y = (X.sum(axis=1) + rng.standard_normal(len(X)) > 0).astype(float)
    settings = Settings(Constant(0.1), activation="sigmoid", loss="log", epochs=400, tol=None)
    spent: list[float] = []
    target = Path(path).with_name("run.ckpt")

    def timed(state: Any) -> None:
        start = perf_counter()
        save(state, target)
        spent.append(perf_counter() - start)

    def run() -> None:
        spent.clear()
        train(Rows(X, y), settings, NumpyEngine("sigmoid", "log"), checkpoint=Checkpoint(timed, seconds=0.0))

    turns = take_turns({"run": run}, 1)
    seconds, total = turns.seconds["run"][-1], sum(spent)
    return {
        "share": 100 * total / seconds,
        "count": len(spent),
        "seconds": seconds,
        "each": total / max(1, len(spent)),
        "note": turns.note,
    }


if __name__ == "__main__":
    print(json.dumps(_task(*sys.argv[1:])))
