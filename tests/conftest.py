"""What holds for all tests."""

from hypothesis import settings

# how long an example takes says nothing here: tests run beside each other
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
