"""The command line: exit statuses, clear messages, whole files, and nothing loaded that is not used."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deltarule import __version__, api, cli
from deltarule.cli import progress
from deltarule.cli.check import REPORT_FORMATS
from deltarule.cli.solve import SOLUTION_FORMATS
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Slip, Status, Unread
from deltarule.report import Report, Summary, Verdict
from deltarule.spans import Source, Span
from deltarule.writing import report, solution

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "diverging-neuron"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; status, standard output, standard error."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return call


def process(*arguments: str, stdin: bytes = b"", **env: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "deltarule", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **env},
    )


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A judge that goes by one word of the document, so that the command is tested and not the judging."""

    def check(source: Source, exercise: Exercise | None = None) -> api.Marking:
        text = source.text
        if "crash" in text:
            raise KeyError("a mistake of ours")
        if "interrupt" in text:
            raise KeyboardInterrupt
        claims = 0 if "nothing" in text else 1
        verdict = "unreadable" if not claims else "slips" if "slip" in text else "clean"
        span = Span(0, 4)
        slips = (Slip(span, 1, 1, 5, Kind.SIGN, "sign.value", "z", None, "1", "2", "", False, (), "No."),)
        unread = (Unread(span, 1, text[:4], "odd"),) if "odd" in text else ()
        summary = Summary(claims, 1, 0, 0, "slip" in text, len(unread), 0)
        verdicts = (Verdict(span, 1, Status.RIGHT, None, "z", None, "1", "1"),)
        return api.Marking(
            Report(
                source,
                Exercise(),
                verdict,
                summary,
                verdicts,
                slips * ("slip" in text),
                (),
                (),
                unread,
                (),
                None,
            )
        )

    monkeypatch.setattr(api, "check", check)
    return iter(())


def write(folder: Path, **texts: str) -> list[Path]:
    """Documents in a folder, by name and text."""
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        ({"a": "right"}, 0),
        ({"a": "right", "b": "slip"}, 1),
        ({"a": "slip", "b": "nothing", "c": "right"}, 2),
        ({"a": "odd"}, 0),
        ({"a": "slip", "b": "crash"}, 2),
        ({"a": "", "b": "right"}, 2),
    ],
)
@pytest.mark.usefixtures("judge")
def test_the_highest_status_wins(texts: dict[str, str], status: int, run: Run, tmp_path: Path) -> None:
    """No slips end with 0, slips with 1, a file that cannot be used with 2, and the others are checked all the same."""
    paths = write(tmp_path, **texts)
    found, out, _ = run("check", "--format", "json", *paths)
    assert found == status
    assert [json.loads(line)["source"] for line in out.splitlines()] == [str(path) for path in paths]


@pytest.mark.usefixtures("judge")
def test_unread_pieces_count_only_when_strict(run: Run, tmp_path: Path) -> None:
    """With --strict, what could not be read ends with 1."""
    [path] = write(tmp_path, a="odd")
    assert run("check", path)[0] == 0
    assert run("check", "--strict", path)[0] == 1


@pytest.mark.usefixtures("judge")
def test_unusable_files_are_said_and_listed(run: Run, tmp_path: Path) -> None:
    """What cannot be used is named on standard error and is an unreadable document for programs."""
    (tmp_path / "x.md").write_bytes(b"\x00\x01")
    status, out, err = run("check", "--format", "json", tmp_path / "x.md", tmp_path / "none.md")
    assert status == 2
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["unreadable", "unreadable"]
    assert err.splitlines() == [
        f"{tmp_path / 'x.md'}:1: is a binary file, not text; name a text file in UTF-8 (UTF-16 needs its byte order mark)",
        f"{tmp_path / 'none.md'}: no such file; check the path and its spelling",
    ]


@pytest.mark.usefixtures("judge")
def test_a_document_without_claims_is_said(run: Run, tmp_path: Path) -> None:
    """A text in which nothing could be read gets a message with a remedy."""
    status, _, err = run("check", *write(tmp_path, a="nothing"))
    assert status == 2
    assert "no claim could be read; write lines such as" in err


@pytest.mark.usefixtures("judge")
def test_our_own_mistake_is_one_message(run: Run, tmp_path: Path) -> None:
    """A bug in deltarule is one line that says how to report it, without a traceback."""
    status, _, err = run("check", *write(tmp_path, a="crash"))
    assert status == 2
    assert len(err.splitlines()) == 1
    assert "deltarule made a mistake of its own (KeyError: 'a mistake of ours'); please report it" in err


