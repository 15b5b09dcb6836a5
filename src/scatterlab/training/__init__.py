"""Maximum likelihood, gradient descent, augmentation and checkpoints."""
