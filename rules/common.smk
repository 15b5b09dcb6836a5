# The validated configuration, and the paths and names that the rules share.
import json
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

from scatterlab.cascades.registry import NETWORKS, REPRESENTATIONS, may_use_gpu
from scatterlab.config.analyses import ANALYSES, DEMONSTRATIONS
from scatterlab.config.load import validate
from scatterlab.engines.devices import jobs_at_once
from scatterlab.errors import ConfigError, suggest
from scatterlab.sources import module_sources
from scatterlab.training.registry import LOSSES

try:
    CONFIG = validate(config)
    GPUS_HERE = jobs_at_once()
except ConfigError as error:
    raise WorkflowError(str(error))

if CONFIG.mirror:
    os.environ.setdefault("SCATTERLAB_MIRROR", CONFIG.mirror)

# jobs find the interpreter that runs Snakemake, unless their environment brings its own
os.environ.update(PATH=os.pathsep.join([os.path.dirname(sys.executable), *os.get_exec_path()]))

# on this machine a job takes one of its GPUs (scatterlab.engines.devices), and as many of them run
# at once as it has; on a cluster a profile says which rules get one, and its scheduler which one
GPUS_A_JOB = 1 if workflow.resource_settings.nodes is None else 0
if GPUS_A_JOB and "gpu" not in workflow.global_resources:
    workflow.register_resource("gpu", GPUS_HERE)


def named(section, name):
    """The entry `name` of a section of the configuration, or an error that suggests one."""
    known = getattr(CONFIG, section)
    if name not in known:
        raise WorkflowError(f"{name!r} is not one of `{section}`; {suggest(name, known)}")
    return known[name]


def as_json(entry, exclude=None):
    """An entry of the configuration as a command-line argument, less the keys to `exclude`."""
    return json.dumps(entry.model_dump(mode="json", exclude=exclude), sort_keys=True)


def source(path):
    """A file beside the Snakefile as an input: never in a storage, wherever results are.

    Its path is relative, so that what is copied whole stays up to date.
    """
    return local(os.path.relpath(path))


def script(name):
    """A script as an input of its rule."""
    return source(f"{workflow.basedir}/src/scripts/{name}.py")


def code_of(name, *modules):
    """The files beside the script `name` whose change means that it must run again."""
    files = map(source, module_sources(script(name), *modules))
    return [file for file in files if file != script(name)]


def folder_above(levels):
    """The folder so many `levels` above a rule's output: under a storage it has another name."""
    return lambda wildcards, output: str(Path(output[0]).parents[levels - 1])


def images_store(dataset):
    return f"results/data/{dataset}/images.zarr"


def images_manifest(dataset):
    return f"results/data/{dataset}/images.json"


def used_datasets():
    asked = {question.dataset for question in CONFIG.questions.values()}
    return sorted({*CONFIG.comparison.datasets, *asked, *(dataset for dataset, _ in CONFIG.met())})


def representation_spec(name):
    """A representation as JSON; a network's own specification stands in for its name."""
    entry = named("representations", name)
    spec = entry.model_dump(mode="json")
    if entry.kind == "network":
        spec["network"] = named("networks", entry.network).model_dump(mode="json")
    return json.dumps(spec, sort_keys=True)


def representation_gpus(name):
    """How many GPUs a job takes that computes a representation."""
    return GPUS_A_JOB if may_use_gpu(json.loads(representation_spec(name))) else 0


def representation_modules(name):
    """The modules that a representation needs beyond those that every one needs."""
    entry = named("representations", name)
    modules = [REPRESENTATIONS[entry.kind]]
    if entry.kind == "network":
        modules.append(NETWORKS[named("networks", entry.network).kind])
    if entry.kind == "spatial_mean":
        modules.append(REPRESENTATIONS[entry.of.kind])
    if entry.kind == "concatenated":
        modules += sorted({REPRESENTATIONS[part.kind] for part in entry.of})
    return modules


def trained_network(dataset, name):
    """Where the network of a representation is kept: below results/networks; None if it has none."""
    entry = named("representations", name)
    return f"{entry.trained_on or dataset}/{entry.network}" if entry.kind == "network" else None


def representation_weights(dataset, name):
    """The trained weights that a representation needs: a list of one file, or of none."""
    network = trained_network(dataset, name)
    return [f"results/networks/{network}/weights.safetensors"] if network else []


def feature_shards(dataset, representation, suffix):
    """The shards of a representation's features, as paths that end in `suffix`."""
    named("representations", representation)
    shards = named("datasets", dataset).shards
    folder = f"results/features/{dataset}/{representation}"
    return [f"{folder}/shard-{shard}-of-{shards}{suffix}" for shard in range(shards)]


def feature_stores(dataset, representation):
    return feature_shards(dataset, representation, ".zarr")


def feature_manifests(dataset, representation):
    return feature_shards(dataset, representation, ".json")


def folder_of_shards(wildcards, input):
    """Where the shards are that a job reads: a thousand paths are more than a command line holds."""
    return os.path.dirname(input.manifests[0])


def number_of_shards(wildcards, input):
    return len(input.manifests)


def train_sizes(dataset):
    return CONFIG.comparison.train_sizes.get(dataset, ["all"])


def draws(size):
    """Numbers of the random training sets of a size; all samples make one set only."""
    return range(1 if size == "all" else CONFIG.comparison.draws)


wildcard_constraints:
    dataset=r"[^/]+",
    representation=r"[^/]+",
    network=r"[^/]+",
    # what decides is a classifier, or the network itself
    classifier=r"(?!network/)[^/]+",
    shard=r"\d+",
    shards=r"\d+",
    question=r"[\w.]+",
    size=r"\d+|all",
    draw=r"\d+",
