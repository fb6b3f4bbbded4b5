"""Covering: what the two covering problems share, without capacities."""
