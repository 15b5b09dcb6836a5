"""On what the modules of a network work."""

import torch


@torch.no_grad()
def input_shapes(network: torch.nn.Module, images: torch.Tensor) -> dict[int, tuple[int, ...]]:
    """The shape, less the first axis, of what each module is given last, by the module's id.

    `network` is put in the state in which it is used.
    """
    shapes = {}

    def note(module, inputs):
        if inputs and torch.is_tensor(inputs[0]):
            shapes[id(module)] = tuple(inputs[0].shape[1:])

    hooks = [module.register_forward_pre_hook(note) for module in network.eval().modules()]
    try:
        network(images)
    finally:
        for hook in hooks:
            hook.remove()
    return shapes
