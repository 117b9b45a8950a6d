"""The only place that writes Word and Excel files."""
