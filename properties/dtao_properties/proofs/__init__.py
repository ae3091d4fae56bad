"""Proofs about the functions of the reference, for all inputs.

A lemma is an ordinary function of integers that calls the reference and returns what must hold. The same text is used
three times. Run with integers it is a test. Run with terms of a solver in the place of integers
(:mod:`dtao_properties.proofs.terms`) it walks every path through the code that runs, and z3 shows that no path can
break it. A wrong variant of it, which claims a little more, must fail: with integers, on the reference, and in the
solver as well.

``python -m dtao_properties.proofs`` proves all of them and prints a table. It needs the extra ``[proofs]``.
"""
