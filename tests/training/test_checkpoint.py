"""Checkpoints: the same bits back, whole or not at all, and nothing but a message for what is none."""

import errno
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import deltarule
from deltarule import api_training
from deltarule.cli import main
from deltarule.errors import InputError
from deltarule.training.checkpoint import load, pack, save, unpack
from deltarule.training.state import State

ARRAYS = [
    np.array([0.1, -1e-310, 3e300, -0.0]),
    np.array([1 / 3, math.nan, math.inf, -math.inf]),
    np.arange(12.0).reshape(2, 6) / 7,
    np.zeros(0),
]
NUMBERS = [0.1 + 0.2, math.inf, -0.0, 5e-324]
WHOLE = [2**62, 12, 0, -1]


def some_state() -> State:
    """A state with a value of every sort in each kind of field, whatever fields there are."""
    values: dict[str, Any] = {}
    for at, field in enumerate(fields(State)):
        kinds: dict[Any, list[Any]] = {str: ["5f3a η"], int: WHOLE, float: NUMBERS}
        choices = kinds.get(field.type, ARRAYS)
        values[field.name] = choices[at % len(choices)]
    values.update(weights=ARRAYS[0], velocity=ARRAYS[1], history=ARRAYS[2], epoch=12)
    return State(**values)


STATE = some_state()


def same(one: State, other: State) -> bool:
    """Bit for bit."""
    for field in fields(State):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, np.ndarray):
            if left.shape != right.shape or left.tobytes() != right.tobytes():
                return False
        elif type(left) is not type(right) or repr(left) != repr(right):
            return False
    return True


def test_back_to_the_same_bits(tmp_path: Path) -> None:
    """Subnormal numbers, negative zero, NaN, infinity and empty arrays come back as they went."""
    path = tmp_path / "run.ckpt"
    save(STATE, path)
    back = load(path)
    assert same(back, STATE)
    assert back.weights.flags.writeable


def test_same_state_same_file() -> None:
    """A checkpoint depends on nothing but the run."""
    assert pack(STATE) == pack(replace(STATE))


def test_no_pickle(tmp_path: Path) -> None:
    """A file with a pickle in an array's place is refused, and the pickle is not run."""
    marker = tmp_path / "ran"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (marker,))

    path = tmp_path / "run.ckpt"
    save(STATE, path)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    header = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
    text = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    members["weights.npy"] = header + text + b" " * (117 - len(text)) + b"\n" + pickle.dumps(Trap())
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    with pytest.raises(InputError, match="is no whole checkpoint"):
        load(path)
    assert not marker.exists()


def test_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    """It names both versions and what to install."""
    path = tmp_path / "run.ckpt"
    save(STATE, path)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    text = json.loads(members["checkpoint.json"])
    text.update({"version": 2, "written by": "9.9"})
    members["checkpoint.json"] = json.dumps(text).encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    with pytest.raises(
        InputError,
        match=r"run\.ckpt: the checkpoint is of version 2, written by deltarule 9\.9; .* install a newer deltarule",
    ):
        load(path)


def test_every_cut_and_every_changed_byte_is_noticed() -> None:
    """A checkpoint that is cut short or has a flipped bit is refused, or holds the same numbers."""
    data = pack(STATE)
    for end in range(0, len(data) - 1, 7):
        with pytest.raises(InputError):
            unpack(data[:end])
    for at in range(0, len(data), 5):
        spoilt = bytearray(data)
        spoilt[at] ^= 0x20
        try:
            back = unpack(bytes(spoilt))
        except InputError:
            continue
        assert same(back, STATE), at  # a date or a flag of the zip file, which says nothing


