"""An exercise in TOML keeps its numbers as written; what is wrong with it is named with line and remedy."""

from fractions import Fraction
from pathlib import Path

import pytest

from deltarule.errors import InputError
from deltarule.exercise import Carry
from deltarule.reading.exercise_toml import looks_like_toml, read_exercise_toml
from deltarule.reading.files import load
from deltarule.spans import Source
from deltarule.written import RoundingMode

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "diverging-neuron" / "exercise.toml"
DATA = "[data]\nrows = [[1, 2], [3, 4]]\n"


def refusal(text: str, name: str = "e.toml") -> str:
    """The message with which a text is refused."""
    with pytest.raises(InputError) as caught:
        read_exercise_toml(Source(name, text))
    return str(caught.value)


def test_the_example_is_read_whole() -> None:
    """Every key of the example file arrives, and nothing is missing."""
    exercise = read_exercise_toml(load(EXAMPLE))
    assert [[int(cell.value) for cell in row] for row in exercise.features] == [
        [5, 8, 6],
        [6, 4, 3],
        [8, 5, 9],
        [7, 9, 1],
    ]
    assert [target.text for target in exercise.targets] == ["1", "1", "0", "0"]
    assert [weight.text for weight in exercise.weights] == ["0.08", "0.06", "0.03"]
    assert exercise.bias is not None
    assert exercise.bias.text == "0"
    assert exercise.learning_rate is not None
    assert exercise.learning_rate.value == Fraction(1, 10)
    assert exercise.threshold is not None
    assert exercise.threshold.text == "0.5"
    assert (exercise.epochs, exercise.batch_size, exercise.convention) == (4, None, "mean")
    assert (exercise.feature_names, exercise.target_name) == (("x_1", "x_2", "x_3"), "y")
    assert exercise.missing == ()
    assert exercise.complete() is exercise


@pytest.mark.parametrize(
    "text", ["0.10", "1e-3", "-0.0500", "+0.5", "3.1415926535897932384626433832795", "7"]
)
def test_numbers_keep_their_text_and_exact_value(text: str) -> None:
    """No digit is lost or added on the way, trailing zeros and thirty places included."""
    bias = read_exercise_toml(Source("e", f"[start]\nbias = {text}")).bias
    assert bias is not None
    assert bias.text == text
    assert bias.value == Fraction(text)


def test_settings_are_read() -> None:
    """Mini-batches, rounding, labels and an own target column are taken over."""
    text = """
        batch_size = 1
        labels = ["no", "yes"]
        activation = "sigmoid"
        loss = "log"
        [data]
        columns = ["a", "y", "b"]
        target = "y"
        rows = [[1, 0, 2.50], [3, 1, 4]]
        [rounding]
        figures = 4
        mode = "half-even"
        carry = "unrounded"
    """
    exercise = read_exercise_toml(Source("e", text))
    assert exercise.batch_size == 1
    assert exercise.labels == ("no", "yes")
    assert (exercise.activation, exercise.loss) == ("sigmoid", "log")
    assert exercise.feature_names == ("a", "b")
    assert [[cell.text for cell in row] for row in exercise.features] == [["1", "2.50"], ["3", "4"]]
    assert (exercise.precision.figures, exercise.precision.places) == (4, None)
    assert exercise.precision.mode is RoundingMode.HALF_EVEN
    assert exercise.carry is Carry.UNROUNDED


