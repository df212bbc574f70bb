#!/bin/sh
# muster: runs the program that is current on this machine. Installed as /usr/local/bin/muster.
home=/opt/muster/current
# The agent lives for months: small heaps, and one arena of malloc, give memory back rather than keep it.
if [ "${1:-}" = agent ]; then
  export MALLOC_ARENA_MAX=1
  exec "$home/node" --max-semi-space-size=1 --max-old-space-size=64 "$home/muster.mjs" "$@"
fi
exec "$home/node" "$home/muster.mjs" "$@"
