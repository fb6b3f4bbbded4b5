"""What an explanation is made of: the question, causes, routes, gaps and changes that help."""
