"""One policy a file: an outlook in, a schedule out."""
