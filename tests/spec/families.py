"""Hotkeys with their children and parents, and numbers of all sizes."""

from fractions import Fraction

from hypothesis import strategies as st

from dtao.persistent import Map
from dtao.records import SharePool
from dtao.units import AccountId, Alpha, Shares
from dtao_spec.chapters.children import Links

ULP = Fraction(1, 2**32)


def wide(largest: int) -> st.SearchStrategy[int]:
    """Numbers of all sizes up to the largest."""
    return st.integers(0, largest.bit_length()).flatmap(lambda bits: st.integers(0, min(2**bits, largest)))


def held(amount: int, coldkey: int) -> SharePool:
    """Return the share pool of a hotkey on which one coldkey staked."""
    bits = Shares(amount << 64)
    return SharePool(Alpha(amount), bits, Map({AccountId(coldkey): bits}) if amount else Map())


def accounts(links: Links) -> tuple[tuple[int, AccountId], ...]:
    return tuple((proportion, AccountId(hotkey)) for proportion, hotkey in links)
