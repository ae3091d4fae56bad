"""The pools that subnets trade in, one module or folder a kind."""
