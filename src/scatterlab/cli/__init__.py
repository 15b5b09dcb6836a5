"""The command line: what a store holds, and whether it is still what was written."""