@pytest.mark.usefixtures("judge")
def test_an_interrupt_keeps_what_is_finished(run: Run, tmp_path: Path) -> None:
    """Ctrl-C ends with 130, and the documents that were finished are there, in a file too."""
    paths = write(tmp_path, a="right", b="interrupt", c="right")
    status, out, err = run("check", "--format", "json", *paths)
    assert (status, len(out.splitlines())) == (130, 1)
    assert "Traceback" not in err
    target = tmp_path / "r.html"
    assert run("check", "--format", "html", "-o", target, *paths)[0] == 130
    assert "a.md" in target.read_text(encoding="utf-8")


@pytest.mark.usefixtures("judge")
def test_folders_are_walked(run: Run, tmp_path: Path) -> None:
    """A folder stands for its documents; one without any is an error."""
    write(tmp_path, b="right", a="slip")
    status, out, _ = run("check", tmp_path)
    assert status == 1
    assert out.index("a.md") < out.index("b.md")
    assert out.endswith("2 documents, 1 slip in 1 of them\n")
    (tmp_path / "empty").mkdir()
    status, _, err = run("check", tmp_path / "empty")
    assert status == 2
    assert "no documents in this folder" in err


def test_an_exercise_is_not_marked(run: Run) -> None:
    """Handing the exercise to check gets advice, not a report."""
    status, out, err = run("check", EXAMPLE / "exercise.toml")
    assert (status, out) == (2, "")
    assert "is an exercise, not a solution; use it with --exercise" in err


@pytest.mark.usefixtures("judge")
def test_output_files_appear_whole(run: Run, tmp_path: Path) -> None:
    """With -o the old file is replaced at once, keeps its permissions, and nothing else is left in the folder."""
    [path] = write(tmp_path, a="slip")
    target = tmp_path / "report.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    status, out, _ = run("check", "--format", "json", "-o", target, path)
    assert (status, out) == (1, "")
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "slips"
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.md", "report.json"]


@pytest.mark.usefixtures("judge")
def test_what_is_read_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    """A document or exercise given as the output file by mistake stays as it is."""
    [path] = write(tmp_path, a="right")
    status, _, err = run("check", path, "-o", tmp_path / "." / "a.md")
    assert status == 2
    assert "would overwrite what is read" in err
    assert path.read_text(encoding="utf-8") == "right"


def test_nothing_that_is_read_on_the_way_is_overwritten(run: Run, tmp_path: Path) -> None:
    """Documents of a folder, the data of an exercise and what an OCR program thought stay as they are."""
    folder = tmp_path / "handed-in"
    folder.mkdir()
    [document] = write(folder, solution="z = 0.4 * 3 + 0.2 = 1.4\n")
    exercise, data = tmp_path / "e.toml", tmp_path / "data.csv"
    exercise.write_text('learning_rate = 0.1\n[start]\nweights = [1]\nbias = 0\n[data]\nfile = "data.csv"\n')
    data.write_text("x,y\n1,2\n")
    scan, sure = tmp_path / "c.mmd", tmp_path / "c.lines.json"
    scan.write_text("z = 0.4 * 3 + 0.2 = 1.4\n")
    sure.write_text('{"confidence": 0.5}')
    for target, *arguments in (
        (document, "check", folder),
        (data, "check", document, "--exercise", exercise),
        (data, "solve", exercise),
        (sure, "check", scan),
    ):
        before = target.read_bytes()
        status, out, err = run(*arguments, "-o", target)
        assert (status, out) == (2, "")
        assert f"-o {target} would overwrite what is read" in err
        assert target.read_bytes() == before