def test_what_is_not_given_is_missing() -> None:
    """A file with data only is an exercise that names what it lacks."""
    exercise = read_exercise_toml(Source("e", DATA))
    assert exercise.missing == ("weights", "bias", "learning_rate")
    assert exercise.feature_names == ("x_1",)
    assert read_exercise_toml(Source("e", "epochs = 2")).missing == (
        "data",
        "weights",
        "bias",
        "learning_rate",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "epochs = 2\nlerning_rate = 0.1",
            "e.toml:2: unknown key 'lerning_rate'; did you mean learning_rate?",
        ),
        ("[data]\nrow = []", "e.toml:2: unknown key 'row' in [data]; did you mean rows?"),
        ("[strat]\nbias = 0", "e.toml:1: unknown key 'strat'; did you mean start?"),
        ("learning_rate = 0", "e.toml:1: the learning rate is 0; give one above 0"),
        ("\nlearning_rate = -0.1", "e.toml:2: the learning rate is -0.1; give one above 0"),
        ("learning_rate = nan", "e.toml:1: learning_rate: 'nan' is not a number"),
        ("learning_rate = -inf", "e.toml:1: learning_rate: '-inf' is not a number"),
        ("learning_rate = true", "e.toml:1: learning_rate is true or false, not a number"),
        (
            'learning_rate = "0,1"',
            "e.toml:1: learning_rate is the text '0,1', not a number; write it without quotes",
        ),
        ("learning_rate = 2020-01-01", "e.toml:1: learning_rate is a date or time, not a number"),
        ("learning_rate = 1e10000000", "e.toml:1: learning_rate: exponent 10000000 is beyond ±400"),
        (f"learning_rate = 0.{'1' * 90}", "a number of 91 digits"),
        (f"learning_rate = {'1' * 90}", "learning_rate has more than 60 digits"),
        (f"learning_rate = {'1' * 9000}", "holds a number or date that cannot be read"),
        ("epochs = 2.5", "e.toml:1: epochs is 2.5; give a whole number from 0 to 10000"),
        ("epochs = -1", "e.toml:1: epochs is -1"),
        ("epochs = 10001", "e.toml:1: epochs is 10001"),
        ('epochs = "4"', "e.toml:1: epochs is the text '4'"),
        ("batch_size = 0", "e.toml:1: batch_size is 0"),
        ('batch_size = "half"', "e.toml:1: batch_size is the text 'half'; give \"full\" or a whole number"),
        ('activation = "sigmiod"', "e.toml:1: unknown activation 'sigmiod'; did you mean \"sigmoid\"?"),
        ("activation = 3", "e.toml:1: activation is a whole number; choose from"),
        (
            'convention = "avg"',
            'unknown convention \'avg\'; choose from "mean", "half-mean", "sum", "half-sum"',
        ),
        ('loss = "log"', 'the log loss goes with the sigmoid activation; set activation = "sigmoid"'),
        ("labels = [1]", "e.toml:1: labels is a list"),
        ("start = 3", "e.toml:1: start is a whole number; write it as a table headed [start]"),
        ("[start]\nweights = 0.1", "e.toml:2: weights is a number; write a list of numbers"),
        ("[start]\nweights = []", "e.toml:2: weights is an empty list"),
        ("[start]\nweights = [0.1, 'a']", "e.toml:2: weights, number 2 is the text 'a', not a number"),
        (
            f"[start]\nweights = [1, 2]\n{DATA}",
            "e.toml:2: 2 start weights for 1 feature; give one weight for each",
        ),
        ("[data]\nrows = []", "e.toml:2: the data table has no rows; give at least one"),
        ("[data]\nrows = 5", "e.toml:2: rows is a whole number; write a list of rows"),
        ("[data]\nrows = [1, 2]", "e.toml:2: rows is a list; write a list of rows"),
        ("[data]\nrows = [[1]]", "e.toml:2: the data table has 1 column; give the target and 1 to 200"),
        (
            "[data]\nrows = [\n  [1, 2],\n  [3],\n]",
            "e.toml:4: row 2 of the data table has 1 numbers instead of 2",
        ),
        ("[data]\nrows = [\n # [ \n [1, '[']]", "e.toml:4: row 1, number 2 is the text '[', not a number"),
        ("[data]\nrows = [[1, nan]]", "e.toml:2: row 1, number 2: 'nan' is not a number"),
        (
            "[data]\ncolumns = ['a', 'b', 'c']\nrows = [[1, 2]]",
            "row 1 of the data table has 2 numbers instead of 3",
        ),
        ("[data]\ncolumns = ['a', 'a']\nrows = [[1, 2]]", "e.toml:2: two columns are called 'a'"),
        ("[data]\ncolumns = 'a'\nrows = [[1, 2]]", "e.toml:2: columns is the text 'a'"),
        (f"{DATA}target = 'z'", 'e.toml:3: no column is called \'z\'; choose from "x_1", "y"'),
        ("[rounding]\nplaces = 2\nfigures = 3", "e.toml:3: rounding has both places and figures; give one"),
        ("[rounding]\nplaces = 31", "e.toml:2: places is 31; give a whole number from 0 to 30"),
        (
            "[rounding]\nmode = 'up'",
            'e.toml:2: unknown mode \'up\'; choose from "half-up", "half-even", "truncate"',
        ),
        ("[rounding]\ncarry = 'all'", "e.toml:2: unknown carry 'all'"),
        ("epochs = 1\nepochs = 2", "e.toml:2: is not TOML: Cannot overwrite a value"),
        ("epochs = 1\nx = = 2", "e.toml:2: is not TOML"),
        ("x = [", "e.toml:1: is not TOML"),
        ("epochs = 2\nlearning_rate = 0,05", "; write 0.05, with a decimal point"),
    ],
)
def test_mistakes_are_named_with_line_and_remedy(text: str, message: str) -> None:
    """Each mistake that people make gets a message that says where it is and what to do."""
    assert message in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 10_000,
        "x = " + "[\n" * 10_000,
        "x = " + "{a = " * 10_000,
        "x = " + "[ { a = " * 1_000,
        "a" + ".a" * 100_000 + " = 1",
        "[" + "a." * 100_000 + "a]",
        "\n".join(f"a{i}.b = 1" for i in range(10_000)),
        'x = "' + "a" * 1_000_000,
        "x = 0x" + "f" * 1_000_000,
        "x = " + "1_" * 1_000_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_files_are_refused(text: str) -> None:
    """Ten thousand brackets, a key of a hundred thousand parts or a line of a megabyte get a message, not a crash."""
    assert refusal(text).startswith("e.toml")


