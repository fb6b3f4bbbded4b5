"""What frontier, equity and alternatives share: the program, the nested order, inequality."""
