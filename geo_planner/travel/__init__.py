"""How far it is: along streets where there are any, in a straight line elsewhere."""

from geo_planner.travel.access import access, reach
from geo_planner.travel.costs import TravelCosts
from geo_planner.travel.network import StreetNetwork
from geo_planner.travel.shortest import Nearest

__all__ = ["Nearest", "StreetNetwork", "TravelCosts", "access", "reach"]
