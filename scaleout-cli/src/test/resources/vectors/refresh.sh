#!/bin/sh
# Copies the golden vectors that concern the command into this folder and cuts the manifest down to them.
# Usage: refresh.sh FOLDER, the folder of the golden vectors, with manifest.json in it.
set -eu
source=${1:?usage: refresh.sh FOLDER-OF-THE-GOLDEN-VECTORS}
target=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

for folder in containers legacy refused signatures; do
    rm -rf "${target:?}/$folder"
    mkdir "$target/$folder"
    cp "$source/$folder"/* "$target/$folder/"
    chmod 644 "$target/$folder"/*
done

python3 - "$source/manifest.json" "$target/manifest.json" <<'EOF'
import json
import sys

kinds = ("container", "legacy", "refused", "signature")
with open(sys.argv[1]) as file:
    manifest = json.load(file)
manifest["vectors"] = [vector for vector in manifest["vectors"] if vector["kind"] in kinds]
with open(sys.argv[2], "w") as file:
    json.dump(manifest, file, indent=1)
    file.write("\n")
EOF
