# shellcheck shell=sh
#
# Builds the jars and the archive of loaded classes, once, whoever starts at the same time.
# Needs: what layout.sh, jdk.sh and app.sh set.

# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"

build_log=$root/target/jgpt-build.log

# Brings the jars and the class archive up to date. Returns only if jgpt can start.
prepare_app() {
  if app_is_built && [ ! -w "$app" ]; then
    # Only the class archive for this JDK is missing, and there is no place for one: start without.
    return
  fi
  if [ -z "$bundled" ]; then
    require_writable "$root" "$root/runtime" "$root/agent-cli"
  elif ! app_is_built; then
    die 1 bundle_broken "$root" "${app_jar:-$app}"
  fi
  mkdir -p "$root/target" "$app"
  exec 9>>"$root/target/jgpt-build.lock"
  lock_build
  # Another start may have done the work while this one waited.
  if ! app_is_built; then
    build_app
  fi
  if ! app_is_trained; then
    train_app
  fi
  exec 9>&-
}

# require_writable DIRECTORY...: each must have a target folder, or room for one.
require_writable() {
  for writable in "$@"; do
    if [ -d "$writable/target" ]; then
      writable=$writable/target
    fi
    [ -w "$writable" ] || die 1 read_only "$writable"
  done
}

# Takes the lock on descriptor 9; the system gives it back however this process ends.
lock_build() {
  if command -v flock >/dev/null; then
    flock -n 9 || { say waiting && flock 9; }
  elif command -v perl >/dev/null; then
    # A lock belongs to the open file, which perl shares with this shell: it outlives perl.
    perl -e 'open my $f, ">&=", 9; flock($f, 6) or exit 1' || { say waiting && perl -e 'open my $f, ">&=", 9; flock $f, 2'; }
  else
    die 1 no_tool 'flock or perl'
  fi
}

# One checksum over the sources' names and contents.
sources_checksum() {
  # shellcheck source=scripts/lib/fetch.sh
  . "$root/scripts/lib/fetch.sh"
  # shellcheck disable=SC2086 # a list of paths without spaces
  (CDPATH='' cd -- "$root" && find $app_sources -type f -exec cksum {} + | LC_ALL=C sort) >"$root/target/jgpt-sources"
  checksum 256 "$root/target/jgpt-sources"
}

build_app() {
  # Sources that change while the build runs must look newer than what it made.
  : >"$root/target/jgpt-build.start"
  sources=$(sources_checksum)
  if [ -f "$app_jar" ] && [ -f "$app/built" ] && [ "$(cat "$app/built")" = "$sources" ]; then
    touch -r "$root/target/jgpt-build.start" "$app/built"
    return
  fi

  # shellcheck source=scripts/lib/maven.sh
  . "$root/scripts/lib/maven.sh"
  require_maven
  rm -rf "$app"
  say building
  build_began=$(date +%s)
  : >"$build_log"
  (become_maven --batch-mode --projects agent-cli --also-make -Djgpt.quick -DskipTests package) \
    >"$build_log" 2>&1 </dev/null 9>&- &
  build_pid=$!
  trap 'kill "$build_pid" 2>/dev/null; exit 130' INT
  trap 'kill "$build_pid" 2>/dev/null; exit 143' TERM HUP
  show_progress
  if ! wait "$build_pid"; then
    grep '^\[ERROR\] .' "$build_log" | head -n 12 >&2 || tail -n 12 "$build_log" >&2
    die 1 build_failed "$build_log"
  fi
  trap - INT TERM HUP
  mark_built
  if [ -t 2 ]; then
    say built "$(($(date +%s) - build_began))"
  fi
}

# The jars are those of $sources, as they were when the build began.
mark_built() {
  printf '%s\n' "$sources" >"$app/built"
  touch -r "$root/target/jgpt-build.start" "$app/built"
  app_is_built || true # sets app_jar
}

# build_with_tests LOG: programs, tests, benchmarks and JUnit's console, where Maven puts them. The lock is prepare_app's,
# which may be building the same. Needs: require_maven.
build_with_tests() {
  mkdir -p "$root/target" "${1%/*}"
  exec 9>>"$root/target/jgpt-build.lock"
  lock_build
  : >"$root/target/jgpt-build.start"
  sources=$(sources_checksum)
  if ! run_maven --batch-mode --projects agent-cli,bench/peers --also-make -Djgpt.quick -DskipTests -Pbundle package \
    >"$1" 2>&1 </dev/null 9>&-; then
    grep '^\[ERROR\] .' "$1" | head -n 12 >&2 || tail -n 12 "$1" >&2
    die 1 build_failed "$1"
  fi
  mark_built
  exec 9>&-
}

# On a terminal: one line that tells what Maven does, until it ends.
show_progress() {
  [ -t 2 ] || return 0
  while kill -0 "$build_pid" 2>/dev/null; do
    build_step=$(awk '
      /^Downloading from |^\[INFO\] Downloading from / { n = split($NF, part, "/"); step = part[n] }
      /^\[INFO\] --- / { split($3, part, ":"); sub(/^maven-/, "", part[1]); sub(/-plugin$/, "", part[1]); step = $(NF - 1) ": " part[1] }
      END { print substr(step, 1, 60) }' "$build_log")
    printf '\r\033[K  %3s s  %s' "$(($(date +%s) - build_began))" "$build_step" >&2
    sleep 0.3
  done
  printf '\r\033[K' >&2
}

# Runs jgpt once and keeps the classes that it loaded, linked and profiled (JEP 514, JEP 515). A JDK that cannot do
# that gets no archive, and is not asked again.
train_app() {
  say training
  rm -f "$app_aot"
  modernize_jars "$app/lib" >"$app/training.log" 2>&1 </dev/null 9>&- || true
  train_on generate --model "$root/models/mini" --device cpu --seed 1 --max-tokens 16 "Once upon a time" ||
    train_on --version || true
  printf '%s\n' "$jdk_build $jdk" >"$app/trained"
}

# modernize_jars FOLDER: of old classes an archive can hold none. A bundle's jars are modern already.
modernize_jars() {
  [ -n "$bundled" ] || "$jdk/bin/java" "$root/scripts/lib/ModernizeJars.java" "$1"
}

# train_on ARGUMENT...: the run to learn from. Recording and assembling are two runs of the JVM, since the one that does
# both hands its class path over in a variable that cannot hold spaces.
train_on() (
  export LC_ALL=C.UTF-8
  train_java() {
    "$jdk/bin/java" -XX:AOTConfiguration="$app/classes.aotconf" -Xlog:disable -XX:-PrintWarnings -XX:+UseSerialGC \
      "-Djgpt.bundled=$root/models" "$@" >>"$app/training.log" 2>&1 </dev/null 9>&-
  }
  trap 'rm -f "$app/classes.aotconf" "$app_aot.new"' EXIT
  train_java -XX:AOTMode=record -jar "$app_jar" "$@" || exit 1
  train_java -XX:AOTMode=create -XX:AOTCache="$app_aot.new" -jar "$app_jar" || exit 1
  mv "$app_aot.new" "$app_aot" 2>/dev/null
)
