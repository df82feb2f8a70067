"""State machines as tables: the rules move by them, and the diagrams in the documents are drawn from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)
NEW = ""
"""The source of what begins a thing's life."""


@dataclass(frozen=True)
class Transition:
    """From one of some states to one state, on something that happens; `rule` is its id in docs/rules.md."""

    sources: tuple[str, ...]
    target: str
    on: str
    rule: str = ""


class UndeclaredTransition(AssertionError):
    """The code made a step that its own table does not show: a mistake of ours, never of a client."""


class StateMachine:
    """The life of one kind of thing; no state is entered but by a transition of the table."""

    def __init__(self, name: str, states: type[S], *transitions: Transition):
        self.name, self.states, self.transitions = name, states, transitions
        self._steps = {(source, transition.target) for transition in transitions for source in transition.sources}
        known = {NEW, *states}
        strangers = sorted({state for step in self._steps for state in step} - known)
        entered = {target for _, target in self._steps}
        if strangers or set(states) - entered:
            raise TypeError(f"{name}: unknown states {strangers}, never entered {sorted(set(states) - entered)}")

    def allows(self, source: str, target: str) -> bool:
        """Say whether the table has this step."""
        return (source, target) in self._steps

    def step(self, source: str, target: S) -> S:
        """Return the target, or raise UndeclaredTransition: refusals for people are raised before, with a code of their own."""
        if not self.allows(source, target):
            raise UndeclaredTransition(f"{self.name}: {source or 'nothing'} -> {target}")
        return target

    def mermaid(self) -> str:
        """Return the diagram of the table."""
        lines = ["stateDiagram-v2"]
        for transition in self.transitions:
            label = f"{transition.on} ({transition.rule})" if transition.rule else transition.on
            # In the order of the states, because a set of sources has none of its own and the document must come out the same each time.
            lines += [f"    {source or '[*]'} --> {transition.target}: {label}" for source in (NEW, *self.states) if source in transition.sources]
        final = [state for state in self.states if not any(source == state for source, _ in self._steps)]
        lines += [f"    {state} --> [*]" for state in final]
        return "\n".join(lines)
