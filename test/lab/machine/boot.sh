#!/bin/sh
# Boots a machine inside its own cgroups. Called as: boot.sh CGROUP... -- NSPAWN-ARGUMENT...
set -eu
while [ "$1" != -- ]; do
  echo 0 >"$1/cgroup.procs"
  shift
done
shift
exec systemd-nspawn "$@"
