"""The oracle of Bittensor's Dynamic TAO economy: what the chain computes, to the rao and to the last bit.

>>> import dtao
>>> era = dtao.era("launch")
>>> state = era.genesis()
>>> era.sim_swap_tao_for_alpha(state, netuid=1, amount=10**9)
909090909

A state is immutable. A call is applied to it and gives an outcome; a refused call names its reason.

>>> out = era.apply(state, dtao.calls.AddStake(signer="1001", hotkey="2001", netuid=1, amount_staked=10**9))
>>> out.error, out.state is state
(<Rejection.NOT_ENOUGH_BALANCE_TO_STAKE: 'NotEnoughBalanceToStake'>, True)

Blocks without calls go by in a step; ``diff`` shows what changed, entry by entry, as in the recorded vectors.

>>> after = era.step(state, blocks=3)
>>> era.diff(state, after)["BlockNumber"]
'4'

A quote of a pool needs no state: :func:`alpha_for_tao` and :func:`tao_for_alpha` take a few numbers.

>>> dtao.tao_for_alpha(1, dtao.Rao(10**12), dtao.Alpha(4 * 10**12), dtao.Alpha(10**9))
249937515
"""

from dtao import calls, events, presets
from dtao.eras import ERAS, era, load, migrate
from dtao.errors import InputError, UnknownName
from dtao.oracle import Era
from dtao.outcome import Outcome, Rejection
from dtao.quotes import alpha_for_tao, tao_for_alpha
from dtao.state import State
from dtao.storage import diff, dump
from dtao.stored import Item
from dtao.units import ROOT, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Shares, Uid

__all__ = [
    "ERAS",
    "ROOT",
    "AccountId",
    "Alpha",
    "Bits",
    "BlockNumber",
    "Era",
    "InputError",
    "Item",
    "NetUid",
    "Outcome",
    "Rao",
    "Rejection",
    "Shares",
    "State",
    "Uid",
    "UnknownName",
    "alpha_for_tao",
    "calls",
    "diff",
    "dump",
    "era",
    "events",
    "load",
    "migrate",
    "presets",
    "tao_for_alpha",
]
