"""How good answers are: measures."""
