"""Scenario packs: loaded from data, validated with file and line."""
