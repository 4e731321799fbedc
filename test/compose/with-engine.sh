#!/bin/bash
# Runs a command with a Docker engine and the base images of docker-compose.yml.
#
#   with-engine.sh COMMAND…
#   with-engine.sh --probe      only says whether an engine can be had
#
# An engine that runs here is used; it loses the stand-ins afterwards, which bear the names of others. Where none runs, Debian's
# is started, with its data in .cache/docker-data and all else in a folder of its own, and stopped when the command has ended.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache

say() { echo "$(basename "$0"): $*" >&2; }

bridges() { ip -o link show type bridge | grep -oE '\b(docker0|br-[0-9a-f]{12})\b' | sort -u || true; }

stop_engine() {
  say 'stopping the engine'
  kill "$engine" 2>/dev/null || true
  wait "$engine" || true
  # Bridges and rules of the firewall outlive it.
  bridges | grep -vxFf "$run/bridges" | xargs -r -n 1 ip link delete || true
  iptables-restore <"$run/iptables"
  grep -oE "$run\S*" /proc/mounts | sort -ru | xargs -r umount -l || true
  rm -rf --one-file-system "$run"
}

start_engine() {
  say "starting Debian's engine, since none runs here"
  run=$(mktemp -d /tmp/web_socketio-docker-XXXXXX)
  iptables-save 2>/dev/null >"$run/iptables"
  bridges >"$run/bridges"
  export DOCKER_HOST=unix://$run/docker.sock
  # Compose keeps its builder's state there; nothing is left in the home folder.
  export DOCKER_CONFIG=$run/config
  dockerd --data-root "$cache/docker-data" --exec-root "$run/exec" --pidfile "$run/pid" --host "$DOCKER_HOST" \
    --log-level warn >"$cache/dockerd.log" 2>&1 &
  engine=$!
  trap stop_engine EXIT
  until docker info >/dev/null 2>&1; do
    kill -0 "$engine" 2>/dev/null || { cat "$cache/dockerd.log" >&2; say 'the engine does not start'; exit 1; }
    sleep 0.1
  done
}

remove_stand_ins() {
  names='{{.Repository}}:{{.Tag}}'
  # By name: layers on which something else was built stay, without one.
  { docker images --filter label=web_socketio.stand-in=yes --format "$names"; docker images --format "$names" 'web_socketio-stand-in/*'; } |
    grep -v '<none>' | sort -u | xargs -r docker rmi >/dev/null
}

export PATH=$PATH:$cache/docker/bin
if docker info >/dev/null 2>&1; then
  trap remove_stand_ins EXIT
else
  PATH=$cache/docker/bin:$PATH
  start_engine
fi
[ "$1" != --probe ] || exit 0
"$here/base-images.sh"
# Not exec: the engine has to be stopped afterwards, and a signal to this script must reach the command first.
"$@" &
command=$!
trap 'kill -TERM $command' INT TERM
code=0
while wait $command && code=0 || code=$?; kill -0 $command 2>/dev/null; do :; done
exit $code
