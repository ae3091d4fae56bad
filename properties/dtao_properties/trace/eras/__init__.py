"""What tells the eras apart: the rules in force in each, the differences of two, and examples of them."""
