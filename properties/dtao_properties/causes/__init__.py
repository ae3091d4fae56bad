"""Which rules a divergence points at: found by trying what the functions of the reference contribute to a step.

The functions that carry out a rule bear its id (:mod:`dtao.rule`). At a divergence the step is taken again on the
reference, in a process of its own, and those that take part are noted. Then the result of one after the other is
changed a little, and the step taken again: what differs because of that is compared with what differs in the
implementation. The function whose change shows most alike is where the cause is to be looked for.

Nothing here lists which rule is about what, so that it holds for every era, call, block, phase, read and kernel.
"""
