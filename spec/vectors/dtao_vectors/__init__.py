"""The recordings of the eras after the launch, for the conformance suite of dtao-spec, which finds them by itself."""
