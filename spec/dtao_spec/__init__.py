"""The rules of the dTAO economy in exact mathematics.

One module a chapter, each rule a function on exact rational numbers with its statement, formula and rounding. SPEC.md
is rendered from them by ``python -m dtao_spec``. A wheel also carries the recorded vectors, in the folder ``vectors``
of this package.
"""
