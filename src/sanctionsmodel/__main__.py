"""Run the command line as ``python -m sanctionsmodel``."""

from sanctionsmodel.cli import main

if __name__ == "__main__":
    main()
