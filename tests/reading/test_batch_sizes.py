"""How many samples an update takes, as a document says it."""

import pytest

from deltarule.reading import read_document, understand
from deltarule.reading.batch_sizes import told_batch_size
from deltarule.spans import Source


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("We use batch size $B = 2$.", 2),
        ("mini-batches of two samples", 2),
        ("batch_size = 4", 4),
        ("Batch-Größe: 3", 3),
        ("lotes de 2 muestras", 2),
        ("размер батча 2", 2),
        ("批大小为 2", 2),
        ("the batch loss is 2", None),
        ("a batch size of 2.5", None),
        ("batch gradient descent with 2 epochs", None),
    ],
)
def test_a_size_is_told_in_words(text: str, size: int | None) -> None:
    """A whole number behind the words for it; other numbers near a batch are none."""
    assert told_batch_size(text) == size


POINTS = "The points (1, 3), (2, 4), (3, 5), (4, 7); w = 1, b = 0, η = 0.1. "


@pytest.mark.parametrize(
    ("told", "size", "bias"),
    [
        ("Batch size B = 2, g_w = 1/B Σ (ŷ_i - y_i) x_i.", 2, "0"),
        ("g_w = 1/4 Σ (ŷ_i - y_i) x_i.", None, "0"),
    ],
)
def test_the_letter_of_a_size_is_no_bias(told: str, size: int | None, bias: str) -> None:
    """A capital B that a formula divides by counts the samples of a batch."""
    exercise = understand(read_document(Source("", f"{told} {POINTS}\n\nŷ_1 = 1·1 + 0 = 1\n"))).exercise
    assert exercise.batch_size == size
    assert exercise.bias is not None
    assert exercise.bias.text == bias


def test_a_bias_in_capitals_is_one() -> None:
    """B = 2 that nothing is divided by is the bias."""
    exercise = understand(
        read_document(
            Source("", "| x | y |\n|---|---|\n| 1 | 2 |\n| 2 | 3 |\n\nw = 1, B = 2, η = 0.1\n\nz = w x + B\n")
        )
    ).exercise
    assert exercise.bias is not None
    assert exercise.bias.text == "2"
