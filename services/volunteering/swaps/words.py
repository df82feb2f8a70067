"""What both sides of a swap are told: first of all who is to come."""

from __future__ import annotations

from services.common.messages import Text
from services.volunteering.swaps.domain.swap import Swap, SwapState

STILL = Text("换班还没有生效：在确认之前，仍由原来的志愿者负责到场。", "Not in effect yet: until it is, the first volunteer is to come.")
TOLD = {
    SwapState.OPEN: Text(f"还没有人接替。{STILL.zh}", f"Nobody has been found. {STILL.en}"),
    SwapState.OFFERED: Text(f"已询问接替的人，等待答复。{STILL.zh}", f"Somebody was asked and has not answered. {STILL.en}"),
    SwapState.PEER_ACCEPTED: Text(f"对方同意了，等待协调员批准。{STILL.zh}", f"They agreed; a coordinator is to approve. {STILL.en}"),
    SwapState.APPROVED: Text(f"已批准，正在登记。{STILL.zh}", f"Approved, and being entered. {STILL.en}"),
    SwapState.APPLIED: Text("换班已生效：由接替的人到场，原来的志愿者不再负责。", "In effect: the other is to come, the first volunteer is free of it."),
    SwapState.REJECTED: Text("换班没有成：仍由原来的志愿者负责到场。", "The swap was refused: the first volunteer is to come."),
    SwapState.EXPIRED: Text("没有人及时接替：仍由原来的志愿者负责到场。", "Nobody took it in time: the first volunteer is to come."),
    SwapState.CANCELLED: Text("换班已取消：仍由原来的志愿者负责到场。", "The swap was called off: the first volunteer is to come."),
}


def message(swap: Swap, language: str) -> str:
    """Return what both are told now."""
    return TOLD[swap.state].say(language, {})
