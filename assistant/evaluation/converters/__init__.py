"""Public benchmarks as folders of documents with an evaluation set over them: a file for each format."""
