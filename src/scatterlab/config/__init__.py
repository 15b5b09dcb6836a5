"""The configuration: its defaults, its JSON schema, and clear errors."""
