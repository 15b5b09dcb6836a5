"""How sure a published figure is, in words."""

CONFIDENCE = {
    "S": "read in the authors' own code or in a primary text",
    "S2": "from a secondary source",
    "M": "from memory, well remembered",
    "m": "from memory, unsure: not a mark to be judged by",
}