@pytest.mark.parametrize(("form", "name"), [("html", "r.html"), ("markdown", "r.md"), ("terminal", "r.txt")])
def test_a_report_may_lie_in_the_folder(form: str, name: str, run: Run, tmp_path: Path) -> None:
    """It is written there again and again, and never marked as if it were a solution."""
    write(tmp_path, a="z = 0.4 * 3 + 0.2 = 1.4\n", b="z = 0.4 * 3 + 0.2 = 1.5\n")
    target = tmp_path / name
    arguments = ("check", tmp_path, "--format", form, "-o", target)
    assert run(*arguments)[0] == 1
    first = target.read_bytes()
    assert run(*arguments)[0] == 1
    assert target.read_bytes() == first


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
@pytest.mark.parametrize(
    "arguments",
    [("solve", str(EXAMPLE / "exercise.toml")), ("check", str(EXAMPLE)), ("--help",), ("explain",)],
)
def test_a_full_disk_behind_standard_output_is_said(arguments: tuple[str, ...]) -> None:
    """It is no mistake of deltarule's own."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device, opened as a shell would
        done = subprocess.run(
            [sys.executable, "-m", "deltarule", *arguments], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "cannot write to standard output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="closing standard output")
def test_a_closed_standard_output_is_said(tmp_path: Path) -> None:
    """Nothing can be written there; a file can."""
    command = f"{sys.executable} -m deltarule solve {EXAMPLE / 'exercise.toml'}"
    done = subprocess.run(["sh", "-c", f"{command} >&-"], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == b"cannot write to standard output: it is closed; write to a file with -o\n"
    done = subprocess.run(
        ["sh", "-c", f"{command} -o {tmp_path / 's.txt'} >&-"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "1.06" in (tmp_path / "s.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("judge")
def test_an_output_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    """A folder that does not exist is named with a remedy."""
    status, _, err = run("check", *write(tmp_path, a="right"), "-o", tmp_path / "no" / "r.txt")
    assert status == 2
    assert "cannot be written" in err
    assert "name another file with -o" in err


def test_formats_are_those_of_the_writers() -> None:
    """The names that the command line offers are the rows of the writers' tables."""
    assert set(REPORT_FORMATS) == set(report.FORMATS)
    assert set(SOLUTION_FORMATS) == set(solution.FORMATS)


def test_version_and_help(run: Run) -> None:
    """--version says the version, every command's help has examples."""
    assert run("--version")[:2] == (0, f"deltarule {__version__}\n")
    for command in ("solve", "check", "explain"):
        status, out, _ = run(command, "--help")
        assert status == 0
        assert f"deltarule {command}" in out.partition("Examples:")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc", "a.md"], "No such command 'chekc'"),
        (["check"], "Missing argument 'PATH...'"),
        (["check", "--format", "pdf", "a.md"], "'pdf' is not one of"),
        (["solve", "a.toml", "--places", "x"], "'x' is not a valid integer"),
        (["solve", "a.toml", "--places", "2", "--figures", "3"], "exclude each other"),
        (["solve", "none.toml"], "none.toml: no such file; check the path"),
        (["explain", "copying.rows"], "did you mean copying.row"),
    ],
)
def test_wrong_arguments_end_with_2(arguments: list[str], message: str, run: Run) -> None:
    """Whatever is wrong with the arguments is said in a sentence, with status 2."""
    status, _, err = run(*arguments)
    assert status == 2
    assert message in err
    assert "Traceback" not in err


def test_every_page_can_be_chosen(run: Run) -> None:
    """Where a name is nothing like any, all kinds of pages are listed."""
    err = run("explain", "nonsense")[2]
    for name in ("arithmetic", "remark", "follow-through", "unread", "unchecked"):
        assert name in err


def test_what_could_not_be_used_says_why_in_the_report(run: Run, tmp_path: Path) -> None:
    """A picture is not a text without claims; and a text without any says so once."""
    (tmp_path / "pic.md").write_bytes(b"\x89PNG")
    (tmp_path / "prose.md").write_text("hello\n", encoding="utf-8")
    page = run("check", tmp_path, "--format", "html")[1]
    assert "It cannot be used: is a picture, not text" in page
    assert "could not be used</span>" in page
    out = run("check", tmp_path / "prose.md")[1]
    assert out.lower().count("no claim could be read") == 1
    assert "write lines such as" in out


def test_help_names_the_defaults(run: Run) -> None:
    """What holds where nothing is said, and every choice there is."""
    said = " ".join(run("solve", "--help")[1].split())
    assert "identity (default), sigmoid, tanh, relu, step or sign" in said
    assert "mean (default), half-mean" in said
    assert "squared (default) or log" in said
    assert '"full" (default)' in said


def test_explain_shows_a_page(run: Run) -> None:
    """A code gives its page, a kind its codes too, no name the list of all."""
    status, out, _ = run("explain", "copying.row")
    assert status == 0
    assert out.startswith("copying.row: a number from another row\n")
    assert "copying.old" in run("explain", "copying")[1]
    assert "remark.truncated" in run("explain")[1]


def test_solve_works_the_example(run: Run, tmp_path: Path) -> None:
    """The example exercise is solved, its first net input as worked by hand: 0.4 + 0.48 + 0.18 = 1.06."""
    status, out, err = run("solve", EXAMPLE / "exercise.toml")
    assert (status, err) == (0, "")
    assert "1.06" in out
    for form in SOLUTION_FORMATS:
        target = tmp_path / f"s.{form}"
        assert run("solve", EXAMPLE / "exercise.toml", "--format", form, "-o", target)[0] == 0
        assert "1.06" in target.read_text(encoding="utf-8")


