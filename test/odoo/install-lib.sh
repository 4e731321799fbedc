# Read by the install scripts beside it.

say() {
  echo "$(basename "$0"): $*" >&2
}

# Exit code 3 tells whoever runs the tests that this machine is not able to, which is not a failed test.
unavailable() {
  say "NOT AVAILABLE: $*"
  exit 3
}

# The system's own package lists are often missing in containers; they are fetched only when a package is unknown.
need_lists() {
  for package in "$@"; do
    apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || {
      say 'fetching the package lists'
      apt-get -qq update || unavailable "apt-get update failed"
      return 0
    }
  done
}

# install_once DIR VERSION FUNCTION: DIR holds a finished installation of VERSION afterwards. The stamp is written last, so an
# installation that was interrupted has none and is started again. The lock keeps two callers apart.
install_once() {
  dir=$1 version=$2 build=$3
  mkdir -p "$dir"
  exec 9>"$dir.lock"
  flock 9
  if [ "$(cat "$dir/installed" 2>/dev/null)" = "$version" ]; then
    say "$dir is complete"
    return 0
  fi
  rm -rf "$dir"
  mkdir -p "$dir"
  "$build" "$dir"
  echo "$version" >"$dir/installed"
  say "$dir is complete now, $(du -sh "$dir" | cut -f 1)"
}
