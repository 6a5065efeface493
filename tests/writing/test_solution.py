"""Worked solutions as such: which epochs are shown, and what every format says."""

import re
from dataclasses import replace

import pytest

from deltarule.errors import UsageError
from deltarule.exercise import Carry, Exercise
from deltarule.report import Report
from deltarule.trace import run
from deltarule.writing.solution import FORMATS, epochs_to_show, write_solution
from deltarule.written import parse_number


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        ("1-3,last", (1, 2, 3, 9)),
        ("2", (2,)),
        (" 4 - 5 , 1 ", (1, 4, 5)),
        ("7-", (7, 8, 9)),
        ("8-last", (8, 9)),
        ("3–4", (3, 4)),
        ("last,9", (9,)),
        ("all", tuple(range(1, 10))),
    ],
)
def test_epochs_are_picked_by_a_short_list(text: str, epochs: tuple[int, ...]) -> None:
    """Numbers, ranges, open ends and `last`, in any order and each once."""
    assert epochs_to_show(text, 9) == epochs


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "write for example 1-3,last"),
        ("first", "write for example 1-3,last"),
        ("-2", "write for example 1-3,last"),
        ("1,,2", "write for example 1-3,last"),
        ("٣", "write for example 1-3,last"),
        ("9" * 5000, "write for example 1-3,last"),
        ("5-2", "write 2-5"),
        ("0", "no epoch 0 to show; the run has epochs 1 to 9"),
        ("8-12", "no epoch 12 to show; the run has epochs 1 to 9"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_with_advice(text: str, advice: str) -> None:
    """A wrong list of epochs is answered with what to write, or with the epochs that there are."""
    with pytest.raises(UsageError, match=re.escape(advice)):
        epochs_to_show(text, 9)


def test_an_unknown_format_is_refused_with_those_there_are(homework: Report) -> None:
    """A format that does not exist is answered with the list of formats."""
    with pytest.raises(UsageError, match="choose from terminal, markdown, latex, html, json"):
        write_solution(run(homework.exercise), None, "pdf")


@pytest.mark.parametrize("form", FORMATS)
def test_the_verdict_and_its_evidence_are_in_every_format(homework: Report, form: str) -> None:
    """What the diagnosis found stands in the solution, whatever the format."""
    text = write_solution(run(homework.exercise), homework.diagnosis, form)
    assert "11.1 times the largest stable learning rate" in text
    assert "diverg" in text


@pytest.mark.parametrize("form", FORMATS)
def test_only_the_chosen_epochs_are_worked(homework: Report, form: str) -> None:
    """The loss of an epoch that is left out is not worked; one that is shown is."""
    text = write_solution(run(homework.exercise), None, form, show=(1, 4))
    assert "34724944.43" in text  # the loss of epoch 4, with two printed places
    assert "14.19" not in text  # an error of epoch 2


@pytest.mark.parametrize("form", ["terminal", "markdown", "latex", "html"])
def test_what_is_left_out_is_said(homework: Report, form: str) -> None:
    """Where epochs are left out, the solution says which, and with which weights it goes on."""
    text = write_solution(run(homework.exercise), None, form, show=(1, 4))
    assert "Epochs 2 to 3 are worked in the same way and not shown here" in text
    assert text.index("345.16") < text.rindex("Epoch 4")


@pytest.mark.parametrize("form", ["terminal", "markdown", "latex", "html"])
def test_a_decimal_comma_leaves_no_decimal_point(homework: Report, form: str) -> None:
    """With a decimal comma, no number of the solution keeps its point, those in sentences included."""
    text = write_solution(run(homework.exercise), homework.diagnosis, form, decimal_comma=True)
    body = re.sub(
        r"(?s)<style>.*?</style>|<svg.*?</svg>|<[^>]*>|\\documentclass.*?\\begin\{document\}", "", text
    )
    assert not re.search(r"\d\.\d", body)
    assert re.search(r"0(?:,|\{,\})08", body)


def test_a_batch_has_its_own_heading(homework: Report) -> None:
    """Headings name the sample where samples come one by one, and the samples of a batch where there are several."""
    single = write_solution(run(replace(homework.exercise, batch_size=1)), None, "markdown")
    assert "\n### Epoch 1, sample 2\n" in single
    batches = write_solution(run(replace(homework.exercise, batch_size=3)), None, "markdown")
    assert "\n### Epoch 1, batch 1 (samples 1–3)\n" in batches
    assert "\n### Epoch 1, batch 2 (sample 4)\n" in batches
    assert "###" not in write_solution(run(homework.exercise), None, "markdown")


@pytest.mark.parametrize("form", FORMATS)
def test_classes_may_have_names(homework: Report, form: str) -> None:
    """Classes that are words are printed as words, escaped for the format."""
    named = replace(homework.exercise, labels=("no_cat & <b>", "cat"))
    text = write_solution(run(named), None, form)
    assert "cat" in text
    assert ("<b>" in text) == (form in ("terminal", "json"))


def test_a_neuron_without_threshold_predicts_no_class(homework: Report) -> None:
    """Without a threshold there are outputs, and no classes, accuracy or table of them."""
    text = write_solution(run(replace(homework.exercise, threshold=None)), None, "markdown")
    assert "## Predictions" in text
    assert "ccuracy" not in text
    assert "hat{y}" not in text


def test_the_class_is_told_by_digits_that_show_it() -> None:
    """An output shown as 0.50 that lies below the threshold of 0.5 is compared with as many digits as it takes."""
    near = Exercise(
        features=((parse_number("1"),),),
        targets=(parse_number("0"),),
        weights=(parse_number("0.4999999"),),
        bias=parse_number("0"),
        learning_rate=parse_number("0.1"),
        epochs=0,
        threshold=parse_number("0.5"),
        carry=Carry.UNROUNDED,
    )
    text = write_solution(run(near), None, "terminal")
    assert "0.4999999 < 0.5 ⇒ ŷ₁ = 0" in text or "0.49999990 < 0.5 ⇒ ŷ₁ = 0" in text