def test_solve_takes_a_table_and_options(run: Run, tmp_path: Path) -> None:
    """A CSV table with settings on the command line is an exercise: 0.5 * 2 + 0.1 = 1.1."""
    path = tmp_path / "d.csv"
    path.write_text("t,x\n1,2\n", encoding="utf-8")
    options = ("--learning-rate", "0.1", "--weights", "0.5", "--bias", "0.1", "--target", "t")
    status, out, _ = run("solve", path, *options)
    assert status == 0
    assert "1.1" in out
    assert (
        "−0.9" in run("solve", path, *options[:2], "--weights", "-0.5", "--bias", "0.1", "--target", "t")[1]
    )
    status, _, err = run("solve", path)
    assert status == 2
    assert f"{path}: no start weights found; give `weights`" in err
    assert run("solve", path, "--weights", "a,b")[2].startswith("weights: 'a' is not a number")


def test_a_target_is_named_for_tables_only(run: Run, tmp_path: Path) -> None:
    """An exercise in TOML is not read as if it were CSV."""
    for name in (EXAMPLE / "exercise.toml", EXAMPLE / "solution.md"):
        status, out, err = run("solve", name, "--target", "x_1")
        assert (status, out) == (2, "")
        assert "--target is for CSV tables" in err
    other = tmp_path / "exercise"
    other.write_bytes((EXAMPLE / "exercise.toml").read_bytes())
    assert "--target is for CSV tables" in run("solve", other, "--target", "x_1")[2]


def test_long_work_is_told_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a second something is shown, and taken away at the end; elsewhere than on a terminal nothing is."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.Working("Working"):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.Working("Working"):
        time.sleep(0.3)
    assert capsys.readouterr().err == "Working ...\r" + " " * 11 + "\r"


def test_help_loads_next_to_nothing() -> None:
    """Asking for help loads neither the stages nor rich."""
    code = "import sys; from deltarule.cli import main; main(['--help']); print(sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for name in ("rich", "deltarule.api", "deltarule.exercise", "fractions", "json"):
        assert f"'{name}'" not in found


def test_check_loads_only_what_it_uses() -> None:
    """Marking a document in the terminal format needs no other writer, no rich, no TOML or CSV reader."""
    code = (
        "import sys; from deltarule.cli import main; main(['check', sys.argv[1]]); "
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, str(EXAMPLE / "solution.md")]
    found = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stderr
    assert "'deltarule.writing.report_terminal'" in found
    unused = ("rich", "tomllib", "csv", "html", "deltarule.writing.solution", "deltarule.writing.report_html")
    asked_seldom = ("deltarule.cli.train", "deltarule.reading.sessions", "deltarule.checking.origins.sources")
    for name in (*unused, *asked_seldom, "deltarule.catalogue", "deltarule.reading.exercise_toml", "numpy"):
        assert f"'{name}'" not in found


def test_the_process_seldom_looks_for_cycles() -> None:
    """The collector waits longer from the first import on, and goes through nothing that is left when the process ends."""
    code = (
        "import atexit, gc, sys; usual = gc.get_threshold()[0]; "
        "atexit.register(lambda: print(gc.get_freeze_count() > 0)); "  # registered first, asked last
        "from deltarule.__main__ import run; sys.argv = ['deltarule', '--version']; run(); "
        "print(gc.get_threshold()[0] > usual)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.split()[-2:] == ["True", "True"]


def test_python_m_runs_the_command() -> None:
    """python -m deltarule is the command."""
    done = process("--version")
    assert (done.returncode, done.stdout.strip().decode()) == (0, f"deltarule {__version__}")


def test_output_is_utf_8_in_any_locale() -> None:
    """What goes to a pipe is UTF-8, whatever the locale says, and nothing breaks on a sign it lacks."""
    done = process("explain", "sign.update", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert "Δw = -η · ∂L/∂w" in done.stdout.decode("utf-8")


def test_a_closed_pipe_is_no_error() -> None:
    """A reader who has seen enough gets no complaint."""
    command = [sys.executable, "-m", "deltarule", "solve", str(EXAMPLE / "exercise.toml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0


def test_standard_input_is_a_document() -> None:
    """The name - checks what comes in, and says so when it is nothing."""
    done = process("check", "-", stdin=b"")
    assert done.returncode == 2
    assert done.stderr.decode().strip() == "-: the file is empty; check that it was saved"
