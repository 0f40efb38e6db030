#!/usr/bin/env bash
# Installs what Rapport needs and this machine lacks: tools/setup.sh [group ...]   (default: build test)
#
# Groups and packages are in tools/packages-debian.txt. When nothing is missing this costs one dpkg-query. Otherwise the
# installation is simulated first, and nothing is changed when apt would remove a package: libboost1.81-dev, for one,
# excludes libboost1.74-dev and all that depends on it.
set -euo pipefail
export LC_ALL=C

list="$(dirname "$0")/packages-debian.txt"
groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(build test)

stop() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# Debian 12's names stand in the second column of the list, those of every later release in the third.
codename="$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-}")" || codename=""
wanted="$(awk -v groups=" ${groups[*]} " -v old="$([ "$codename" = bookworm ] && echo 1 || echo 0)" '
  /^[^#]/ && NF >= 2 && index(groups, " " $1 " ") { print (old || NF < 3) ? $2 : $3 }' "$list" | sort -u)"
[ -n "$wanted" ] || stop "no packages for '${groups[*]}' in $list"

command -v dpkg-query >/dev/null || {
  [ "${RAPPORT_SKIP_SETUP:-0}" = 1 ] && exit 0
  stop "this is no Debian (there is no dpkg-query)." \
    "Install the equivalents of these, then set RAPPORT_SKIP_SETUP=1:" $wanted
}
[ "${RAPPORT_SKIP_SETUP:-0}" = 1 ] && exit 0

# shellcheck disable=SC2086  # package names hold no spaces
installed="$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
  awk '$2 == "installed" { print $1 }' | sort -u)" || true
missing="$(comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$installed") | tr '\n' ' ')"
[ -n "${missing// /}" ] || exit 0

command -v apt-get >/dev/null || stop "there is no apt-get here; these packages are missing: $missing"
root=()
if [ "$(id -u)" -ne 0 ]; then
  manual="apt-get install --no-install-recommends --no-remove $missing"
  command -v sudo >/dev/null || stop "neither root nor sudo here. As root, run:" "  $manual"
  if ! sudo -n true 2>/dev/null && ! [ -t 0 ]; then
    stop "sudo would ask for a password and there is nobody to type it. Run:" "  sudo $manual"
  fi
  root=(sudo)
fi

# What apt would do, without doing it; its sources are updated once when they do not know a package.
# shellcheck disable=SC2086
simulate() { apt-get install -s --no-install-recommends $missing 2>&1; }

update() {
  echo "setup: updating the package lists" >&2
  "${root[@]}" apt-get update -q -o DPkg::Lock::Timeout=300 </dev/null >&2 ||
    stop "the package lists could not be updated; these packages are missing: $missing"
}

updated=0
plan="$(simulate)" || {
  update
  updated=1
  plan="$(simulate)" || stop "apt cannot install what is missing ($missing). It says:" "$plan"
}
removals="$(awk '/^Remv / { printf "%s ", $2 }' <<<"$plan")"
[ -z "$removals" ] || stop "to install: $missing" \
  "apt would remove: $removals" \
  "Nothing was changed. Remove those yourself if nothing needs them, or build in a container (deploy/Dockerfile)."

install() {
  # shellcheck disable=SC2086
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-remove \
    -o DPkg::Lock::Timeout=300 $missing </dev/null >&2
}

echo "setup: installing $missing" >&2
install || {
  # Old lists name files that the mirror no longer has.
  [ "$updated" = 0 ] || stop "the installation failed; these packages are missing: $missing"
  update
  install || stop "the installation failed; these packages are missing: $missing"
}
