#!/bin/sh
# muster: runs the program that is current on this machine. Installed as /usr/local/bin/muster.
home=/opt/muster/current
# The agent lives for months: it gives memory back rather than keeps it. Each is explained in agent/local/parts.ts.
if [ "${1:-}" = agent ]; then
  export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384
  exec "$home/node" --max-semi-space-size=1 --max-old-space-size=64 --no-sparkplug --optimize-for-size \
    --expose-gc "$home/muster.mjs" "$@"
fi
exec "$home/node" "$home/muster.mjs" "$@"
