"""``python -m scatterlab``: the command line."""

from scatterlab.cli.main import main

if __name__ == "__main__":
    main()
