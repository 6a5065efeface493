"""A report in the notation of its author: whoever writes 0,5 is told 0,5.

Records hold numbers with a decimal point, as programs want them; what people read goes through here first.
"""

from dataclasses import replace

from deltarule.report import ExactRun, Report
from deltarule.writing.prose import figures


def decimal_comma(report: Report) -> bool:
    """Whether the author writes a decimal comma: by the numbers that were judged, as they stand in the document."""
    commas = points = 0
    for verdict in report.verdicts:
        if "." in verdict.written:
            stands = report.source.extract(verdict.span).replace("{,}", ",").replace("{,", ",")
            commas += verdict.written.replace(".", ",") in stands
            points += verdict.written in stands
    return commas > points


def in_own_notation(report: Report) -> Report:
    """The report with the figures in its sentences as its author writes them; the record itself where that is a point."""
    if not decimal_comma(report):
        return report
    diagnosis = report.diagnosis
    if diagnosis is not None:
        evidence = tuple(replace(item, sentence=figures(item.sentence, True)) for item in diagnosis.evidence)
        diagnosis = replace(diagnosis, evidence=evidence)
    return replace(
        report,
        slips=tuple(
            replace(
                slip,
                written=figures(slip.written, True),
                expected=figures(slip.expected, True),
                true_value=figures(slip.true_value, True),
                message=figures(slip.message, True),
            )
            for slip in report.slips
        ),
        follow_through=tuple(
            replace(item, written=figures(item.written, True)) for item in report.follow_through
        ),
        remarks=tuple(replace(item, message=figures(item.message, True)) for item in report.remarks),
        conclusions=tuple(
            replace(item, sentence=figures(item.sentence, True)) for item in report.conclusions
        ),
        exact=None if report.exact is None else ExactRun.known(diagnosis),
    )
