"""The graph that is searched: reduced, contracted, its loops compiled, places kept exact."""
