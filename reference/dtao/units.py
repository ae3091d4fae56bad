"""The units of the economy as types, so that mypy refuses to mix them.

All of them are plain ``int`` at run time. Arithmetic on two values of one unit gives ``int``; the
function that returns it names the unit again.
"""

from typing import Annotated, NewType, TypeAlias

Rao = NewType("Rao", int)
"""TAO in its smallest unit: 1 TAO = 10**9 rao. A u64."""

Alpha = NewType("Alpha", int)
"""A subnet's own token in its smallest unit: 1 alpha = 10**9 alpha rao. A u64."""

Shares = NewType("Shares", int)
"""Shares of a hotkey's stake on a subnet: the raw bits of a U64F64."""

Bits = NewType("Bits", int)
"""The raw bits of a fixed-point number: with 32 of them behind the point, unless the context names another format."""

WideBits: TypeAlias = Annotated[Bits, "U64F64"]
"""Raw bits of a number with 64 of them behind the point."""

Perquintill: TypeAlias = Annotated[int, "of 10^18"]
"""A part of one, in units of 10**-18."""

NetUid = NewType("NetUid", int)
"""The number of a subnet, a u16. 0 is the root network."""

Uid = NewType("Uid", int)
"""The number of a neuron within a subnet, a u16."""

AccountId = NewType("AccountId", int)
"""A coldkey or a hotkey: 256 bits, opaque, ordered as a number, 32 bytes little-endian when encoded."""

BlockNumber = NewType("BlockNumber", int)
"""The number of a block, a u64."""

RootClaimChoice = str | tuple[NetUid, ...]
"""What becomes of claimed alpha: "Swap", "Keep", or the subnets on which it is kept, ascending."""

ROOT = NetUid(0)
"""The root network, whose stake is in TAO and weighs on every subnet."""
U16_MAX = 2**16 - 1
U64_MAX = 2**64 - 1
