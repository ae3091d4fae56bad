r"""Registering neurons.

A neuron is a hotkey with a number, its uid, on a subnet. It may set weights, be rated, and earn. Uids are few: 256 on a
new subnet, 64 on root. When all are taken, a newcomer replaces another neuron.

[until 364] That is the neuron with the lowest pruning score, which is its part of the emission.

[since 365] That is the neuron with the lowest emission. A subnet keeps some neurons that are not new ones.

Registration costs TAO, the burn. It buys alpha from the pool, and that alpha ceases to exist: the TAO stays in the
pool, so that every holder of alpha gains. Root registration is free; there the stake decides.

The burn follows demand, like the price of any good whose supply is fixed: a target number of registrations an interval,
and a price that rises while there are more and falls while there are fewer. Registration by proof of work has a
difficulty that follows in the same way; this specification has no call for it, but the counters and the difficulty are
there.

[until 364] ```mermaid
flowchart TD
    R[burned_register] --> Q{a free uid?}
    Q -- yes --> A[append: the next uid]
    Q -- no --> P[the neuron to prune: REG-5]
    P --> O{protected: REG-4?}
    O -- no --> E[replace: its uid]
    O -- yes --> N[nothing, but the burn is paid]
```

[since 365] ```mermaid
flowchart TD
    R[burned_register] --> Q{a free uid?}
    Q -- yes --> A[append: the next uid]
    Q -- no --> P{a neuron to prune: REG-5?}
    P -- yes --> E[replace: its uid]
    P -- no --> N[refused]
```
"""

from dtao_spec.chapters.neurons import calls, demand, replacement

__all__ = ["calls", "demand", "replacement"]
