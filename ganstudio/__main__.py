"""python -m ganstudio."""

import sys


def main() -> int:
    """Run the command line of this process and return its exit code; say in words if a package that it needs fails."""
    try:
        from ganstudio.cli import main as run
    except Exception as error:
        from ganstudio.system import installing

        sentence = installing.explain(error)
        if sentence is None:
            raise
        if sys.stderr is not None:
            sys.stderr.write(f"GAN Studio cannot start. {sentence}\n")
        return 1
    return run()


if __name__ == "__main__":
    sys.exit(main())
