"""What the author concluded, against the evidence."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from deltarule.checking.ledger import Entry, Ledger
from deltarule.checking.wording import plain
from deltarule.document import Document, Sentence
from deltarule.formulas import Role
from deltarule.history import Outcome
from deltarule.report import Conclusion, Diagnosis, ExactRun
from deltarule.trace import Quantity
from deltarule.written import Written, is_rounding

_OF_THE_LOSSES = ("loss-growing", "loss-falling")
_FALLING = frozenset({"loss-falling", "converging"})
_GROWING = frozenset({"loss-growing", "diverging", "rate-too-high"})


def denied(
    sentences: Sequence[Sentence], ledger: Ledger, exact: ExactRun | None
) -> list[tuple[Sentence, str]]:
    """Conclusions that the author's own losses deny, and the exact ones too: one a line, with what is so.

    Losses of one sample at a time say nothing, for each is of another sample. And where the author says somewhere what is so,
    the opposite elsewhere is about other runs, or about runs in general.
    """
    if exact is None or len(ledger.batches) > 1:
        return []
    own = [entry.printed for _, entry in ledger.printed_values(Role.LOSS) if entry.printed]
    said = {sentence.topic for sentence in sentences}
    for topics, others, direction in ((_FALLING, _GROWING, 1), (_GROWING, _FALLING, -1)):
        if said & others or not said & topics or not _climbs([loss.value * direction for loss in own]):
            continue
        if _climbs([loss * direction for loss in exact.losses]):
            word = "grows" if direction > 0 else "falls"
            first, last = plain(own[0]), plain(own[-1])
            told = {sentence.line: sentence for sentence in reversed(sentences) if sentence.topic in topics}
            return [
                (
                    sentence,
                    f"The loss {word} from {first} to {last}: that is the opposite of what is said here.",
                )
                for _, sentence in sorted(told.items())
            ]
    return []


def _climbs(losses: Sequence[Fraction]) -> bool:
    return len(losses) > 1 and all(before < after for before, after in pairwise(losses))


def conclusions(document: Document, exact: ExactRun | None) -> tuple[Conclusion, ...]:
    """Each conclusion with whether it is borne out; the first on each topic, opposites after it are not about the run."""
    told: dict[str, Sentence] = {}
    opposite = {
        "converging": "diverging",
        "diverging": "converging",
        "rate-too-low": "rate-too-high",
        "rate-too-high": "rate-too-low",
    }
    for item in document.items:
        if isinstance(item, Sentence) and item.topic not in told and opposite.get(item.topic, "") not in told:
            told[item.topic] = item
    told = {topic: said for topic, said in told.items() if topic not in ("loss-figure", *_OF_THE_LOSSES)}
    diagnosis = exact.diagnosis if told and exact is not None else None
    if diagnosis is None:
        return ()
    return tuple(
        Conclusion(said.span, document.source.told_line(said.line), topic, *_judged(said, diagnosis))
        for topic, said in told.items()
    )


def _judged(sentence: Sentence, diagnosis: Diagnosis) -> tuple[bool | None, str]:
    limit, rate = diagnosis.largest_stable_rate, float(diagnosis.learning_rate)
    diverging = diagnosis.outcome in (Outcome.DIVERGING, Outcome.OVERFLOW)
    topic = sentence.topic
    if topic == "diverging":
        return (
            diverging,
            diagnosis.outcome.sentence,
        )
    if topic == "converging":
        return (
            not diverging,
            diagnosis.outcome.sentence,
        )
    if topic == "rate-too-high" and limit is not None:
        right = rate > limit if diagnosis.limit_is_exact or rate <= limit else None
        return (
            right,
            f"The learning rate {rate:g} is {rate / limit:.3g} times the largest stable one, {limit:.4g}.",
        )
    if topic == "rate-too-low" and limit is not None:
        return (
            rate < limit / 10,
            f"The learning rate {rate:g} is {rate / limit:.3g} times the largest stable one, {limit:.4g}.",
        )
    if topic == "all-predicted" and sentence.figure is not None and diagnosis.predicted_classes:
        classes = set(diagnosis.predicted_classes)
        right = classes == {sentence.figure.text}
        found = ", ".join(diagnosis.predicted_classes)
        return right, f"The exact run predicts {found}."
    return None, "The exercise does not hold what is needed to tell."


def contradicted(
    sentences: Sequence[Sentence], ledger: Ledger
) -> list[tuple[Sentence, Quantity, Entry, bool]]:
    """Figures in prose that disagree with a worked loss: the sentence, the loss, its entry, and whether the prose is right."""
    losses = list(ledger.printed_values(Role.LOSS))
    found: list[tuple[Sentence, Quantity, Entry, bool]] = []
    for sentence in sentences:
        figure = sentence.figure
        if figure is None or any(_states(figure, form.value) for _, entry in losses for form in entry.forms):
            continue
        for quantity, entry in losses:
            if entry.repaired is not None and _states(figure, entry.repaired.value()):
                found.append((sentence, quantity, entry, True))
                break
    return found


def _states(figure: Written, value: Fraction) -> bool:
    return is_rounding(figure.value, value, figure.places)
