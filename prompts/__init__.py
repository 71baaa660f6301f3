"""What a language model is told, as text files; empty as long as no model phrases answers."""
