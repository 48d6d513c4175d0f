#!/bin/sh
# Rewrites the three hashed lock files. The development set is resolved first and the
# other two held to it, so that tests run what production runs, and the extra fits both.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
        --override deploy/overrides.txt --no-header --no-annotate "$@"
}
rm -f requirements.txt requirements-dev.txt requirements-detoxify.txt
compile --extra build --extra dev pyproject.toml --output-file requirements-dev.txt
compile --extra build --constraint requirements-dev.txt pyproject.toml --output-file requirements.txt
compile --extra build --extra detoxify --constraint requirements-dev.txt pyproject.toml \
    --output-file requirements-detoxify.txt
