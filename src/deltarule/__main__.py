"""``python -m deltarule``, and the command itself."""

import sys


def run() -> int:
    """Run the command line; Ctrl-C while it is being loaded ends like any other."""
    try:
        from deltarule.cli import main
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return main()


if __name__ == "__main__":
    sys.exit(run())
