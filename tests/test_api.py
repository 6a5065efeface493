"""From Python: exercises, solutions and markings are records that print well."""

import gc
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import deltarule
from deltarule import api
from deltarule.checking.ledger import Ledger
from deltarule.checking.walk import Walk
from deltarule.document import Document
from deltarule.errors import DeltaruleError, InputError, UsageError
from deltarule.exercise import Carry, Exercise
from deltarule.formulas import Role
from deltarule.report import Report, Summary
from deltarule.spans import Source
from deltarule.trace import Quantity
from deltarule.written import RoundingMode

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "diverging-neuron"

TINY = """
learning_rate = 0.1
epochs = 1
[start]
weights = [0.4]
bias = 0.2
[data]
rows = [[3, 2], [1, 0]]
"""


def test_the_front_door_is_complete() -> None:
    """Every public name is there, and one that is not says so."""
    for name in deltarule.__all__:
        assert getattr(deltarule, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'trainn'"):
        _ = deltarule.trainn


def test_consoles_can_complete_the_names() -> None:
    """`dir` lists what is there before it is loaded."""
    assert set(deltarule.__all__) <= set(dir(deltarule))


def test_records_are_short_where_a_console_echoes_them() -> None:
    """One line says what it is and how it ended; print shows all of it."""
    assert repr(deltarule.solve(TINY)) == "<Solution: 2 samples, 1 feature, 1 epoch; max-epochs>"
    marking = deltarule.check("z = 0.4 * 3 + 0.2 = 1.5\n")
    assert repr(marking) == "<Marking of '<text>': slips; 1 claim, 1 slip>"


def test_a_setting_that_there_is_not_is_named() -> None:
    """The message is about `solve`, and lists what there is."""
    with pytest.raises(TypeError, match=r"^solve\(\) has no setting 'foo'; it has activation, batch_size"):
        deltarule.solve(TINY, foo=1)


def test_a_run_without_epochs_is_not_on_its_way() -> None:
    """Nothing was trained, and the verdict says so."""
    solution = deltarule.solve(TINY, epochs=0)
    assert solution.diagnosis.outcome == "untrained"
    assert "Nothing was trained" in str(solution)
    assert "on its way" not in str(solution)


def test_one_is_one(tmp_path: Path) -> None:
    """Counts and verbs agree: one weight, one sample, one column."""
    two = TINY.replace("[[3, 2], [1, 0]]", "[[3, 1, 2], [1, 1, 0]]")
    for settings in ({}, {"weights": [1]}):
        with pytest.raises(InputError, match="1 start weight for 2 features"):
            deltarule.solve(two, **settings)
    with pytest.raises(InputError, match="the data table has 1 column;"):
        deltarule.solve(TINY.replace("[[3, 2], [1, 0]]", "[[3], [1]]"))
    learner = TINY.replace("[[3, 2], [1, 0]]", "[[3, 0], [-1, 0]]")
    said = str(
        deltarule.solve(learner, activation="step", weights=[-1], bias=0, learning_rate="0.0001", places=4)
    )
    assert "1 of 2 samples is wrong" in said


def test_the_parts_of_the_summary_add_up() -> None:
    """Claims are counted by how they ended; how many slips they hold is said beside, where one holds several."""
    marking = deltarule.check(EXAMPLE / "solution.md")
    said = " ".join(str(marking).split())
    assert (
        "111 claims checked: 73 right, 15 right as rounded or carried, 5 right given an earlier slip, "
        "18 with slips (19 slips in all), 0 not read, 0 not checked." in said
    )
    assert marking.summary.claims == 73 + 15 + 5 + 18


def test_formulas_are_the_same_in_every_format() -> None:
    """What takes the place of its old value has an arrow in the JSON too."""
    solution = deltarule.solve(TINY)
    formulas = [entry["text"] for entry in json.loads(solution.write("json"))["formulas"]]
    assert "wⱼ ← wⱼ + Δwⱼ" in formulas
    assert all(f"  {formula}\n" in str(solution) for formula in formulas)


def test_solving_a_text_gives_the_values_worked_by_hand() -> None:
    """z = 0.4 * 3 + 0.2 = 1.4, e = 0.6 and -0.6, gradient -1.2, so w = 0.4 + 0.12 = 0.52."""
    solution = deltarule.solve(TINY)
    assert solution.trace.values[Quantity(Role.NET_INPUT, None, 1, 1)] == Fraction("1.4")
    assert solution.trace.values[Quantity(Role.GRADIENT, 1, None, 1)] == Fraction("-1.2")
    assert solution.trace.shown[Quantity(Role.WEIGHT, 1, None, 1)].text == "0.52"
    assert solution.exercise.epochs == 1


def test_a_solution_prints_well() -> None:
    """Text, Markdown and HTML all hold the first value; the HTML is framed, so that it leaves a notebook alone."""
    solution = deltarule.solve(TINY)
    assert "1.4" in str(solution)
    assert "\x1b" not in str(solution)
    assert "1.4" in solution._repr_markdown_()
    html = solution._repr_html_()
    assert html.startswith("<iframe")
    assert "<script" not in html
    assert "&lt;" in html


def test_settings_replace_what_the_exercise_says() -> None:
    """Numbers may be given as text, int, float or Decimal, and are taken as they print."""
    solution = deltarule.solve(
        TINY, epochs=2, learning_rate=Decimal("0.50"), weights=["0.1"], bias=1, threshold=0.5, batch_size=1
    )
    exercise = solution.exercise
    assert exercise.learning_rate is not None
    assert (exercise.learning_rate.text, exercise.weights[0].text, exercise.batch_size) == ("0.50", "0.1", 1)
    assert len(solution.trace.steps) == 4
    rounded = api.adjusted(exercise, figures=3, rounding="truncate", carry="unrounded", batch_size="full")
    assert (rounded.precision.figures, rounded.precision.places) == (3, None)
    assert rounded.precision.mode is RoundingMode.TRUNCATE
    assert (rounded.carry, rounded.batch_size) == (Carry.UNROUNDED, None)
    assert api.adjusted(exercise) == exercise


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": "fast"}, "learning_rate: 'fast' is not a number"),
        ({"learning_rate": float("nan")}, "learning_rate: 'nan' is not a number"),
        ({"learning_rate": 0}, "the learning rate is 0; give one above 0"),
        ({"weights": [1, 2]}, "2 start weights for 1 feature"),
        ({"batch_size": "half"}, "batch_size is 'half'; give \"full\""),
        ({"batch_size": 0}, "batch_size is '0'"),
        ({"rounding": "up"}, "unknown rounding 'up'; choose from half-up, half-even, truncate"),
        ({"carry": "all"}, "unknown carry 'all'; choose from printed, unrounded"),
        ({"activation": "softmax"}, "unknown activation 'softmax'"),
        ({"places": 2, "figures": 2}, "give one of them"),
        ({"epochs": -1}, "-1 epochs; give a number from 0"),
        ({"epochs": "x"}, "epochs is 'x'; give a whole number"),
        ({"epochs": 1.5}, "epochs is 1.5; give a whole number"),
        ({"places": "x"}, "places is 'x'; give a whole number"),
        ({"weights": 5}, "weights is 5; give a list of numbers"),
        ({"weights": "0.1"}, "weights is '0.1'; give a list of numbers"),
        ({"activation": ["relu"]}, "activation is ['relu']; give its name as text"),
        ({"rate_factor": 0}, "the rate's factor is 0; give a number above 0"),
        ({"rate_factor": -1}, "the rate's factor is -1; give a number above 0"),
        ({"loss": "mse"}, "unknown loss 'mse'; choose from squared, log"),
        ({"loss": "hinge"}, "no worked solutions are written for the hinge loss"),
        (
            {"epochs": 10_000, "batch_size": 1},
            "lines to be worked, however few are shown, and 200000 is the most",
        ),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], message: str) -> None:
    """A setting that cannot be gets a message with a remedy."""
    with pytest.raises(InputError) as caught:
        deltarule.solve(TINY, **settings)
    assert message in str(caught.value)


