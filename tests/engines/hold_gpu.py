"""Take one of the pretended GPUs, say which, and hold it until the standard input ends.

python hold_gpu.py FOLDER DEVICE...
"""

import os
import sys
from pathlib import Path

from scatterlab.engines import devices

devices.SECONDS = 0.05

if __name__ == "__main__":
    taken = devices.take_gpu(sys.argv[2:], Path(sys.argv[1]))
    print(taken, os.environ.get("CUDA_VISIBLE_DEVICES"), flush=True)
    sys.stdin.read()
