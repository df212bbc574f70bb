#!/bin/sh
# Becomes a process of a machine: first its cgroups (so that limits, freeze and power loss reach it), then its
# namespaces. Called as: enter.sh LEADER CGROUP... -- COMMAND ARGUMENT...
set -eu
leader=$1
shift
while [ "$1" != -- ]; do
  echo 0 >"$1/cgroup.procs"
  shift
done
shift
exec nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root -- "$@"
