"""None of the other explanations: the working is right and the result is not."""

from deltarule.checking.explanations.case import Case, Explanation
from deltarule.checking.wording import plain
from deltarule.findings import Kind


def otherwise(case: Case) -> Explanation:
    """Whatever nothing else explains."""
    return Explanation(
        Kind.ARITHMETIC,
        "arithmetic.value",
        f"{case.name} is {case.expected_text} from the numbers on this line, not {plain(case.written)}.",
    )
