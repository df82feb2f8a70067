#!/usr/bin/env bash
# Writes requirements.lock and requirements-dev.lock from pyproject.toml, with the hash of every file.
# Usage: deploy/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}
lock --extra embedded --output-file requirements.lock "${@}"
# Tests run on the very versions that are run.
lock --extra embedded --extra rota --extra dev --constraint requirements.lock --output-file requirements-dev.lock "${@}"
