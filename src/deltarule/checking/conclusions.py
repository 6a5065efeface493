"""What the author concluded, against the evidence."""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.checking.ledger import Entry, Ledger
from deltarule.document import Document, Sentence
from deltarule.formulas import Role
from deltarule.history import Outcome
from deltarule.report import Conclusion, Diagnosis
from deltarule.trace import Quantity
from deltarule.written import Written, is_rounding


def conclusions(document: Document, diagnosis: Diagnosis | None) -> tuple[Conclusion, ...]:
    """Each conclusion with whether it is borne out; the first on each topic, opposites after it are not about the run."""
    if diagnosis is None:
        return ()
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
    return tuple(
        Conclusion(sentence.span, sentence.line, topic, *_judged(sentence, diagnosis))
        for topic, sentence in told.items()
        if topic != "loss-figure"
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
