r"""Networks.

Anybody who pays the lock cost can found a subnet. Of what is paid, the minimum
(`NetworkMinLockCost`, by default 1 000 TAO) becomes the TAO in the pool of the new subnet, against as many alpha that
come into being with it, and the rest is burned. The founder owns the subnet, which earns the owner cut, and its hotkey
is the first neuron.

[since 257] A new subnet earns nothing until its owner starts it ([NET-10](#net-10)).

[since 257 until 370] That is a week after the registration at the earliest.

The cost is an auction that never ends. Every registration doubles it; then it falls, in equal steps, block by block,
until the next one. With $L$ paid last it starts at $2L$ and is back at $L$ after 100 800 blocks, two weeks; it never
falls below the minimum. The interval shrinks with the halvings of the block emission, so that the cost falls faster as
TAO becomes scarcer.

```mermaid
flowchart LR
    C[founder's balance] -- "lock cost" --> X{ }
    X -- "the minimum, as TAO" --> T[TAO in the pool]
    X -- "the rest" --> B[burned: leaves TotalIssuance]
    N((new)) -- "the minimum, as alpha" --> A[alpha in the pool]
```

[until 319] No number of networks is enforced, and none is pruned for another. Only the root origin, the chain's
government, can dissolve one.

[since 320] There are at most `SubnetLimit` networks beside root, 128 unless root sets another number. A new one then
takes the place of the one with the lowest moving price ([NET-13](#net-13)): its positions are closed, its TAO is paid
to who holds its alpha, its owner gets back the lock. Root, the chain's government, can dissolve any network.
"""

from dtao_spec.chapters.networks import cost, creation, pruning, removal, start

__all__ = ["cost", "creation", "pruning", "removal", "start"]
