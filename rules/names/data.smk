# Which archives and files a data set is made of.
from scatterlab.data.files import LocalFiles
from scatterlab.data.registry import READERS
from scatterlab.errors import DataError


def archive_spec(file):
    """The entry of an archive, found by its name in the data sets and the networks' weights."""
    entries = [entry for dataset in CONFIG.datasets.values() for entry in dataset.archives]
    entries += [network.weights for network in CONFIG.networks.values() if network.weights]
    known = {entry.file: entry for entry in entries}
    if file not in known:
        raise WorkflowError(
            f"no data set has an archive {file!r}, nor a network; {suggest(file, known)}"
        )
    return known[file]


def archives_of(dataset):
    return [f"results/archives/{item.file}" for item in named("datasets", dataset).archives]


def local_state(dataset):
    """What changes with the files of a data set that is a folder on this machine.

    They are no inputs of the rule: there may be a million, and their names may hold anything.
    """
    folder = getattr(named("datasets", dataset), "path", None)
    if folder is None:
        return ""
    try:
        return LocalFiles(folder).state()
    except DataError as error:
        raise WorkflowError(f"datasets.{dataset}.path: {error}")
