"""Simulations: a scenario says who has and does what, the reference computes every block, tables and plots show it.

A scenario is one TOML file (:mod:`dtao_lab.simulation.scenario` has its keys). :func:`of_file` and :func:`of_text` read
it, and give one scenario for each value of its sweep; :func:`simulated` runs one and yields what each sample sees.

>>> from dtao_lab.simulation import of_text, simulated
>>> text = 'title = "two blocks"\\n[start]\\nera = "launch"\\nsubnets = 1\\n[run]\\nblocks = 2\\nsample = 1\\n'
>>> scenario, = of_text(text)
>>> [(sample.block, sample.value("subnet", "1", "alpha_out")) for sample in simulated(scenario)]
[(0, '0.000000000'), (1, '0.589998376'), (2, '1.179997081')]
"""

from dtao_lab.simulation.reading import of_file, of_text
from dtao_lab.simulation.runner import Sample, simulated
from dtao_lab.simulation.scenario import Scenario

__all__ = ["Sample", "Scenario", "of_file", "of_text", "simulated"]
