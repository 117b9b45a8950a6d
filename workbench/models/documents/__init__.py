"""Files become documents: blocks in reading order, each character anchored. One reader a format."""
