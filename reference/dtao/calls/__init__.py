"""The calls: one class an extrinsic, named as the runtime names it, and how it is applied to a state."""

from collections.abc import Callable, Mapping, Sequence

from attrs import fields, frozen

from dtao.arguments import KINDS
from dtao.calls.auto_stake import SetColdkeyAutoStakeHotkeyPerSubnet as SetColdkeyAutoStakeHotkeyPerSubnet
from dtao.calls.balances import Transfer as Transfer
from dtao.calls.children import SetChildkeyTake as SetChildkeyTake
from dtao.calls.children import SetChildren as SetChildren
from dtao.calls.children import SetPendingChildkeyCooldown as SetPendingChildkeyCooldown
from dtao.calls.claims import ClaimRoot as ClaimRoot
from dtao.calls.claims import SetRootClaimType as SetRootClaimType
from dtao.calls.claims import SetRootClaimTypeBySubnet as SetRootClaimTypeBySubnet
from dtao.calls.claims import SudoSetNumRootClaims as SudoSetNumRootClaims
from dtao.calls.claims import SudoSetRootClaimThreshold as SudoSetRootClaimThreshold
from dtao.calls.coldkey_swaps import AnnounceColdkeySwap as AnnounceColdkeySwap
from dtao.calls.coldkey_swaps import ClearColdkeySwapAnnouncement as ClearColdkeySwapAnnouncement
from dtao.calls.coldkey_swaps import DisputeColdkeySwap as DisputeColdkeySwap
from dtao.calls.coldkey_swaps import ResetColdkeySwap as ResetColdkeySwap
from dtao.calls.coldkey_swaps import SwapColdkeyAnnounced as SwapColdkeyAnnounced
from dtao.calls.coldkey_swaps import require_no_announced_swap as require_no_announced_swap
from dtao.calls.guards import require_guards as require_guards
from dtao.calls.keys import SwapColdkey as SwapColdkey
from dtao.calls.keys import SwapColdkeyCharged as SwapColdkeyCharged
from dtao.calls.keys import SwapHotkey as SwapHotkey
from dtao.calls.keys import SwapHotkeyMembers as SwapHotkeyMembers
from dtao.calls.keys import SwapHotkeyPerSubnet as SwapHotkeyPerSubnet
from dtao.calls.keys import SwapHotkeyV2 as SwapHotkeyV2
from dtao.calls.liquidity import AddLiquidity as AddLiquidity
from dtao.calls.liquidity import AddNoLiquidity as AddNoLiquidity
from dtao.calls.liquidity import DeprecatedAddLiquidity as DeprecatedAddLiquidity
from dtao.calls.liquidity import DeprecatedDisableLp as DeprecatedDisableLp
from dtao.calls.liquidity import DeprecatedModifyPosition as DeprecatedModifyPosition
from dtao.calls.liquidity import DeprecatedRemoveLiquidity as DeprecatedRemoveLiquidity
from dtao.calls.liquidity import DeprecatedToggleUserLiquidity as DeprecatedToggleUserLiquidity
from dtao.calls.liquidity import DisableLp as DisableLp
from dtao.calls.liquidity import DisableLpThroughout as DisableLpThroughout
from dtao.calls.liquidity import ModifyNoPosition as ModifyNoPosition
from dtao.calls.liquidity import ModifyPosition as ModifyPosition
from dtao.calls.liquidity import RemoveLiquidity as RemoveLiquidity
from dtao.calls.liquidity import RemoveNoLiquidity as RemoveNoLiquidity
from dtao.calls.liquidity import SetFeeRate as SetFeeRate
from dtao.calls.liquidity import SetFeeRateByRoot as SetFeeRateByRoot
from dtao.calls.liquidity import ToggleUserLiquidity as ToggleUserLiquidity
from dtao.calls.liquidity import ToggleUserLiquidityInVain as ToggleUserLiquidityInVain
from dtao.calls.locks import LockStake as LockStake
from dtao.calls.locks import MoveLock as MoveLock
from dtao.calls.locks import SetPerpetualLock as SetPerpetualLock
from dtao.calls.locks import SetRejectLockedAlpha as SetRejectLockedAlpha
from dtao.calls.moves import MoveStake as MoveStake
from dtao.calls.moves import SwapStake as SwapStake
from dtao.calls.moves import SwapStakeLimit as SwapStakeLimit
from dtao.calls.moves import TransferStake as TransferStake
from dtao.calls.networks import DissolveNetwork as DissolveNetwork
from dtao.calls.networks import RegisterNetwork as RegisterNetwork
from dtao.calls.networks import StartCall as StartCall
from dtao.calls.priced_registration import BurnedRegisterAtPrice as BurnedRegisterAtPrice
from dtao.calls.priced_registration import RegisterLimit as RegisterLimit
from dtao.calls.priced_registration import SetAutoParentDelegationEnabled as SetAutoParentDelegationEnabled
from dtao.calls.registration import BurnedRegister as BurnedRegister
from dtao.calls.registration import RootRegister as RootRegister
from dtao.calls.registration import TryAssociateHotkey as TryAssociateHotkey
from dtao.calls.staking import AddStake as AddStake
from dtao.calls.staking import AddStakeBurn as AddStakeBurn
from dtao.calls.staking import AddStakeBurnByAnyone as AddStakeBurnByAnyone
from dtao.calls.staking import AddStakeLimit as AddStakeLimit
from dtao.calls.staking import AddStakeValidated as AddStakeValidated
from dtao.calls.staking import BurnAlpha as BurnAlpha
from dtao.calls.staking import RecycleAlpha as RecycleAlpha
from dtao.calls.staking import RemoveStake as RemoveStake
from dtao.calls.staking import RemoveStakeFullLimit as RemoveStakeFullLimit
from dtao.calls.staking import RemoveStakeLimit as RemoveStakeLimit
from dtao.calls.staking import SetColdkeyAutoStakeHotkey as SetColdkeyAutoStakeHotkey
from dtao.calls.staking import UnstakeAll as UnstakeAll
from dtao.calls.staking import UnstakeAllAlpha as UnstakeAllAlpha
from dtao.calls.subnet_limit import DissolveNetworkOfAny as DissolveNetworkOfAny
from dtao.calls.subnet_limit import RegisterNetworkInLimit as RegisterNetworkInLimit
from dtao.calls.subnet_limit import RootDissolveNetwork as RootDissolveNetwork
from dtao.calls.takes import DecreaseTake as DecreaseTake
from dtao.calls.takes import IncreaseTake as IncreaseTake
from dtao.calls.tempo import SetActivityCutoffFactor as SetActivityCutoffFactor
from dtao.calls.tempo import SetTempo as SetTempo
from dtao.calls.tempo import TriggerEpoch as TriggerEpoch
from dtao.calls.voting_power import DisableVotingPowerTracking as DisableVotingPowerTracking
from dtao.calls.voting_power import EnableVotingPowerTracking as EnableVotingPowerTracking
from dtao.calls.voting_power import SudoSetVotingPowerEmaAlpha as SudoSetVotingPowerEmaAlpha
from dtao.calls.weights import SetMainWeights as SetMainWeights
from dtao.calls.weights import SetMechanismWeights as SetMechanismWeights
from dtao.calls.weights import SetWeights as SetWeights
from dtao.codec import Json, Kind
from dtao.errors import InputError, UnknownName
from dtao.evolving import maker
from dtao.given import shown
from dtao.outcome import Outcome, Rejected
from dtao.state import Call as Call
from dtao.state import State


