"""From a rule to its code, its source in the runtime, and the eras that changed it."""
