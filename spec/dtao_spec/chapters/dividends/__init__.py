r"""Dividends and takes.

At the end of a tempo the epoch says what each neuron earned: incentive as a miner, dividends as a validator. The drain
pays it, in stake. Incentive is simple: it goes to the coldkey that owns the miner's hotkey. A validator's dividends
pass through three divisions, each between those who brought the stake.

[until 337] ```mermaid
flowchart TD
    cut["PendingOwnerCut"] --> subnet_owner["owner of the subnet,<br>as stake on its hotkey"]
    alpha["PendingEmission + PendingAlphaSwapped"] --> epoch{{"epoch"}}
    epoch -->|"incentive"| miner["owner of the<br>miner's hotkey"]
    epoch -->|"dividends"| validator["validator"]
    validator -->|"its childkey take, and the part of its own stake (DIV-8)"| own["its own dividends"]
    validator -->|"by contribution<br>(DIV-3, DIV-4)"| parents["its parents' dividends"]
    own --> hotkeys["dividends of each hotkey"]
    parents --> hotkeys
    hotkeys -->|"dividends in alpha (DIV-12)"| paid["alpha to pay"]
    paid -->|"take (DIV-7)"| delegate["owner of the hotkey"]
    paid -->|"rest, by stake (DIV-11)"| stakers["stakers on the hotkey in the subnet"]
    hotkeys -.->|"root dividends, as a measure (DIV-5)"| tao
    tao["PendingRootDivs"] -->|"the take of its part<br>(DIV-6, DIV-7)"| delegate
    tao -->|"rest, by root stake"| root["stakers on the hotkey in root"]
```

[since 338] ```mermaid
flowchart TD
    cut["PendingOwnerCut"] --> subnet_owner["owner of the subnet,<br>as stake on its hotkey"]
    alpha["alpha for miners, validators<br>and root"] --> epoch{{"epoch"}}
    epoch -->|"incentive"| miner["owner of the<br>miner's hotkey"]
    epoch -->|"dividends"| validator["validator"]
    validator -->|"its childkey take, and the part of its own stake (DIV-8)"| own["its own dividends"]
    validator -->|"by contribution<br>(DIV-3, DIV-4)"| parents["its parents' dividends"]
    own --> hotkeys["dividends of each hotkey"]
    parents --> hotkeys
    hotkeys -->|"dividends in alpha (DIV-12)"| paid["alpha to pay"]
    paid -->|"take (DIV-7)"| delegate["owner of the hotkey"]
    paid -->|"rest, by stake (DIV-11)"| stakers["stakers on the hotkey in the subnet"]
    hotkeys -.->|"root dividends, as a measure (DIV-5)"| tao
    tao["PendingRootAlphaDivs"] -->|"the take of its part<br>(DIV-6, DIV-7)"| delegate
    tao -->|"rest, as a rate (CLAIM-1)"| root["claims of the stakers on the hotkey in root"]
```

1. **Parents and child.** The child keeps a part of its dividends, the childkey take ([children](#chapter-children));
   the rest is divided by what each brought.
2. **Root and alpha.** What a hotkey has on root and what it has on the subnet earned together. What is root's was set
   aside in each block; the part of the dividends that root stake earned says how much of that each hotkey gets.
3. **Delegate and stakers.** The owner of the hotkey keeps the take. The rest is divided among all who stake on the
   hotkey, the owner included, by raising the value of their shares.

[until 243] **Double root dividends.** The alpha dividends are not reduced by the part that was sold. Validators and
their stakers are paid all of the 41 %, also in the alpha that the pool has bought; and the root stakers get the TAO
besides. At each drain the stakes grow by `PendingAlphaSwapped` more than `SubnetAlphaOut` has grown. Those who stake
with validators gain; all other holders of the alpha, miners and owner among them, pay by dilution. Should everybody
unstake, more alpha would enter the pool than is counted outside of it.

[since 244 until 256] **Root dividends that do not match.** The alpha dividends are reduced by what root stake earned.
What was sold for it is another amount: it follows from all TAO on root and all alpha, while the reduction follows from
the stakes on the hotkeys that earned ([DIV-12](#div-12)). More or less alpha may be paid than there is.

[since 257] **What there is.** Validators are paid at most what was not sold of their half ([DIV-13](#div-13)), divided
by what each earned with alpha ([DIV-12](#div-12)).

[since 252] The incentive of the subnet's owner hotkey is paid to nobody. Validators that weigh the owner thereby burn
the miners' part.

Alpha that the epoch assigns to nobody, as on a subnet without neurons, is lost, and so is the owner cut of a subnet
without an owner; both stay counted in `SubnetAlphaOut`. What is set aside for root stakers is lost if no hotkey
that earned dividends has root stake.

Where nobody stakes alpha on a hotkey, the take makes its owner the only holder, and the rest of the alpha dividends is
the owner's too ([DIV-11](#div-11)).
"""

from dtao_spec.chapters.dividends import division, drain, payment, root

__all__ = ["division", "drain", "payment", "root"]
