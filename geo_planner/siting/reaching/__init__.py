"""Targets by class of units: who is promised what, whom a new site would cover, and the choice."""
