"""The p-median, exactly: interchange for good answers, Lagrangian bounds, branching between them.

Of the classical ways to a proof (linear relaxation, Benders cuts, Lagrangian bounds) the Lagrangian
one needs least: a bound costs one look at the pairs nearer than each point's multiplier, most sites
fall away by their reduced costs at the root, and what remains is branched on with bounds that start
from their parent's. Beasley (1985), European Journal of Operational Research 21:270-273.
"""
