"""The command line: thin functions over the services. Shapes and exit codes are the contract's."""

from workbench.cli.main import main

__all__ = ["main"]
