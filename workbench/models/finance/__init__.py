"""Statements, ratios and checks as pure functions over documents as read."""
