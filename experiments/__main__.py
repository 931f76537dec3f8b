"""`python -m westshift.experiments` is the command line."""

from westshift.experiments.cli import main

if __name__ == "__main__":
    main()
