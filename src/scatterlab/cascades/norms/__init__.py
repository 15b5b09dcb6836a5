"""The norms of operators: of convolutions as they are used, and of networks layer by layer."""
