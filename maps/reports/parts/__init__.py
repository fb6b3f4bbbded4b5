"""The seven parts of a report, one file each."""
