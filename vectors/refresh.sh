#!/bin/sh
# Replaces the golden vectors of this folder by newer ones.
# Usage: refresh.sh FOLDER, a folder of golden vectors, with manifest.json in it.
set -eu
source=${1:?usage: refresh.sh FOLDER-OF-THE-GOLDEN-VECTORS}
target=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

for old in "$target"/*/; do
    rm -rf "$old"
done
cp "$source/manifest.json" "$target/"
(cd "$source" && find . -mindepth 2 -type f ! -name '*.md') | while read -r file; do
    mkdir -p "$target/$(dirname "$file")"
    cp "$source/$file" "$target/$file"
done
find "$target" -type f ! -name '*.sh' -exec chmod 644 {} +
