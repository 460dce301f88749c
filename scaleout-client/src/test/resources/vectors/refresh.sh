#!/usr/bin/env bash
# Copies the golden files that these tests use from a folder that holds all of them.
# Usage: refresh.sh FOLDER
set -euo pipefail
from=${1:?the folder with the golden files}
here=$(cd "$(dirname "$0")" && pwd)
for file in json/payloads.json json/activities.json grpc/transcripts.json grpc/model.scm jwt/tokens.json jwt/token-cache.json urls/urls.json http/exchanges.json queue/queue.json cli/client.json; do
    mkdir -p "$here/$(dirname "$file")"
    cp "$from/$file" "$here/$file"
done
