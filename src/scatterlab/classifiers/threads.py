"""Many small problems at once, one thread each."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import threadpool_info, threadpool_limits


def map_in_threads(function: Callable, items: Iterable) -> list:
    """``[function(item) for item in items]``, in as many threads as BLAS may use.

    Meanwhile BLAS itself uses one thread a call: threads that share an eigenvalue problem wait
    for one another most of the time. `function` must spend its time outside the interpreter.
    """
    count = max((pool["num_threads"] for pool in threadpool_info()), default=1)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, items))
