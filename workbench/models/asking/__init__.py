"""智问: retrieve, answer, cite, verify, decline."""
