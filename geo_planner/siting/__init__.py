"""Siting: where to build what, with how far from the best possible the answer can be."""

from geo_planner.siting.candidates import Candidates
from geo_planner.siting.facilities import ProblemName, site_facilities
from geo_planner.siting.phases import Milestone, PhasedPlan, Want, plan_phases
from geo_planner.siting.plan import SitePlan
from geo_planner.siting.proposal import Proposal, propose
from geo_planner.siting.reach_target import reach_target
from geo_planner.siting.watching import Progress, Watch
from geo_planner.travel.costs import TravelCosts

__all__ = [
    "Candidates",
    "Milestone",
    "PhasedPlan",
    "ProblemName",
    "Progress",
    "Proposal",
    "SitePlan",
    "TravelCosts",
    "Want",
    "Watch",
    "plan_phases",
    "propose",
    "reach_target",
    "site_facilities",
]
