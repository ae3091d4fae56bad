"""From a rule to its code, its source in the runtime, its tests and the eras that changed it."""
