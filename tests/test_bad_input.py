"""What bad input gets: a clear message with place and remedy, soon, in little memory, and never a wrong reading."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deltarule import api
from deltarule.errors import InputError
from deltarule.findings import Status
from deltarule.reading import limits, tokenizer
from deltarule.reading.tokens import tokens

GUARD = 20  # seconds; the promise is three on an idle machine, and tests assert no times
MOST_MEMORY = 300 * 1024  # kilobytes

# VmHWM is this program's own peak; ru_maxrss would start at the size of the test runner it was forked from
_RUN = """
import resource, sys
from pathlib import Path
from deltarule.cli import main
status = main()
own = Path("/proc/self/status")
if own.exists():
    peak = next(int(line.split()[1]) for line in own.read_text().splitlines() if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("peak", peak, file=sys.stderr)
sys.exit(status)
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str
    peak: int


def _deltarule(*arguments: str) -> Ran:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        capture_output=True,
        timeout=GUARD,
        encoding="utf-8",
        check=False,
    )
    peak = re.search(r"^peak (\d+)$", done.stderr, re.MULTILINE)
    assert peak, done.stderr
    err = re.sub(r"^peak \d+\n", "", done.stderr, flags=re.MULTILINE)
    assert "Traceback" not in err, err
    assert "mistake of its own" not in done.stdout + err, err
    return Ran(done.returncode, done.stdout, err, int(peak[1]))


HEAD = """Exercise

x_1 | x_2 | y
---|---|---
2 | 1 | 1
3 | 5 | 0

learning rate: η = 0.1

w_1 = 0.5, w_2 = -0.25, b = 0

Epoch 1

z_1 = 0.5·2 + (-0.25)·1 + 0 = 0.75
"""
SECOND = "\nz_2 = 0.5·3 + (-0.25)·5 + 0 = 0.25\n"
GOOD = HEAD + SECOND
TOML = """
learning_rate = 0.1
epochs = 1
[start]
weights = [0.4, 0.1]
bias = 0.2
[data]
rows = [[3, 2, 1], [1, 0, 0]]
"""


# ---------------------------------------------------------------- files that cannot be used

UNUSABLE = {
    "empty.md": b"",
    "blank.md": b"  \n\n \t \n",
    "binary.md": bytes(range(256)) * 64,
    "picture.md": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200),
    "prose.md": b"Dear teacher, I was ill and could not do the exercise.\n",
    "empty.toml": b"",
    "empty.csv": b"",
}


@pytest.mark.parametrize("command", ["check", "solve"])
@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_ends_with_status_2_and_a_sentence(tmp_path: Path, name: str, command: str) -> None:
    """Empty, blank, binary or without any mathematics: status 2, and a message that names the file."""
    path = tmp_path / name
    path.write_bytes(UNUSABLE[name])
    ran = _deltarule(command, str(path))
    assert ran.status == 2
    assert name in ran.out + ran.err
    assert ran.peak < MOST_MEMORY


# ---------------------------------------------------------------- exercises that cannot be worked

