"""Building year by year: what is wanted, the program over several years, and the plan in names."""
