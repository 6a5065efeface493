"""Many documents: the same bytes with any number of processes, and nothing that one document does costs another."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deltarule import cli
from deltarule.cli.pool import Lost, in_order, jobs_for

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = sorted((ROOT / "tests" / "solutions").glob("*.md"))[:10]

# marking, but for documents that are told what to do by their name
_RUN = """
import os, signal, sys, time
from pathlib import Path
from deltarule import api
from deltarule.cli import main
marked = api.check
def check(source, *more):
    name = Path(source.name).stem
    if "dies" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "once" in name and not Path(source.name + ".done").exists():
        Path(source.name + ".done").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "exits" in name:
        os._exit(3)
    if "raises" in name:
        raise RuntimeError("a mistake of ours")
    if "memory" in name:
        raise MemoryError
    if "waits" in name:
        Path(source.name + ".here").touch()
        time.sleep(60)
    return marked(source, *more)
api.check = check
sys.exit(main())
"""


def _process(*arguments: str | Path, **env: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-c", _RUN, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, env={**os.environ, **env})


def _here(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    """What is written of a folder without any other process."""
    cli.main(["check", str(folder), "--format", "json", "--jobs", "1"])
    return capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve documents, two of them unusable."""
    below = tmp_path / "handed-in"
    below.mkdir()
    for number, path in enumerate(SOLUTIONS):
        (below / f"{number:02}.md").write_bytes(path.read_bytes())
    (below / "05b.md").write_bytes(b"")
    (below / "07b.md").write_bytes(b"\x89PNG\r\n")
    return below


@pytest.mark.parametrize("form", ["terminal", "json", "sarif"])
def test_the_output_is_the_same_bytes_with_any_number_of_jobs(folder: Path, form: str) -> None:
    """Standard output, standard error and status do not depend on the processes, nor on the seed of hashes."""
    ran = [
        _process("check", folder, "--format", form, "--jobs", jobs, PYTHONHASHSEED=seed)
        for jobs, seed in (("1", "0"), ("2", "1"), ("5", "2"))
    ]
    assert ran[0].returncode == 2
    assert len(ran[0].stdout) > 1000
    for other in ran[1:]:
        assert (other.stdout, other.stderr, other.returncode) == (
            ran[0].stdout,
            ran[0].stderr,
            ran[0].returncode,
        )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("03-dies", "was killed by signal 9"),
        ("03-exits", "ended by itself with status 3"),
        ("03-raises", "a mistake of its own"),
        ("03-memory", "a mistake of its own"),
    ],
)
def test_a_document_that_kills_its_process_costs_only_itself(
    folder: Path, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A crash, an exit, an exception: all other documents are marked as ever, and this one is named with what happened."""
    well = [json.loads(line) for line in _here(capsys, folder).splitlines()]
    (folder / f"{name}.md").write_bytes(SOLUTIONS[0].read_bytes())
    ran = _process("check", folder, "--format", "json", "--jobs", "3")
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 2
    assert [record for record in found if name not in record["source"]] == well
    (lost,) = [record for record in found if name in record["source"]]
    assert lost["verdict"] == "unreadable"
    assert f"{name}.md" in ran.stderr.decode()
    assert said in ran.stderr.decode()
    assert b"Traceback" not in ran.stderr


def test_a_document_whose_process_was_killed_by_others_is_tried_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that is killed once, by whomever, leaves no trace in the output."""
    well = _here(capsys, folder).encode()
    (folder / "04.md").rename(folder / "04-once.md")
    ran = _process("check", folder, "--format", "json", "--jobs", "2")
    assert ran.stdout == well.replace(b"/04.md", b"/04-once.md")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of a process group")
@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_an_interrupt_keeps_what_is_done(folder: Path, jobs: str, form: str) -> None:
    """Ctrl-C: what is finished is written in order, it is said how many are not checked, and nobody is left behind."""
    (folder / "08-waits.md").write_bytes(SOLUTIONS[0].read_bytes())
    running = subprocess.Popen(
        [sys.executable, "-c", _RUN, "check", str(folder), "--format", form, "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 20
    while not (folder / "08-waits.md.here").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2)  # for the others to finish
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    names = (
        [json.loads(line)["source"] for line in out.splitlines()]
        if form == "json"
        else [artifact["location"]["uri"] for run in json.loads(out)["runs"] for artifact in run["artifacts"]]
    )
    assert names == sorted(names)
    assert len(names) >= (10 if jobs == "1" else 11)
    assert not any("waits" in name for name in names)
    left = 13 - len(names)
    assert f"Stopped: {left} of 13 documents not checked.".encode() in err
    assert b"Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def test_on_a_terminal_a_bar_shows_how_far_it_is(folder: Path) -> None:
    """The bar goes to standard error, if that is a terminal; standard output has none of it."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "deltarule", "check", str(folder), "--format", "json", "--jobs", "2"],
            stdout=subprocess.PIPE,
            stderr=slave,
            check=False,
            timeout=60,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        )
    finally:
        os.close(slave)
    shown = os.read(master, 1_000_000).decode("utf-8", "replace")
    os.close(master)
    assert "Checking" in shown
    assert "/12" in shown
    assert ran.stdout == _process("check", folder, "--format", "json").stdout
    assert len(ran.stdout.splitlines()) == 12


def test_a_cold_check_of_one_file_loads_no_processes_and_no_bar() -> None:
    """What only many documents need is not imported for one."""
    watch = (
        "import sys; from deltarule.cli import main; main(); "
        "print([m for m in ('multiprocessing', 'rich.progress', 'concurrent.futures') if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", watch, "check", str(SOLUTIONS[0])],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.stderr.splitlines()[-1] == b"[]"


# ---------------------------------------------------------------- the pool itself


def _shout(word: str) -> str:
    """What a task gives: late for the first ones, so that they finish in another order."""
    time.sleep(0.05 * (word in "ab"))
    if word == "die":
        os._exit(7)
    return word.upper()


def _all(tasks: list[str], jobs: int) -> Iterator[tuple[int, object]]:
    return in_order(_shout, tasks, jobs, lambda: False)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork.*:DeprecationWarning")
@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    """However long each takes, and whichever process dies."""
    tasks = ["a", "b", "c", "die", "d", "e", "die", "f"]
    found = [result for _, result in _all(tasks, jobs)]
    assert [result for result in found if isinstance(result, str)] == ["A", "B", "C", "D", "E", "F"]
    assert found[3] == found[6] == Lost("ended by itself with status 7")


@pytest.mark.parametrize(
    ("tasks", "wanted", "jobs"), [(1, None, 1), (7, None, 1), (0, None, 1), (5, 9, 5), (10**6, 4, 4), (10**6, 9999, 256)]
)  # fmt: skip
def test_processes_are_started_only_where_they_pay(tasks: int, wanted: int | None, jobs: int) -> None:
    """Few documents are marked in this process; never more processes than documents, nor than the limit."""
    assert jobs_for(tasks, wanted) == jobs