UNWORKABLE = {
    "no-table": (re.sub(r"x_1(.|\n)*?0\n", "", HEAD, count=1), "no data table found"),
    "ragged": (HEAD.replace("3 | 5 | 0", "3 | 5"), ":6:|line 6|ragged"),
    "too-long": (HEAD.replace("3 | 5 | 0", "3 | 5 | 0 | 7"), ":6:|line 6|ragged"),
    "text": (HEAD.replace("3 | 5 | 0", "3 | five | 0"), ":6:|line 6|five"),
    "nan": (HEAD.replace("3 | 5 | 0", "3 | NaN | 0"), ":6:|line 6|NaN"),
    "infinite": (HEAD.replace("3 | 5 | 0", "3 | inf | 0"), ":6:|line 6|inf"),
    "empty-cell": (HEAD.replace("3 | 5 | 0", "3 |  | 0"), ":6:|line 6|empty|ragged"),
    "no-rows": (HEAD.replace("2 | 1 | 1\n3 | 5 | 0\n", ""), "no data|no rows|:3:"),
    "rate-zero": (HEAD.replace("η = 0.1", "η = 0"), "the learning rate is 0.*above 0"),
    "rate-below": (HEAD.replace("η = 0.1", "η = -0.1"), "the learning rate is -0.1.*above 0"),
    "no-rate": (HEAD.replace("η = 0.1", "as you like"), "no learning rate found"),
    "no-bias": (HEAD.replace(", b = 0", ", the bias as you like"), "no start bias found"),
    "few-weights": (HEAD.replace("w_2 = -0.25, ", ""), "weight"),
    "many-weights": (HEAD.replace("w_2 = -0.25, ", "w_2 = -0.25, w_3 = 0.1, "), "3 start weights for 2 features|w_3"),
    "exponent": (HEAD.replace("2 | 1 | 1", "1e10000000 | 1 | 1"), "exponent"),
    "digits": (HEAD.replace("2 | 1 | 1", "2" * 70 + " | 1 | 1"), "digits"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNWORKABLE)
def test_an_exercise_that_cannot_be_worked_says_what_is_missing(tmp_path: Path, name: str) -> None:
    """A document that is no complete exercise: `solve` ends with status 2 and names file and fault."""
    text, message = UNWORKABLE[name]
    path = tmp_path / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    ran = _deltarule("solve", str(path))
    assert ran.status == 2, ran.out
    assert f"{name}.md" in ran.err
    assert re.search(message, ran.err, re.IGNORECASE | re.DOTALL), ran.err


@pytest.mark.parametrize(
    "name", ["ragged", "too-long", "text", "nan", "infinite", "empty-cell", "exponent", "digits"]
)
def test_a_damaged_row_is_never_passed_over_in_silence(name: str) -> None:
    """`check` says on which line the data could not be read; it does not go on as if the row were not there."""
    text = UNWORKABLE[name][0] + SECOND
    line = 5 if name in ("exponent", "digits") else 6
    marking = api.check(text)
    told = [remark.line for remark in marking.remarks] + [piece.line for piece in marking.unread]
    assert line in told or any(f"line {line}" in sentence for sentence in marking.exercise.missing)
    assert [slip for slip in marking.slips if slip.line != line] == []


def test_two_data_tables_are_not_mixed() -> None:
    """The first table counts; the second is said to be there, and no number of it gets into the exercise."""
    second = "\nx_1 | x_2 | y\n---|---|---\n7 | 7 | 1\n9 | 9 | 0\n8 | 8 | 1\n"
    marking = api.check(HEAD.replace("\nEpoch 1", second + "\nEpoch 1") + SECOND)
    assert [[cell.text for cell in row] for row in marking.exercise.features] == [["2", "1"], ["3", "5"]]
    assert marking.slips == ()
    assert any("table" in remark.message for remark in marking.remarks)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("0.1\n", "0\n"), "learning rate"),
        (("= 0.1\n", "= -3\n"), "learning rate"),
        (("= 0.1\n", "= nan\n"), "learning_rate|nan"),
        (("= 0.1\n", "= inf\n"), "learning_rate|inf"),
        (("= 0.1\n", '= "fast"\n'), "learning_rate.*fast"),
        (("[0.4, 0.1]", "[0.4]"), "1 start weights? for 2 features|weights"),
        (("[0.4, 0.1]", "[0.4, 0.1, 0.2]"), "3 start weights for 2 features|weights"),
        (("[1, 0, 0]", "[1, 0]"), "row 2|ragged"),
        (("[1, 0, 0]", '[1, "a", 0]'), "row 2|'a'"),
        (("[1, 0, 0]", "[1, nan, 0]"), "row 2|nan"),
        (("[[3, 2, 1], [1, 0, 0]]", "[]"), "rows|no data"),
        (("[1, 0, 0]", "[1, 1e10000000, 0]"), "exponent|1e1000"),
        (("epochs = 1", "epochs = 0.5"), "epochs"),
        (("epochs = 1", "epochs = 1000000000"), "epochs"),
        (("[start]", "[strat]"), "strat"),
        (("epochs = 1", "epochs = "), ":3:"),
    ],
)  # fmt: skip
def test_a_faulty_exercise_file_is_named_with_its_fault(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    """A faulty TOML exercise raises one exception with file, fault and remedy."""
    path = tmp_path / "exercise.toml"
    path.write_text(TOML.replace(*change), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        api.solve(path)
    assert re.search(message, str(raised.value), re.IGNORECASE | re.DOTALL), str(raised.value)
    assert "exercise.toml" in str(raised.value)


# ---------------------------------------------------------------- sizes: bounded work, by counting and by memory

HUGE = {
    "exponent": GOOD + "\nz_1 = 1e10000000 = 5\n\nz_2 = 9^9^9^9^9 = 1\n",
    "brackets": GOOD + "\nz_1 = " + "(" * 10_000 + "1" + ")" * 10_000 + " = 1\n",
    "open-brackets": GOOD + "\nz_1 = " + "(" * 10_000 + " = 1\n",
    "braces": GOOD + "\n$$z_1 = " + "{" * 10_000 + "1" + "}" * 10_000 + " = 1$$\n",
    "fractions": GOOD + "\n$$z_1 = " + r"\frac{1}{" * 10_000 + "1" + "}" * 10_000 + " = 1$$\n",
    "powers": GOOD + "\n$$z_1 = " + "2^{" * 3000 + "2" + "}" * 3000 + " = 1$$\n",
    "long-line": GOOD + "\nz_1 = " + " + ".join(["0.5·2"] * 130_000) + " = 1\n",
    "long-word": GOOD + "\n" + "x" * 1_000_000 + " = 1\n",
    "long-number": GOOD + "\nz_1 = " + "7" * 1_000_000 + "\n",
    "long-blank": GOOD + "\nz_1 =" + " " * 1_000_000 + "1\n",
    "long-math": GOOD + "\n$$z_1 = " + " + ".join(["0.5"] * 150_000) + " = 1$$\n",
    "dollars": GOOD + "\n" + "$" * 1_000_000 + "\n",
    "pipes": GOOD + "\n" + "|" * 1_000_000 + "\n" + "|" * 1_000_000 + "\n",
    "stars": GOOD + "\n" + "*" * 500_000 + "~" * 500_000 + "<" * 200_000 + "\n",
    "many-lines": GOOD + "\nz_1 = 0.5·2 + (-0.25)·1 + 0 = 0.75\n" * 50_000,
    "many-formulas": GOOD + "\n$$z_1 = 0.5 \\cdot 2 - 0.25 \\cdot 1 + 0 = 0.75$$\n" * 50_000,
    "many-words": GOOD + "\nNothing to see here, move on = please 7.\n" * 50_000,
    "many-rows": "x_1\tx_2\ty\n" + "2\t1\t1\n" * 99_000 + GOOD,
    "open-display": GOOD + "\n" + "$$ z_1 = 3\n\n" * 30_000,
    "open-environment": GOOD + "\n" + "\\begin{align}\n" * 50_000,
    "commands": GOOD + "\n$$z_1 = " + r"\left(" * 3000 + "1" + r"\right)" * 3000 + " = 1$$\n",
    "minus": GOOD + "\nz_1 = " + "-" * 15_000 + "1 = 1\n",
    "relations": GOOD + "\nz_1 " + "= 1 " * 4_000 + "\n",
    "headings": GOOD + "\nEpoch 9999\n\nz_1 = 3\n" * 20_000,
    "one-claim-many-tables": GOOD + "\nx_1 | y\n---|---\n1 | 2\n" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_size_alone_never_hurts(tmp_path: Path, name: str) -> None:
    """However large or deep: the command ends by itself, in little memory, and what was right stays right."""
    path = tmp_path / "document.md"
    path.write_text(HUGE[name], encoding="utf-8")
    ran = _deltarule("check", str(path), "--format", "json")
    assert ran.status in (0, 1, 2)
    assert ran.peak < MOST_MEMORY
    if ran.status != 2:
        record = json.loads(ran.out)
        assert not {14, 16} & {slip["line"] for slip in record["slips"]}
        assert record["summary"]["claims"] > 0


def test_work_is_bounded_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of 100,000 lines costs no more tokens than the budget, and says from where on it was not read."""
    count = 0
    original = tokens

    def counted(*arguments: object) -> object:
        nonlocal count
        for token in original(*arguments):  # type: ignore[arg-type]  # what the original takes
            count += 1
            yield token

    monkeypatch.setattr(tokenizer, "tokens", counted)
    marking = api.check(HUGE["many-lines"])
    assert 1000 < count <= tokenizer.MAX_TOKENS + limits.MAX_LINE
    (remark,) = [remark for remark in marking.remarks if remark.code == "remark.budget"]
    assert 14 < remark.line < 100_000
    assert max(v.line for v in marking.report.verdicts) <= remark.line


@pytest.mark.parametrize(
    "name", ["exponent", "brackets", "open-brackets", "braces", "fractions", "long-number", "long-line"]
)
def test_what_is_too_large_is_listed_as_unread(name: str) -> None:
    """Beyond the limits a piece is listed with its reason, and is not called a slip."""
    marking = api.check(HUGE[name])
    assert 18 in {item.line for item in marking.unread}
    assert all(item.reason for item in marking.unread)
    assert all(len(item.text) <= 200 for item in marking.unread)
    assert marking.slips == ()


# ---------------------------------------------------------------- spellings that must not change a reading


def _findings(text: str) -> tuple[object, ...]:
    marking = api.check(text)
    return (
        [(s.line, s.code, s.expected) for s in marking.slips],
        [(v.line, v.status, v.written.replace(",", ".")) for v in marking.report.verdicts],
        [[cell.value for cell in row] for row in marking.exercise.features],
        [w.value for w in marking.exercise.weights],
        marking.exercise.learning_rate.value if marking.exercise.learning_rate else None,
        [item.line for item in marking.unread],
    )


WRONG = HEAD + "\nz_2 = 0.5·3 + (-0.25)·5 + 0 = 0.35\n\ne_1 = 1 - 0.75 = 0.25\n\ne_2 = 0 - 0.35 = -0.35\n"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
FULLWIDTH = str.maketrans("0123456789+=().", "0123456789+=().")


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(WRONG.replace("-", "−"), id="unicode-minus"),
        pytest.param(WRONG.replace("-", "–"), id="dash"),
        pytest.param(WRONG.replace("·", "×"), id="cross"),
        pytest.param(WRONG.replace("·", "*"), id="star"),
        pytest.param(WRONG.replace("·", r"\cdot "), id="cdot"),
        pytest.param(WRONG.replace(" = ", "="), id="tight"),
        pytest.param(WRONG.replace(" = ", "\u00a0=\u202f"), id="other-blanks"),
        pytest.param(WRONG.translate(ARABIC), id="arabic-indic"),
        pytest.param(WRONG.translate(DEVANAGARI), id="devanagari"),
        pytest.param(WRONG.translate(FULLWIDTH), id="full-width"),
        pytest.param(WRONG.replace("z_1", "z₁").replace("z_2", "z₂").replace("w_1", "w₁"), id="subscripts"),
        pytest.param(WRONG.replace("\u03b7", "eta"), id="spelt-out"),
    ],
)  # fmt: skip
def test_the_spelling_does_not_change_the_reading(spelt: str) -> None:
    """Other minus signs, digits of other scripts, other dots and blanks: the same findings on the same lines."""
    assert _findings(spelt) == _findings(WRONG)
    assert _findings(WRONG)[0] == [(16, "arithmetic.value", "0.25")]


@pytest.mark.parametrize(
    "change", ["crlf", "cr-mixed", "bom", "bom-crlf", "utf-16", "no-last-newline", "form-feed"]
)
def test_the_encoding_does_not_change_the_reading(tmp_path: Path, change: str) -> None:
    """CRLF, BOM, UTF-16: the same findings on the same lines and columns."""
    data = {
        "crlf": WRONG.replace("\n", "\r\n").encode(),
        "cr-mixed": WRONG.replace("\n", "\r\n", 3).encode(),
        "bom": b"\xef\xbb\xbf" + WRONG.encode(),
        "bom-crlf": b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode(),
        "utf-16": WRONG.encode("utf-16"),
        "no-last-newline": WRONG.rstrip("\n").encode(),
        "form-feed": WRONG.replace("Epoch 1", "\x0cEpoch 1").encode(),
    }[change]
    path = tmp_path / "document.md"
    path.write_bytes(data)
    found, plain = api.check(path), api.check(WRONG)
    assert [(s.line, s.column, s.end_column, s.code) for s in found.slips] == [
        (s.line, s.column, s.end_column, s.code) for s in plain.slips
    ]
    assert len(found.slips) == 1
    assert found.summary == plain.summary


def test_a_decimal_comma_is_read_for_the_whole_document() -> None:
    """Decimal commas change nothing but the spelling."""
    comma = WRONG.replace("w_1 = 0.5, w_2 = -0.25, b = 0", "w_1 = 0.5; w_2 = -0.25; b = 0")
    assert _findings(re.sub(r"(?<=\d)\.(?=\d)", ",", comma)) == _findings(comma)


MOJIBAKE = {
    "minus": "z_2 = 0.5·3 âˆ’ 0.25·5 + 0 = 0.25",
    "dot": "z_2 = 0.5Â·3 + (-0.25)Â·5 + 0 = 0.25",
    "replacement": "z_2 = 0.5·3 \ufffd 0.25·5 + 0 = 0.25",
    "approximately": "z_2 â‰ˆ 0.25",
    "digit": "z_2 = 0.5·3 + (-0.25)·5 + 0 = 0\ufffd25",
}


@pytest.mark.parametrize("name", MOJIBAKE)
def test_mojibake_is_never_a_wrong_reading(name: str) -> None:
    """Characters that were destroyed on the way: read as meant, or listed as unread, but no slip comes of it."""
    marking = api.check(HEAD + "\n" + MOJIBAKE[name] + "\n")
    assert marking.slips == ()
    read = {v.line for v in marking.report.verdicts if v.status in (Status.RIGHT, Status.RIGHT_ROUNDED)}
    assert 14 in read
    assert 16 in read | {item.line for item in marking.unread}


def test_bytes_that_are_no_text_are_named_with_their_place(tmp_path: Path) -> None:
    """A stray byte in the middle of a text: one sentence with the line, or read with that character left out of numbers."""
    path = tmp_path / "stray.md"
    path.write_bytes(GOOD.encode() + b"\nz_2 = 0.2\xff5\n")
    ran = _deltarule("check", str(path))
    if ran.status == 2:
        assert "stray.md" in ran.out + ran.err
        assert re.search(r"line \d+|UTF-8|encoding", ran.out + ran.err)
    else:
        marking = api.check(path)
        assert marking.slips == ()


@pytest.mark.parametrize("command", ["check", "solve"])
def test_a_path_that_is_not_there(tmp_path: Path, command: str) -> None:
    """A missing file: status 2, and a sentence that names it."""
    ran = _deltarule(command, str(tmp_path / "nowhere.md"))
    assert ran.status == 2
    assert "nowhere.md" in ran.out + ran.err
