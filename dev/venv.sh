# Sourced by ./run and ./test: makes .venv from the lock file, once per lock.
# --no-deps: the lock is whole, and a resolver might want what came out after it.

# What is compiled once is not compiled again by each of the processes to come.
unset PYTHONDONTWRITEBYTECODE

fail() { printf '%s\n' "$*" >&2; exit 1; }

PYTHON=${PYTHON:-python3}
command -v "$PYTHON" >/dev/null 2>&1 || fail "python3 is not installed: apt-get install python3 python3-venv"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; $PYTHON is $("$PYTHON" -V 2>&1)."

LOCK=requirements/dev.txt
STAMP=.venv/.lock-sha256
WANT=$(sha256sum "$LOCK" | cut -d' ' -f1)
if [ "$(cat "$STAMP" 2>/dev/null || true)" != "$WANT" ] && [ ! -L .venv ]; then
  echo "Setting up .venv from $LOCK ..."
  if command -v uv >/dev/null 2>&1; then
    uv venv -q --python "$PYTHON" --allow-existing .venv || fail "uv could not make .venv here."
    uv pip install -q --python .venv/bin/python --no-deps --require-hashes -r "$LOCK" || fail "The packages of $LOCK could not be installed."
  else
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || fail "python3-venv is not installed: apt-get install python3-venv"
    "$PYTHON" -m venv .venv || fail "No virtual environment can be made in $(pwd): is the folder writable?"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$LOCK" || fail "The packages of $LOCK could not be installed."
  fi
  printf '%s' "$WANT" > "$STAMP"
fi
