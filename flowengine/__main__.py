"""`python -m flowengine` is the same as `flowengine`."""

from flowengine.cli import main

if __name__ == "__main__":
    main(prog_name="flowengine")
