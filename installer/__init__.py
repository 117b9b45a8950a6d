"""The set-up of the workbench: two commands on a clean machine."""
