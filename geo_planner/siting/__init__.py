"""Siting: where to build what, with how far from the best possible the answer can be."""

from geo_planner.siting.alternatives import alternatives
from geo_planner.siting.candidates import Candidates
from geo_planner.siting.equity import equity_price
from geo_planner.siting.facilities import ProblemName, site_facilities
from geo_planner.siting.frontier import frontier
from geo_planner.siting.measures import rank_measures
from geo_planner.siting.measuring.measure_costs import MeasureCosts
from geo_planner.siting.phases import plan_phases
from geo_planner.siting.phasing.wants import Milestone, Want
from geo_planner.siting.plan import SitePlan
from geo_planner.siting.proposal import Proposal, propose
from geo_planner.siting.reach_target import reach_target
from geo_planner.siting.sensitivity import limit_sensitivity
from geo_planner.siting.trial import FacilityIndex
from geo_planner.siting.watching import Progress, Watch
from geo_planner.travel.costs import TravelCosts

__all__ = [
    "Candidates",
    "FacilityIndex",
    "MeasureCosts",
    "Milestone",
    "ProblemName",
    "Progress",
    "Proposal",
    "SitePlan",
    "TravelCosts",
    "Want",
    "Watch",
    "alternatives",
    "equity_price",
    "frontier",
    "limit_sensitivity",
    "plan_phases",
    "propose",
    "rank_measures",
    "reach_target",
    "site_facilities",
]
