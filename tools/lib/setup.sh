# shellcheck shell=bash disable=SC2154,SC2120
# What tools/play and tools/test share: missing packages, configuring, building. Sourced, after
# `set -euo pipefail`; the caller sets `me`, its own name for messages.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${TUTTI_BUILD_DIR:-$root/build}
jobs=${TUTTI_JOBS:-$(nproc)}

say() { printf '%s: %s\n' "$me" "$*" >&2; }

# die STATUS SENTENCE...: 1 a check failed, 2 wrong usage, 3 this machine lacks something
die() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# missing_packages NAME...: those that dpkg does not have installed, one a line
missing_packages() {
  local name
  declare -A installed=()
  while read -r name; do
    installed[$name]=1
  done < <(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p')
  for name in "$@"; do
    [[ -v installed[$name] ]] || printf '%s\n' "$name"
  done
}

# as_root COMMAND...: through sudo unless we are root already
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"
}

apt_update() {
  as_root apt-get update -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300
}

# may_install NAME...: asks a person at a terminal, unless told --yes or run by root
may_install() {
  [[ $EUID -eq 0 ]] && return 0
  command -v sudo >/dev/null ||
    die 3 "sudo is not here; as root run:  apt-get install --no-install-recommends $*"
  [[ ${assume_yes:-no} == yes ]] && return 0
  [[ -t 0 ]] || die 3 "not asking without a terminal; run again with --yes, or install them yourself:" \
    "sudo apt-get install --no-install-recommends $*"
  local answer
  read -r -p "Install them now with sudo apt-get? [Y/n] " answer
  [[ -z $answer || $answer == [yY]* ]]
}

# ensure_packages NAME...: installs what is missing; says so and goes on where there is no apt
ensure_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "this is not Debian: if a library is missing, the next step names it" \
      "(tools/lib/packages.sh lists all under their Debian names)"
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return 0
  say "${#missing[@]} Debian packages are missing: ${missing[*]}"
  may_install "${missing[@]}" || die 3 "nothing was installed; without them this cannot go on"
  # Fresh machines have no package index, old ones an index whose files are gone from the mirror.
  if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || ! apt_install "${missing[@]}"; then
    apt_update || die 3 "apt-get update failed; check the network and /etc/apt/sources.list"
    apt_install "${missing[@]}" ||
      die 3 "apt-get could not install them; its messages above say why (Debian 12 has them all)"
  fi
}

# configure OPTION...: CMake into $build; options of earlier runs stay
configure() {
  local generator=()
  if [[ ! -f $build/CMakeCache.txt ]] && command -v ninja >/dev/null; then
    generator=(-G Ninja)
  fi
  mkdir -p "$build"
  if ! cmake -S "$root" -B "$build" "${generator[@]}" "$@" >"$build/configure.log" 2>&1; then
    cat "$build/configure.log" >&2
    die 3 "CMake could not configure $build (above); if it names a stale cache, delete that folder"
  fi
}

# build_targets TARGET...: everything if none is named
build_targets() {
  local target=()
  [[ $# -gt 0 ]] && target=(--target "$@")
  cmake --build "$build" --parallel "$jobs" "${target[@]}" ||
    die 1 "the build failed; the first error above is the one to read"
}
