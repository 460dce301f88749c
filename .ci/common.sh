# What .ci/run and .ci/nightly share. Sourced from the repository's root with "work" set to a folder for copies and logs.

step="start"
step_start=$SECONDS
timings=()
logs=()
# The leader of a process group that runs beside the steps, and ends with the script.
background=

fail() {
  echo "FAILED: $step: $*" >&2
  exit 1
}

begin() {
  step="$1"
  step_start=$SECONDS
  printf '\n===== %s\n' "$step"
}

end() {
  timings+=("$(printf '%4d s  %s' $((SECONDS - step_start)) "$step")")
}

# The last lines are the test runner's own totals, one per module.
finish() {
  local status=$?
  if [ -n "$background" ]; then
    kill -TERM -- "-$background" 2>/dev/null || true
  fi
  printf '\n===== timings\n'
  printf '%s\n' "${timings[@]+"${timings[@]}"}"
  if [ "$status" -ne 0 ]; then
    echo "FAILED in: $step (status $status)"
  fi
  local log
  for log in "${logs[@]}"; do
    if [ -f "$work/$log.log" ]; then
      printf '\n===== tests of %s\n' "$log"
      grep -E '^\[(INFO|WARNING|ERROR)\] Tests run:' "$work/$log.log" | grep -v 'Time elapsed' || echo "no tests were run"
    fi
  done
  exit "$status"
}

# jdk VERSION [FOLDER...]: the home of the first JDK of that version.
jdk() {
  local version="$1" home
  shift
  for home in "$@" "${JAVA_HOME:-}" "$(javac_home)" /usr/lib/jvm/*; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q "^javac $version\b"; then
      echo "$home"
      return
    fi
  done
  return 1
}

javac_home() {
  local javac
  javac="$(command -v javac)" || return 0
  dirname "$(dirname "$(readlink -f "$javac")")"
}

# need PROGRAM:PACKAGE...: installs the packages of Debian whose programs are missing. Tests start these programs by themselves, so
# installing them must not start the system's services.
need() {
  local pair missing=()
  for pair in "$@"; do
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  if [ "${#missing[@]}" -eq 0 ]; then
    return
  fi
  command -v apt-get >/dev/null || fail "not found: ${missing[*]}: install it"
  begin "install ${missing[*]}"
  apt-get -q update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${missing[@]}" ||
    fail "${missing[*]} could not be installed: install it"
  end
}

# copy_to FOLDER: what a clone would have, together with changes that are not committed yet.
copy_to() {
  rm -rf "$1"
  mkdir -p "$1"
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
  done | tar --null --files-from=- --create | tar --extract --directory="$1"
}

# local_repository FOLDER: what Maven has downloaded on this machine, as links if possible, and no build of the SDK. Programs of users
# resolve from there, so that no build ever finds an old build in the machine's own repository.
local_repository() {
  local downloaded="$HOME/.m2/repository"
  rm -rf "$1"
  mkdir -p "$1"
  if [ -d "$downloaded" ]; then
    cp -al "$downloaded/." "$1" 2>/dev/null || cp -a "$downloaded/." "$1"
  fi
  rm -rf "$1/com/scaleoutsystems"
}

# keep LOG: shows its input, and keeps it without colours.
keep() {
  sed -u 's/\x1b\[[0-9;]*m//g' | tee "$work/$1.log"
}

# check NUMBER OPERATOR NUMBER WHAT
check() {
  awk -v left="$1" -v right="$3" "BEGIN { exit !(left $2 right) }" || fail "$4 is $1, expected $2 $3"
}
