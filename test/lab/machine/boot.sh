#!/bin/sh
# Starts a program inside a machine's own cgroups. Called as: boot.sh CGROUP... -- PROGRAM ARGUMENT...
set -eu
while [ "$1" != -- ]; do
  echo 0 >"$1/cgroup.procs"
  shift
done
shift
exec "$@"
