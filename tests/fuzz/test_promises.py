"""Whatever is read ends with a report that keeps its promises: the kept corpus, and documents drawn from the grammar."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import grammar
from tools.fuzzing import mutate, stretch
from tools.fuzzing.promises import examine

ROOT = Path(__file__).resolve().parents[2]
CORPUS = sorted((ROOT / "tests" / "fuzz_corpus").glob("*.md"))
SOLUTIONS = [path.read_text("utf-8") for path in sorted((ROOT / "tests" / "solutions").glob("*.md"))]
HEAD = (ROOT / "tests" / "fuzz_corpus" / "head.md").read_text("utf-8")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_kept_corpus(path: Path) -> None:
    """Every text that once broke something is marked and written in every format, twice with the same result."""
    text = path.read_bytes().decode("utf-8", "replace")
    assert examine(text, every_format=True) == examine(text)


@settings(max_examples=200)
@given(grammar.documents, st.booleans())
def test_documents_drawn_from_the_grammar(text: str, headed: bool) -> None:
    """Statements in every notation, with an exercise before them or without one."""
    examine(HEAD + text if headed else text)


@settings(max_examples=100)
@given(st.sampled_from(SOLUTIONS), st.randoms(use_true_random=False))
def test_worked_solutions_changed_at_random(text: str, random: Random) -> None:
    """Lines and tokens moved, doubled, nested, cut; the changes are the fuzzer's."""
    examine(mutate.changed(text, random, 6_000))


@settings(max_examples=30)
@given(st.lists(grammar.noise, min_size=1, max_size=3), st.sampled_from(stretch.BETWEEN), st.booleans())
def test_a_few_pieces_over_and_over(pieces: list[str], between: str, headed: bool) -> None:
    """Six thousand characters of few pieces."""
    examine(stretch.filled(pieces, between, headed, size=6_000))
