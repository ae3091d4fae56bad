"""The rules of the dTAO economy in exact mathematics.

This package is the place of the specification layer: one module a chapter, each rule over exact rationals with its
statement, formula and rounding, from which SPEC.md is rendered. That layer is not written yet. For now the
package carries the recorded vectors, which a wheel holds in its folder ``vectors``.
"""