def test_a_huge_array_that_is_not_there_takes_no_memory(tmp_path: Path) -> None:
    """The shape that a header claims is compared with what follows before anything is set aside."""
    path = tmp_path / "run.ckpt"
    save(STATE, path)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["weights.npy"] = members["weights.npy"].replace(b"(4,), }         ", b"(400000000000,),}")
    assert b"400000000000" in members["weights.npy"]
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    with pytest.raises(InputError, match="weights is no float64 array of its shape"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x00" * 1000])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    """What is no checkpoint gets a message."""
    path = tmp_path / "run.ckpt"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no whole checkpoint"):
        load(path)


def test_no_file(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(InputError, match=r"none\.ckpt: there is no such checkpoint; check the path"):
        load(tmp_path / "none.ckpt")


def test_disk_full_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full on the way, the last checkpoint is still there, whole, and nothing else."""
    path = tmp_path / "run.ckpt"
    save(STATE, path)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        InputError,
        match=r"the checkpoint cannot be written \(No space left on device\); the one written before is still whole; "
        "free some space",
    ):
        save(replace(STATE, epoch=13), path)
    assert same(load(path), STATE)
    assert [found.name for found in tmp_path.iterdir()] == ["run.ckpt"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are of POSIX")
def test_a_file_that_may_not_grow_leaves_the_old_one(tmp_path: Path) -> None:
    """The same with a real refusal of the system in the middle of writing."""
    path = tmp_path / "run.ckpt"
    save(STATE, path)
    program = """
import resource, signal, sys
from dataclasses import replace
import numpy as np
from deltarule.errors import InputError
from deltarule.training.checkpoint import load, save
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
state = load(sys.argv[1])
try:
    save(replace(state, epoch=13, history=np.ones((100_000, 6))), sys.argv[1])
except InputError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert "the checkpoint cannot be written (File too large)" in done.stdout
    assert same(load(path), STATE)
    assert [found.name for found in tmp_path.iterdir()] == ["run.ckpt"]


def test_no_folder(tmp_path: Path) -> None:
    """A place that is not there is named before anything is lost."""
    with pytest.raises(InputError, match=r"the checkpoint cannot be written \(No such file or directory\)"):
        save(STATE, tmp_path / "nowhere" / "run.ckpt")


# a run that is killed

_RUN = """
import os, signal, sys
from pathlib import Path
import numpy as np
from deltarule.training import checkpoint, loop
from deltarule.training.engine import Rows, View
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.loop import Checkpoint, train
from deltarule.training.schedules import InverseScaling
from deltarule.training.settings import Settings

path, when, count, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
loop.CHUNK, loop._SHARE = 64, 1e9  # so that it is saved at every chance, also within an epoch
rng = np.random.default_rng(3)
X = rng.standard_normal((300, 4)) + [0.0, 3.0, 0.0, -1.0]
y = (X @ [1.0, -1.0, 2.0, 0.5] + rng.standard_normal(300) > 0).astype(float)
rows = Rows(X, y, rng.uniform(0.5, 2.0, 300), View(X.mean(axis=0), 1 / X.std(axis=0)))
settings = Settings(
    InverseScaling(0.3), activation="sigmoid", loss="log", epochs=25, momentum=0.5,
    batch_size=None if batch == 0 else batch, seed=11, tol=None,
)
saved = 0

def save(state):
    global saved
    saved += 1
    if saved == count and when == "while writing":  # everything is written, and nothing renamed
        os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
    checkpoint.save(state, path)
    if saved == count and when == "after writing":
        os.kill(os.getpid(), signal.SIGKILL)

resume = checkpoint.load(path) if path.exists() else None
run = train(
    rows, settings, NumpyEngine("sigmoid", "log"), resume=resume, checkpoint=Checkpoint(save, seconds=0.0)
)
print(run.weights.tobytes().hex(), run.velocity.tobytes().hex(), run.history.table().tobytes().hex(), run.outcome)
"""


def _trained(path: Path, when: str, count: int, batch: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _RUN, str(path), when, str(count), str(batch)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("batch", [0, 32])
def test_killed_runs_resume_to_the_same_bits(batch: int, tmp_path: Path) -> None:
    """Killed three times, between updates and in the middle of writing, it ends as if nothing had happened."""
    whole = _trained(tmp_path / "whole.ckpt", "never", 0, batch)
    assert whole.returncode == 0, whole.stderr
    path = tmp_path / "run.ckpt"
    for when, count in (("after writing", 4), ("while writing", 5), ("after writing", 3)):
        killed = _trained(path, when, count, batch)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = _trained(path, "never", 0, batch)
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout == whole.stdout


def _table(path: Path) -> None:
    rng = np.random.default_rng(4)
    lines = [",".join(f"{value:.3f}" for value in row) for row in rng.standard_normal((200, 4))]
    path.write_text("a,b,c,y\n" + "\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("batch", ["full", "16"])
def test_ctrl_c_keeps_what_was_learnt(
    batch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The account so far is written, the run is kept, and --resume ends it to the same bits."""
    data, path = tmp_path / "table.csv", tmp_path / "run.ckpt"
    _table(data)
    command = [
        "train",
        str(data),
        "--target",
        "y",
        "--epochs",
        "30",
        "--batch-size",
        batch,
        "--momentum",
        "0.3",
    ]
    command += ["--activation", "tanh", "--checkpoint", str(path), "--format", "json"]
    assert main(command) == 0
    whole = json.loads(capsys.readouterr().out)
    assert not path.exists()
    told = api_training._Bar.epoch

    def struck(bar: Any, epoch: Any) -> None:
        told(bar, epoch)
        if epoch.epoch == 7:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(api_training._Bar, "epoch", struck)
    assert main(command) == 130
    out, err = capsys.readouterr()
    assert "Interrupted after" in err
    halfway = json.loads(out)
    assert halfway["interrupted"]
    assert halfway["checkpoint"] == str(path)
    assert halfway["epochs"] in (6, 7)
    monkeypatch.undo()
    assert main([*command, "--resume"]) == 0
    resumed = json.loads(capsys.readouterr().out)
    assert not path.exists()
    for part in ("neurons", "epochs", "outcome", "quality"):
        assert resumed[part] == whole[part]


def test_ctrl_c_in_python_holds_what_was_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception is a KeyboardInterrupt, so nothing swallows it by accident, and it holds the training so far."""

    def struck(bar: Any, epoch: Any) -> None:
        if epoch.epoch == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(api_training._Bar, "epoch", struck)
    X = np.random.default_rng(5).standard_normal((50, 2))
    with pytest.raises(api_training.TrainingInterrupted) as stopped:
        deltarule.train(X, X @ [1.0, 2.0], activation="tanh")
    training = stopped.value.training
    assert training.run.interrupted
    assert training.outcome == "stopped-early"
    assert np.isfinite(training.predict(X)).all()
    assert "Interrupted after" in str(training)
