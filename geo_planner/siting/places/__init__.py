"""Where one may build: candidates from files, streets and buildings, and land that is excluded."""
