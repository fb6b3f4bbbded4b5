"""Monitoring: how figures stand from year to year."""