def test_what_is_missing_is_said_of_the_file(tmp_path: Path) -> None:
    """An exercise without a learning rate is refused by name, with the way to give one."""
    path = tmp_path / "e.toml"
    path.write_text(TINY.replace("learning_rate = 0.1", ""), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        deltarule.solve(path)
    assert str(caught.value) == f"{path}: no learning rate found; give `learning_rate` or write `\\eta = ...`"
    assert deltarule.solve(path, learning_rate="0.1").exercise.missing == ()


def test_exercises_are_read_from_every_kind_of_file(tmp_path: Path) -> None:
    """TOML and CSV files are known by their names, and texts by what they hold."""
    assert deltarule.read_exercise(EXAMPLE / "exercise.toml").epochs == 4
    path = tmp_path / "d.csv"
    path.write_text("a,y\n1,2\n", encoding="utf-8")
    assert deltarule.read_exercise(path).targets[0].text == "2"
    assert deltarule.read_exercise("a,y\n1,2\n").targets[0].text == "2"
    assert deltarule.read_exercise(TINY).weights[0].text == "0.4"


def test_a_path_that_does_not_exist_is_not_taken_for_a_text() -> None:
    """A mistyped file name is a missing file, not a document of one line."""
    with pytest.raises(InputError, match=r"solutoin\.md: no such file"):
        deltarule.check("solutoin.md")


def test_explain_gives_a_page_or_the_list() -> None:
    """The page of a code prints as text; an unknown code is a usage error that every deltarule error is."""
    assert str(deltarule.explain("sign.value")).startswith("sign.value: right size, wrong sign")
    assert "copying.row" in str(deltarule.explain())
    with pytest.raises(UsageError):
        deltarule.explain("nothing")
    assert issubclass(UsageError, DeltaruleError)


def test_a_marking_prints_well() -> None:
    """A marking is text, a rich renderable, Markdown and an HTML fragment of its own style, and gives its fields."""
    source = Source("a.md", "z = 1 <b>")
    report = Report(source, Exercise(), "clean", Summary(1, 1, 0, 0, 0, 0, 0), (), (), (), (), (), (), None)
    marking = api.Marking(report)
    assert str(marking).startswith("a.md: no slips\n")
    assert marking.__rich__().plain.startswith("a.md: no slips\n")
    assert marking._repr_markdown_().startswith("# a.md: no slips")
    html = marking._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<html" not in html
    assert "<body" not in html
    assert (marking.verdict, marking.slips, marking.summary.claims) == ("clean", (), 1)
    assert marking.to_dict()["source"] == "a.md"


def test_an_unusable_file_is_a_marking_too() -> None:
    """For programs that expect one object a document, a file that cannot be used is an unreadable document."""
    marking = api.unreadable("x.md", InputError("is a picture, not text", line=3))
    assert marking.verdict == "unreadable"
    assert marking.to_dict()["unread"] == [{"line": 3, "text": "", "reason": "is a picture, not text"}]


WRONG = "w = 0.5\nx = 2\nz = w x = 0.5 * 2 = 1.1\ny = 1\ne = y - z = 1 - 1.1 = -0.1\n-0.5^2 + 1 = 1.25\n"


@pytest.mark.parametrize(
    "text", [WRONG, (Path(__file__).parents[1] / "examples/diverging-neuron/solution.md").read_text("utf-8")]
)
def test_what_a_document_needed_is_freed_with_its_report(text: str) -> None:
    """No circle holds the records of a marking, and the garbage collector is left as it was."""
    gc.collect()
    gc.disable()
    try:
        api.check(text)
        assert not gc.isenabled()
        assert not [kept for kept in gc.get_objects() if isinstance(kept, Document | Ledger | Walk)]
    finally:
        gc.enable()
    api.check(text)
    assert gc.isenabled()
