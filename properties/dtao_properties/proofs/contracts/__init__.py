"""Contracts that CrossHair checks by running the kernels of the reference on symbolic integers.

Each is a pair of functions with the conditions in their docstrings: one that is to hold, and ``wrong_…``, which claims
more and is to be refuted. CrossHair follows Python itself, instruction by instruction, and knows nothing of
:mod:`dtao_properties.proofs.terms`: the two ways of reading the code check each other.
A law that a lemma proves is no contract as well: these are about the same kernels, and state what no lemma does.
"""