def test_too_large_tables_are_refused() -> None:
    """Rows and columns beyond what anybody works by hand are refused by their number."""
    assert "the data table has 10001 rows" in refusal("[data]\nrows = [" + "[1, 2], " * 10_001 + "]")
    wide = ", ".join("1" for _ in range(300))
    assert "the data table has 300 columns" in refusal(f"[data]\nrows = [[{wide}]]")


def test_the_table_may_be_a_file_beside_it(tmp_path: Path) -> None:
    """A CSV file in the exercise's folder gives the rows, and errors in it name that file."""
    (tmp_path / "d.csv").write_text("a,b,y\n1,2,0\n3,4.50,1\n", encoding="utf-8")
    path = tmp_path / "e.toml"
    path.write_text('[data]\nfile = "d.csv"\ntarget = "b"\n', encoding="utf-8")
    exercise = read_exercise_toml(load(path))
    assert [target.text for target in exercise.targets] == ["2", "4.50"]
    (tmp_path / "d.csv").write_text("a,b\n1,x\n", encoding="utf-8")
    path.write_text('[data]\nfile = "d.csv"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"d\.csv:2: cell 2: 'x' is not a number"):
        read_exercise_toml(load(path))


@pytest.mark.parametrize("name", ["../d.csv", "/etc/passwd", "sub/../../d.csv", "link.csv"])
def test_a_table_outside_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    """A file name cannot lead out of the exercise's folder, not even by a link."""
    (tmp_path / "d.csv").write_text("a,y\n1,2\n", encoding="utf-8")
    folder = tmp_path / "exercise"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.csv").symlink_to(tmp_path / "d.csv")
    path = folder / "e.toml"
    path.write_text(f'[data]\nfile = "{name}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="lies outside the exercise's folder"):
        read_exercise_toml(load(path))


def test_a_table_is_given_once(tmp_path: Path) -> None:
    """Rows and a file together, or a file for an exercise from standard input, are refused."""
    assert "the data table is given twice" in refusal('[data]\nrows = [[1, 2]]\nfile = "d.csv"')
    assert "write rows instead" in refusal('[data]\nfile = "d.csv"', "-")
    (tmp_path / "e.toml").write_text('[data]\nfile = "none.csv"', encoding="utf-8")
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        read_exercise_toml(load(tmp_path / "e.toml"))


def test_an_exercise_is_told_from_a_document() -> None:
    """A text without a file name is taken for TOML by its own keys, not because it holds an equals sign."""
    assert looks_like_toml("# comment\nepochs = 4")
    assert looks_like_toml("[data]\nrows = []")
    assert not looks_like_toml("$$w = 0.1$$\nb = 0\nz = 1 + 2 = 3")
