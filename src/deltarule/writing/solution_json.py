"""A worked solution for programs: one JSON object with every line of the run.

Values are strings, with a decimal point whatever the look: ``value`` as printed, ``exact`` as a
fraction (or to 80 digits where ``is_exact`` is false). ``text`` and ``latex`` hold the line as other formats print it.
"""

import json
from collections.abc import Iterator
from typing import Any

from deltarule import notation
from deltarule.algebra.latex import Latex
from deltarule.algebra.printing import printed
from deltarule.algebra.text import Text
from deltarule.exercise import Exercise
from deltarule.trace import Line
from deltarule.writing.solution import Solution, SolutionLook
from deltarule.writing.solution_blocks import Chain, rule, slopes_named, worked
from deltarule.writing.solution_markdown import chain_in_latex
from deltarule.writing.solution_terminal import chain_in_text

SCHEMA = "deltarule.solve/1"


def write(solution: Solution, look: SolutionLook) -> str:
    """Write a solution as one JSON object."""
    trace, diagnosis = solution.trace, solution.diagnosis
    text, latex = Text(notation.unicode, look.decimal_comma), Latex(notation.latex, look.decimal_comma)

    def line(entry: Line) -> dict[str, Any]:
        return _line(entry, trace.exercise, text, latex)

    record = {
        "schema": SCHEMA,
        "exercise": _exercise(trace.exercise),
        "formulas": [_formula(chain, text, latex) for chain in _formulas(trace.exercise)],
        "steps": [
            {
                "step": step.number,
                "epoch": step.epoch,
                "samples": list(step.samples),
                "lines": [line(entry) for entry in step.lines],
            }
            for step in trace.steps
            if step.epoch in solution.epochs
        ],
        "predictions": [
            {
                "sample": prediction.sample,
                "lines": [line(entry) for entry in prediction.lines],
                "label": prediction.label,
                "target": prediction.target,
                "right": prediction.right,
            }
            for prediction in trace.predictions
        ],
        "diagnosis": None
        if diagnosis is None
        else {
            "outcome": diagnosis.outcome.code,
            "losses": [str(loss) for loss in diagnosis.losses],
            "largest_stable_rate": diagnosis.largest_stable_rate,
            "suggested_rate": diagnosis.suggested_rate,
            "growth_predicted": diagnosis.growth_predicted,
            "growth_observed": list(diagnosis.growth_observed),
            "evidence": [{"topic": entry.topic, "sentence": entry.sentence} for entry in diagnosis.evidence],
        },
    }
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _exercise(exercise: Exercise) -> dict[str, Any]:
    precision = exercise.precision
    return {
        "features": [[cell.text for cell in row] for row in exercise.features],
        "targets": [target.text for target in exercise.targets],
        "weights": [weight.text for weight in exercise.weights],
        "bias": exercise.bias.text if exercise.bias else None,
        "learning_rate": exercise.learning_rate.text if exercise.learning_rate else None,
        "momentum": exercise.momentum.text if exercise.momentum else None,
        "weight_decay": exercise.weight_decay.text if exercise.weight_decay else None,
        "activation": exercise.activation,
        "loss": exercise.loss,
        "convention": exercise.convention,
        "batch_size": exercise.batch_size or "full",
        "epochs": exercise.epochs,
        "error": exercise.error,
        "change": exercise.change,
        "bias_sign": exercise.bias_sign,
        "jump": exercise.jump,
        "labels": list(exercise.labels),
        "feature_names": list(exercise.feature_names),
        "threshold": exercise.threshold.text if exercise.threshold else None,
        "rounding": {
            "places": precision.places,
            "figures": precision.figures,
            "mode": precision.mode.value,
            "carry": exercise.carry.value,
        },
    }


def _formulas(exercise: Exercise) -> Iterator[Chain]:
    yield from (rule(equation, exercise) for equation in exercise.system.equations)


def _formula(chain: Chain, text: Text, latex: Latex) -> dict[str, str]:
    return {"text": chain_in_text(chain, text), "latex": chain_in_latex(chain, latex)}


def _line(line: Line, exercise: Exercise, text: Text, latex: Latex) -> dict[str, Any]:
    quantity = line.quantity
    formula = slopes_named(line.formula, exercise)
    chain = worked(line, formula)
    return {
        "quantity": notation.name(quantity.role, quantity.feature, quantity.sample),
        "formula": printed(formula, text),
        "substituted": printed(line.substituted, text),
        "value": line.shown.text,
        "digits": line.digits.text if line.digits else None,
        "exact": str(line.value),
        "is_exact": line.exact,
        "text": chain_in_text(chain, text),
        "latex": chain_in_latex(chain, latex),
    }
