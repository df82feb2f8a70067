#!/usr/bin/env bash
# Installs what is missing for `run` or `test`: Debian's packages, the locked Python packages in .venv, the documentation page.
# Usage: deploy/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."

purpose="${1:-run}"
case "$purpose" in
run) lock=requirements.lock ;;
test) lock=requirements-dev.lock ;;
*) echo "usage: $0 run|test" >&2 && exit 2 ;;
esac
python="${PYTHON:-python3}"
started=$SECONDS
log=var/log/setup.log
mkdir -p var/log

say() { printf '[%3d s] %s\n' "$((SECONDS - started))" "$*"; }
fail() {
    printf 'setup: %s\n' "$1" >&2
    if [ -n "${2:-}" ] && [ -s "$2" ]; then
        printf 'The end of %s:\n' "$2" >&2
        tail -n 20 "$2" | sed 's/^/    /' >&2
    fi
    exit 1
}

missing_packages() {
    # A private broker is started unless another is named; tests always start one.
    if { [ "$purpose" = test ] || [ -z "${AMQP_URI:-}" ]; } && ! { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && command -v epmd >/dev/null; }; then
        echo rabbitmq-server
    fi
    if [ "$purpose" = test ]; then
        command -v chromium >/dev/null || echo chromium
        missing_media
    fi
    if [ ! -x .venv/bin/python ]; then
        command -v "$python" >/dev/null || echo python3
        "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    fi
}

missing_media() {
    # What turns a lesson's text into a recording and a video.
    command -v espeak-ng >/dev/null || echo espeak-ng
    command -v ffmpeg >/dev/null || echo ffmpeg
    [ -f /usr/share/fonts/truetype/wqy/wqy-zenhei.ttc ] || echo fonts-wqy-zenhei
}

install_packages() {
    command -v apt-get >/dev/null || fail "$* is missing and apt-get is not there to install it. Install it by hand."
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "$* is missing, and installing it needs root or sudo. Ask an administrator to: apt-get install $*"
        as_root=(sudo)
    fi
    say "Installing $* with apt-get (output in $log)"
    "${as_root[@]}" apt-get update >>"$log" 2>&1 || say "apt-get update failed; going on with the lists that are there"
    # The package would start a node of its own, which nobody here needs; this keeps it from starting now and at boot.
    local policy=/usr/sbin/policy-rc.d made_policy=
    if [[ " $* " == *" rabbitmq-server "* ]] && [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        made_policy=yes
    fi
    local status=0
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 || status=$?
    if [ -n "$made_policy" ]; then "${as_root[@]}" rm -f "$policy"; fi
    [ "$status" -eq 0 ] || fail "apt-get could not install $*." "$log"
    if [[ " $* " == *" rabbitmq-server "* ]] && command -v systemctl >/dev/null; then
        "${as_root[@]}" systemctl disable rabbitmq-server >>"$log" 2>&1 || true
    fi
}

install_python() {
    if ! .venv/bin/python -c '' 2>/dev/null; then
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old: Python 3.11 or later is needed. Set PYTHON to one."
        say "Making the virtual environment .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv >>"$log" 2>&1 || fail "The virtual environment could not be made." "$log"
    fi
    local total
    total=$(grep -c '==' "$lock")
    say "Installing $total Python packages of $lock (output in $log)"
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock" 2>>"$log" |
        tee -a "$log" |
        awk -v total="$total" '/^(Collecting|Requirement already satisfied)/ && ++n % 20 == 0 {print "         " n " of " total; fflush()} /^Installing/ {print "         unpacking"; fflush()}' ||
        fail "pip could not install the packages of $lock." "$log"
    .venv/bin/python -m pip check >>"$log" 2>&1 || fail "The installed packages do not fit together." "$log"
}

install_docs_page() {
    # Without these scripts all works but the documentation page, which then says what is missing; so nothing here stops the set-up.
    if ! command -v npm >/dev/null; then
        (install_packages npm) || return 1
    fi
    say "Installing the documentation page's scripts (output in $log)"
    npm ci --ignore-scripts --no-audit --no-fund >>"$log" 2>&1
}

exec 9>var/setup.lock
flock 9

mapfile -t packages < <(missing_packages)
if [ "${#packages[@]}" -gt 0 ]; then
    : >"$log"
    install_packages "${packages[@]}"
fi

mapfile -t media < <(missing_media)
if [ "${#media[@]}" -gt 0 ]; then
    # Without these all works but the making of recordings and videos, which then says what is missing; so nothing here stops the set-up.
    (install_packages "${media[@]}") || say "${media[*]} could not be installed; lessons get no recording or video until they are, everything else works (see $log)"
fi

wanted=$(cat requirements.lock "$lock" | sha256sum)
if [ ! -x .venv/bin/python ] || ! grep -qsx "$wanted" .venv/.installed; then
    install_python
    # The packages for tests include those for a run.
    cat requirements.lock requirements.lock | sha256sum >.venv/.installed
    echo "$wanted" >>.venv/.installed
    changed=yes
fi

docs=$(sha256sum <package-lock.json)
if ! grep -qsx "$docs" node_modules/.installed; then
    if install_docs_page; then
        echo "$docs" >node_modules/.installed
    else
        say "The documentation page's scripts could not be installed; /docs says so, everything else works (see $log)"
        mkdir -p node_modules && echo "$docs" >node_modules/.installed
    fi
    changed=yes
fi
[ -z "${changed:-}" ] || say "Everything is installed"
