"""Facility, crossing or service: costs, links and the search for the next best."""
