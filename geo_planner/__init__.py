"""The head of the product: catalogue, rules, coverage and travel, computed from values alone."""
