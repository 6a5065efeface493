"""``python -m deltarule``, and the command itself."""

import atexit
import gc
import sys

MOST_YOUNG = 50_000  # new objects before cycles are looked for: records hold next to none, and looking costs a twentieth


def run() -> int:
    """Run the command line; Ctrl-C while it is being loaded ends like any other."""
    gc.set_threshold(MOST_YOUNG)
    # the process ends: what it holds need not be gone through once more before the system takes all of it back
    atexit.register(gc.freeze)
    try:
        from deltarule.cli import main
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return main()


if __name__ == "__main__":
    sys.exit(run())
