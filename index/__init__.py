"""Documents in, hits out: loading, chunking, encoding, storing and searching. Knows nothing of answering."""
