"""Filter banks and their Littlewood–Paley sums."""
