# Read by the install scripts of all suites.

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
      # apt waits for nobody else who fetches them.
      flock "${TMPDIR:-/tmp}/web_socketio-package-lists.lock" apt-get -qq update || unavailable "apt-get update failed"
      return 0
    }
  done
}

# The Debian mirror that this machine uses.
debian_mirror() {
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
  [ -n "$mirror" ] || unavailable 'apt knows no Debian mirror'
  echo "$mirror"
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

# apt_of SUITE DIR ARGUMENTS: apt-get with sources, lists and a cache of its own in DIR/apt, which know one suite of Debian
# only. The machine's own sources stay as they are. use_suite comes first.
apt_of() {
  apt_suite=$1 apt_dir=$2/apt
  shift 2
  apt-get -qq -o APT::Sandbox::User=root -o Acquire::Languages=none \
    -o Dir::Etc::sourcelist="$apt_dir/$apt_suite.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$apt_dir/lists" -o Dir::Cache="$apt_dir/cache" "$@"
}

# use_suite SUITE DIR: fetches the package lists of the suite, from the mirror that the machine uses.
use_suite() {
  mirror=$(debian_mirror)
  mkdir -p "$2/apt/lists/partial" "$2/apt/cache"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$2/apt/$1.list"
  say "Debian's $1, from $mirror"
  apt_of "$1" "$2" update || unavailable "no package list of $1 from $mirror"
}

# unpack FOLDER ROOT: of Odoo's own package only translations may be left out, since it needs the manifest of every addon that
# it was packaged with.
unpack() {
  for package in "$1"/*.deb; do
    case $package in
      */odoo-1*) dpkg-deb --fsys-tarfile "$package" | tar -x -C "$2" --exclude='*.po' --exclude='*.pot' ;;
      *) dpkg-deb -x "$package" "$2" ;;
    esac
  done
}

# The name of the folder of libraries, such as x86_64-linux-gnu.
multiarch() {
  dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu"
}

# unpack_wheels REQUIREMENTS DIR: unpacks the files of PyPI that a list names with their hashes, and no others, whichever index
# has them. Another file under one of their names is no missing package. pip is Debian's, as one file that runs where it
# lies; the machine needs none.
unpack_wheels() {
  need_lists python3-pip-whl
  mkdir -p "$2/.pip" "$2/.wheels"
  (cd "$2/.pip" && apt-get -qq -o APT::Sandbox::User=root download python3-pip-whl) || unavailable 'no package python3-pip-whl'
  dpkg-deb -x "$2"/.pip/python3-pip-whl_*.deb "$2/.pip"
  say 'downloading from PyPI'
  if ! PYTHONPATH=$(echo "$2"/.pip/usr/share/python-wheels/pip-*.whl) /usr/bin/python3 -m pip --disable-pip-version-check \
    --no-cache-dir download --quiet --no-deps --only-binary :all: --require-hashes --dest "$2/.wheels" --requirement "$1" \
    2>"$2/.errors"; then
    cat "$2/.errors" >&2
    if grep -q 'DO NOT MATCH THE HASHES' "$2/.errors"; then
      say "a file is not the one of $1"
      exit 1
    fi
    unavailable "PyPI does not give the files of $1"
  fi
  for wheel in "$2"/.wheels/*.whl; do
    /usr/bin/python3 -m zipfile -e "$wheel" "$2"
  done
  rm -rf "$2/.pip" "$2/.wheels" "$2/.errors"
}
