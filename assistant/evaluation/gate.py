"""Thresholds that a run must keep to: `recall=0.85,citation_precision=0.95`."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import EvaluationUsageError
from .figures import MEASURES, Figure

_LOWER_IS_BETTER = {one.name for one in MEASURES if one.lower_is_better}


@dataclass(frozen=True, slots=True)
class Gate:
    """The worst that a figure may be: the least, or of a measure that is better the lower it is, the most."""

    name: str
    limit: float

    @property
    def rule(self) -> str:
        """In words."""
        return f"{self.name} {'at most' if self.name in _LOWER_IS_BETTER else 'at least'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Checked:
    """A gate held against a run. `value` is None where no question counts in the measure; such a gate does not pass."""

    gate: Gate
    value: float | None

    @property
    def passed(self) -> bool:
        """Whether the figure, unrounded, keeps to the limit."""
        if self.value is None:
            return False
        return self.value <= self.gate.limit if self.gate.name in _LOWER_IS_BETTER else self.value >= self.gate.limit

    @property
    def told(self) -> str:
        """The gate and the figure, in words."""
        if self.value is None:
            return f"{self.gate.rule}: no question of the set counts in it"
        return f"{self.gate.rule}: {self.value:.4f}"


def parse_gates(text: str) -> tuple[Gate, ...]:
    """Of `name=value,…`; raises EvaluationUsageError that names every mistake."""
    known = [one.name for one in MEASURES]
    gates, mistakes = [], []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        name, _, value = (piece.strip() for piece in part.partition("="))
        near = difflib.get_close_matches(name, known, 1)
        if name not in known:
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            mistakes.append(f"there is no measure {name}: {hint}")
        elif (limit := _number(value)) is None:
            mistakes.append(f"{part}: write a number behind the name, such as {name}=0.85.")
        else:
            gates.append(Gate(name, limit))
    if mistakes:
        raise EvaluationUsageError(f"In --fail-under: {' Also: '.join(mistakes)}")
    if not gates:
        raise EvaluationUsageError("--fail-under names no measure. Write one, such as --fail-under recall=0.85.")
    return tuple(gates)


def check(gates: Sequence[Gate], figures: Mapping[str, Figure]) -> list[Checked]:
    """Every gate held against the figures."""
    return [Checked(gate, figures[gate.name].value) for gate in gates]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
