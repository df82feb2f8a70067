#!/bin/sh
# Becomes one process of deploy/Procfile, by name: deploy/process.sh outreach-worker
set -eu
cd "$(dirname "$0")/.."
command=$(sed -n "s/^$1: python //p" deploy/Procfile)
[ -n "$command" ] || { echo "deploy/Procfile has no process $1" >&2; exit 2; }
# shellcheck disable=SC2086
exec .venv/bin/python $command
