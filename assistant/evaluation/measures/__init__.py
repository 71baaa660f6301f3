"""The measures, one a file, pure: numbers and texts in, a number out."""
