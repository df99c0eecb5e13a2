#!/bin/sh
# Runs `./swarm bench` and two peers in turns on this machine and prints the ratios of their rates.
#
#   benchmarks/peers.sh DIR [ROUNDS] [NEEDS]
#
#   DIR      the peers: seed_python.py (Python, NATS, Redis, SQLite) and dbos/ (DBOS, PostgreSQL)
#   ROUNDS   how often each takes its turn; default 3
#   NEEDS    of a round; default 2000
#
# A peer whose requirements are missing is left out, and that is said. benchmarks/README.md tells what
# they need. One JSON object per turn and one with the ratios, on standard output.
set -u

fail() {
  echo "peers: $*" >&2
  exit "${code:-3}"
}

[ $# -ge 1 ] || { code=2 fail "usage: benchmarks/peers.sh DIR [ROUNDS] [NEEDS]"; }
peers=$(CDPATH='' cd -P "$1" 2>/dev/null && pwd) || fail "there is no directory $1"
rounds=${2:-3}
needs=${3:-2000}
root=$(CDPATH='' cd -P "$(dirname "$0")/.." && pwd) || fail "cannot find the project"
python=${PEERS_PYTHON:-python3}
work=$(mktemp -d "${TMPDIR:-/tmp}/can-swarm-peers-XXXXXX") || fail "no directory for temporary files"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

has() { command -v "$1" >/dev/null 2>&1; }

why_no_python() {
  has "$python" || { echo "no $python"; return; }
  "$python" -c 'import nacl.signing, redis' 2>/dev/null ||
    { echo "$python has no PyNaCl or no redis (Debian: python3-nacl, python3-redis)"; return; }
  has nats-server || { echo "no nats-server"; return; }
  has redis-server || { echo "no redis-server"; return; }
  [ -f "$peers/seed_python.py" ] || echo "no $peers/seed_python.py"
}

why_no_dbos() {
  [ -f "$peers/dbos/run.sh" ] || { echo "no $peers/dbos/run.sh"; return; }
  [ -x /usr/lib/postgresql/15/bin/initdb ] || { echo "no PostgreSQL 15 (Debian: postgresql-15)"; return; }
  has mvn || { echo "no mvn"; return; }
  [ "$(id -u)" = 0 ] || echo "its script starts PostgreSQL as another user, which takes root"
}

# name, file with one turn's output: appends "name rate" for every object that has a rate.
keep() {
  sed -n 's/.*"needs_per_s": *\([0-9.]*\)[,}].*/\1/p; s/.*"clients": *32,.*"per_s": *\([0-9.]*\)[,}].*/\1/p' "$2" |
    while read -r rate; do
      echo "$1 $rate" >>"$work/rates"
    done
}

turn() {
  name=$1
  shift
  echo "peers: $name" >&2
  if (cd "$work" && "$@") >"$work/out" 2>"$work/err" </dev/null; then
    :
  else
    echo "peers: $name ended with $?: $(tail -n 2 "$work/err" | tr '\n' ' ')" >&2
  fi
  grep '^{' "$work/out" || true
  keep "$name" "$work/out"
}

: >"$work/rates"
no_python=$(why_no_python)
no_dbos=$(why_no_dbos)
[ -z "$no_python" ] || echo "peers: python is left out: $no_python" >&2
[ -z "$no_dbos" ] || echo "peers: dbos is left out: $no_dbos" >&2

# DBOS is built where its sources are; ours may be read-only.
[ -n "$no_dbos" ] || cp -R "$peers/dbos" "$work/dbos"

round=1
while [ "$round" -le "$rounds" ]; do
  turn swarm "$root/swarm" bench --needs "$needs" --warmup "$needs" --json
  [ -n "$no_python" ] || turn python env BASE_DIR="$work/python" "$python" "$peers/seed_python.py" bench "$needs"
  [ -n "$no_dbos" ] || turn dbos bash "$work/dbos/run.sh" 10
  round=$((round + 1))
done

# The median of each, and ours over it.
awk '
  { n[$1]++; rate[$1, n[$1]] = $2 }
  function median(name,   i, j, t, m) {
    m = n[name]
    for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++)
      if (rate[name, j] < rate[name, i]) { t = rate[name, i]; rate[name, i] = rate[name, j]; rate[name, j] = t }
    return m == 0 ? -1 : m % 2 ? rate[name, (m + 1) / 2] : (rate[name, m / 2] + rate[name, m / 2 + 1]) / 2
  }
  function shown(value) { return value < 0 ? "null" : sprintf("%.4g", value) }
  END {
    s = median("swarm"); p = median("python"); d = median("dbos")
    printf "{\"type\":\"summary\",\"swarm_per_s\":%s,\"python_per_s\":%s,\"dbos_per_s\":%s,", shown(s), shown(p), shown(d)
    printf "\"swarm_over_python\":%s,\"swarm_over_dbos\":%s}\n", shown(s < 0 || p <= 0 ? -1 : s / p), shown(s < 0 || d <= 0 ? -1 : s / d)
    exit s < 0
  }' "$work/rates"
