#!/usr/bin/env bash
# One would guess that the IidPartitioner of Flower Datasets draws each client's examples at random. It cuts the data set into runs of
# neighbours. It is FederatedDataset that shuffles, before it partitions; a partitioner that is given a data set of one's own does not. If
# that is sorted by label, as folders of images are, each "IID" client has one label. Seen with flwr-datasets 0.6.1, datasets as it
# installs it.
#
# A simulation that is meant to be the easy case is the hardest one: clients train on one class each. Call dataset.shuffle(seed=...) first.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet flwr-datasets==0.6.1

HOME="$work" HF_HUB_OFFLINE=1 "$work/venv/bin/python" - <<'PYTHON'
from datasets import Dataset
from flwr_datasets.partitioner import IidPartitioner

LABELS = 10


def labels_of_first_client(dataset):
    partitioner = IidPartitioner(num_partitions=LABELS)
    partitioner.dataset = dataset
    return sorted(set(partitioner.load_partition(0)["label"]))


by_label = Dataset.from_dict({"label": [label for label in range(LABELS) for _ in range(100)]})
as_given = labels_of_first_client(by_label)
shuffled = labels_of_first_client(by_label.shuffle(seed=1))
print(f"flwr-datasets 0.6.1: of 1,000 examples sorted by label, the first of 10 IID clients has the labels {as_given}")
print(f"flwr-datasets 0.6.1: of the same examples shuffled, it has {shuffled}")
assert as_given == [0], "changed: the partitioner mixes the labels"
assert shuffled == list(range(LABELS)), "changed: shuffling does not help"
PYTHON
