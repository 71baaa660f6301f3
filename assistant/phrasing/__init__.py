"""An answer's quotes put into words by a language model, each sentence held to the sources that it cites."""
