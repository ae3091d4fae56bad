from foreign_adapter import Adapter

from dtao_properties import conformance_machine

TestSequences = conformance_machine(Adapter)
