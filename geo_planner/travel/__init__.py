"""How far it is: along streets where there are any, in a straight line elsewhere."""

from geo_planner.travel.access import access, reach
from geo_planner.travel.catchments import catchments
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.explain import explain
from geo_planner.travel.floating import supply_ratio
from geo_planner.travel.isochrones import isochrones, street_minutes
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.opportunities import opportunities
from geo_planner.travel.shortest import Nearest

__all__ = [
    "Nearest",
    "StreetNetwork",
    "TravelCosts",
    "access",
    "catchments",
    "explain",
    "isochrones",
    "opportunities",
    "reach",
    "street_minutes",
    "supply_ratio",
]
