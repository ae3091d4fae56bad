"""Registration where the price is paid to the account of the subnet."""

from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.neurons.demand import Terms
from dtao_spec.chapters.neurons.neuron import Neuron, replace_and_update
from dtao_spec.chapters.neurons.price import register_at_price
from dtao_spec.chapters.staking.trades import Ledger
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.neurons"


@rule("REG-4", since=411)
def replace_without_permit(
    neuron: Neuron, hotkey: str, block: int, owns_subnet: bool, owner_hotkey: str | None
) -> Neuron:
    r"""Neuron replacement.

    Change: The newcomer has neither validator trust nor a permit until the next epoch; it had its predecessor's.
    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, consensus, dividends, validator trust and stake weight of 0 and without a validator permit; and
        in each mechanism with an incentive of 0, without its rows of bonds and weights, and with a last update in the
        present block. Weights of others on the uid MUST become 0, and stay in their rows. The bonds of others in the
        uid MUST stay as they are; the epoch ignores these for a tempo ([BOND-6](#bond-6)). Nothing MUST happen where
        the old hotkey is the subnet's `SubnetOwnerHotkey`.
    Units: blocks; bonds as u16-normalised fractions, by uid.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: What a mechanism beyond `MechanismCountCurrent` has of the uid stays.
    Example: A validator is replaced by another.

        >>> validator = Neuron("h", 5, 7, validator_permit=True, bonds={3: 65_535}, weights={3: 65_535})
        >>> new = replace_without_permit(validator, "g", 9, False, None)
        >>> new.hotkey, new.last_update, new.validator_permit
        ('g', 9, False)
    """
    if neuron.hotkey == owner_hotkey:
        return neuron
    new = replace_and_update(neuron, hotkey, block, owns_subnet, owner_hotkey)
    return evolve(new, validator_permit=False, validator_trust=0)


@rule("REG-7", since=411)
def register_and_pay_subnet(
    ledger: Ledger, terms: Terms, balance: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Terms, Fraction]:
    r"""The call burned_register.

    Change: The price is paid to the account of the subnet and counts as flowing in.
    Statement: The call MUST make the signer the owner of a hotkey that has none ([STATE-6](#state-6)), pay the price of
        the moment, `Burn`, to the account of the subnet ([STATE-18](#state-18)), buy alpha for it at the fee of the
        pool ([STAKE-1](#stake-1)), take that alpha out of the alpha outside, give the hotkey a uid ([REG-6](#reg-6)),
        and raise the price ([REG-11](#reg-11)). It MUST count one registration of the block, the price as recycled
        (`RAORecycledForRegistration`), and what was paid as flowing in ([FLOW-1](#flow-1)). The event is
        `NeuronRegistered`: netuid, uid, hotkey.
    Formula: $$ T' = T + x, \qquad O' = O, \qquad x = \min(c,\; b - 500) $$
    Units: rao.
    Rounding: as POOL-15. The counter of registrations saturates at 65 535.
    Rejections: `BadOrigin` if nobody signed; `RegistrationNotPermittedOnRootSubnet`; `SubnetNotExists`;
        `SubNetRegistrationDisabled`; `HotKeyAlreadyRegisteredInSubNet`; `NotEnoughBalanceToStake`;
        `CannotUseSystemAccount` (the hotkey is the account of a subnet); `NonAssociatedColdKey` (it has another owner);
        `NoNeuronIdAvailable` (no uid is free, and no neuron may be pruned); `InsufficientBalance` (nothing is left
        above the existential deposit, for a price above 0); those of a swap ([STAKE-1](#stake-1)).
    Source: `pallets/subtensor/src/subnets/registration.rs`, `do_register`
    Known violation: The price counts as recycled in full, also where the existential deposit was kept back. The alpha
        that is taken out counts as recycled nowhere ([STATE-19](#state-19)). The fee of the swap is paid to nobody.
    Example: A price of 1 TAO in a pool of 1 000 TAO and 4 000 alpha.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12), alpha_out=Fraction(10**12))
        >>> after, terms, balance = register_and_pay_subnet(pool, Terms(Fraction(10**9)), Fraction(5 * 10**9))
        >>> int(balance), int(after.tao), int(after.alpha_out), terms.this_block
        (4000000000, 1001000000000, 1000000000000, 1)
    """
    return register_at_price(ledger, terms, balance, rules=rules)
