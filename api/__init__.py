"""The doors: command line, HTTP and web pages, and the settings they are opened with."""
