"""Mutants: small planted mistakes in the reference, and which check notices each of them.

:mod:`~dtao_properties.mutants.table` lists mistakes by hand, at least one a rule; ``python -m dtao_properties.mutants``
plants them one after the other. :mod:`~dtao_properties.mutants.operators` makes mistakes mechanically, as mutmut does;
``python -m dtao_properties.mutants.mechanical`` plants those.

A mistake is planted in a child process: the code of one function object is replaced there, so that whoever imported the
function, or holds it in a table, runs the mistake. The tests and the recorded vectors are in memory already, and only
those that reach the function are run.
"""