def apply(state: State, call: Call) -> Outcome:
    """Return what becomes of a call: the new state and the events, or the same state and the reason why not."""
    try:
        state.runtime.guard(state, call)
        after, events = call.apply(state)
    except Rejected as refusal:
        return _outcome(state, refusal.rejection, ())
    return _outcome(after, None, events)


_outcome = maker(Outcome)


def from_json(name: str, signer: Json, args: Mapping[str, Json], table: Mapping[str, type[Call]]) -> Call:
    """Return a call from its encoding in the vectors; ``table`` holds the calls of the era.

    An argument that may be none may be left out. Rejects, as InputError, an unknown call, missing or unknown arguments,
    and values that are malformed or out of range.
    """
    if type(name) is not str or name not in table:
        raise UnknownName(f"there is no call {shown(name)}; there are {', '.join(sorted(table))}")
    form = _form(table[name])
    if len(args) == len(form.decoders) and "signer" not in args:
        try:  # what is decoded is in its range, and needs not be looked at again
            decoded = [decode(args[argument], argument) for argument, decode in form.decoders]
            return form.made(form.signer(signer, "signer"), *decoded)
        except (KeyError, InputError):
            pass  # it is said below what is wrong
    kinds = form.kinds
    given = {"signer": signer, **args}
    if not form.needed <= given.keys() <= kinds.keys() or "signer" in args:
        wanted = [argument for argument in kinds if argument != "signer"]
        raise InputError(f"{name}: its arguments are {wanted}, not {sorted(args)}")
    read = {argument: kinds[argument].decode(value, f"{name}.{argument}") for argument, value in given.items()}
    return table[name](**read)  # type: ignore[arg-type]  # each kind decodes to the type of its argument


def arguments(call: type[Call]) -> Mapping[str, Kind]:
    """Return the arguments of a call with their encoding, by the runtime's names."""
    return _form(call).kinds


@frozen
class _Form:
    """How the arguments of a call are written in the vectors."""

    kinds: Mapping[str, Kind]
    needed: frozenset[str]
    """The names of those that may not be left out."""
    signer: Callable[[Json, str], object]
    """What decodes who signs, the first of them."""
    decoders: Sequence[tuple[str, Callable[[Json, str], object]]]
    """What decodes each of the others, in order."""
    made: Callable[..., Call]
    """What makes the call from all of them, decoded and in order."""


def _form(call: type[Call]) -> _Form:
    if call not in _FORMS:
        _FORMS[call] = _form_of(call)
    return _FORMS[call]


_FORMS: dict[type[Call], _Form] = {}


def _form_of(call: type[Call]) -> _Form:
    kinds = {argument.name: KINDS[argument.converter] for argument in fields(call)}
    needed = frozenset(argument.name for argument in fields(call) if argument.default is not None)
    (_, signer), *others = [(name, kind.decode) for name, kind in kinds.items()]
    return _Form(kinds, needed, signer, others, maker(call))


def guard_nothing(state: State, call: Call) -> None:
    """Let a call through."""


def named(*calls: type[Call]) -> dict[str, type[Call]]:
    """Return calls by the runtime's names, as a row of :mod:`dtao.eras` lists them."""
    return {call.runtime_name(): call for call in calls}
