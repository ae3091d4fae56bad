"""Mutants: small planted mistakes in the reference, and which check notices each of them.

:mod:`~dtao_properties.mutants.table` lists mistakes by hand, at least one a rule; ``python -m dtao_properties.mutants``
plants them one after the other. :mod:`~dtao_properties.mutants.operators` makes mistakes mechanically, as mutmut does;
``python -m dtao_properties.mutants.mechanical`` plants those.

A mistake is planted in a child process: another function stands in for one of the reference there, for whoever imported
it or holds it in a table, or for one caller alone; so moving code does not break it. Only mistakes in the middle of a
long function are pieces of text. A mistake that the operators make is not listed by hand as well, unless its rule had
no other. The tests and the recorded vectors are in memory already, and only those that reach the function are run.
"""
