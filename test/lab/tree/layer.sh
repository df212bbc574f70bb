#!/bin/sh
# Runs inside private mount and process namespaces, so that nothing it mounts or starts outlives it.
# Called as: layer.sh ROOT install PACKAGE...   or: layer.sh ROOT trust
set -eu

root=$1
task=$2
shift 2

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" "$@"
}

enabled() {
  inside systemctl list-unit-files --state=enabled --no-legend | awk '{ print $1 }'
}

install_packages() {
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  before=$(enabled)
  inside apt-get -qq update
  inside apt-get -y -q --no-install-recommends install "$@"
  # Unpacked and off: what a package switched on is switched off again.
  for unit in $(enabled); do
    case " $(echo $before) " in *" $unit "*) ;; *) inside systemctl --quiet disable "$unit" || true ;; esac
  done
  rm -f "$root/usr/sbin/policy-rc.d"
  find "$root/var/lib/apt/lists" -type f -delete
}

main() {
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  case $task in
    install) install_packages "$@" ;;
    trust) inside update-ca-certificates ;;
  esac
}

main "$@"
