"""``python -m workbench`` and the command ``inkstone``."""

import sys


def main() -> int:
    """Refuse the network before anything else is imported, then run the command line or the desktop."""
    from workbench.offline import enforce

    enforce()
    from workbench.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
