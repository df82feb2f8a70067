"""A thing moves only as its table says, and the table is drawn as it is."""

from __future__ import annotations

from enum import StrEnum

import pytest

from services.common.states import NEW, StateMachine, Transition, UndeclaredTransition


class Door(StrEnum):
    SHUT = "SHUT"
    OPEN = "OPEN"
    GONE = "GONE"


LIFE = StateMachine(
    "Door",
    Door,
    Transition((NEW,), Door.SHUT, "it is hung", "X-1"),
    Transition((Door.SHUT,), Door.OPEN, "somebody pushes"),
    Transition((Door.SHUT, Door.OPEN), Door.GONE, "the house is pulled down"),
)


def test_a_declared_step_is_made():
    assert LIFE.step(NEW, Door.SHUT) is Door.SHUT
    assert LIFE.step(Door.SHUT, Door.OPEN) is Door.OPEN
    assert LIFE.allows(Door.OPEN, Door.GONE)


@pytest.mark.parametrize(("source", "target"), [(NEW, Door.OPEN), (Door.OPEN, Door.SHUT), (Door.GONE, Door.SHUT), (Door.SHUT, Door.SHUT)])
def test_a_step_that_the_table_does_not_show_is_a_mistake_of_ours(source, target):
    assert not LIFE.allows(source, target)
    with pytest.raises(UndeclaredTransition, match=f"Door: {source or 'nothing'} -> {target}"):
        LIFE.step(source, target)


def test_a_table_with_a_state_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="unknown states"):
        StateMachine("Door", Door, *LIFE.transitions, Transition((Door.GONE,), "AJAR", "the wind"))


def test_a_table_that_leaves_a_state_unreached_is_refused():
    with pytest.raises(TypeError, match=r"never entered \['GONE'\]|never entered.*GONE"):
        StateMachine("Door", Door, *LIFE.transitions[:2])


def test_the_diagram_shows_every_step_with_its_rule_and_where_life_ends():
    assert LIFE.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> SHUT: it is hung (X-1)",
        "    SHUT --> OPEN: somebody pushes",
        "    SHUT --> GONE: the house is pulled down",
        "    OPEN --> GONE: the house is pulled down",
        "    GONE --> [*]",
    ]
