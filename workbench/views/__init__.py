"""The desktop. Panes draw and ask; they never parse, embed or store."""
