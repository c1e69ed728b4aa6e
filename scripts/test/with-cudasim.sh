#!/usr/bin/env bash
#
# Tests scripts/with-cudasim on a stand-in for the build. Usage: with-cudasim.sh [PART OF A TEST'S NAME]

set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# make_project: a project in $work whose build counts itself in $work/builds.
make_project() {
  mkdir -p "$work/scripts/lib" "$work/native/src/cudasim" "$work/kernels/src/main/cuda"
  cp "$checkout/scripts/with-cudasim" "$work/scripts/"
  touch "$work/scripts/lib/cudasim.sh" "$work/native/src/cudasim/core.cpp"
  cat >"$work/scripts/build-native" <<'END'
#!/usr/bin/env bash
[[ $1 == --cudasim && ($2 == checked || $2 == fast) && $# -eq 2 ]] || exit 9
root=$(dirname "$0")/..
echo "compiling"
[[ ! -f $root/broken ]] || { echo "core.cpp:1: error: broken"; exit 1; }
mkdir -p "$root/target/cudasim/$2"
touch "$root/target/cudasim/$2/libcuda.so.1"
echo "$2" >>"$root/builds"
END
  chmod +x "$work/scripts/build-native"
  # What is made from here on must look newer, whatever the clock's resolution.
  find "$work" -exec touch -d '1 minute ago' {} +
}

builds() {
  wc -l <"$work/builds"
}

test_a_command_gets_the_library_path_and_gives_its_exit_code() {
  make_project
  # shellcheck disable=SC2016 # for the inner shell
  LD_LIBRARY_PATH=/own run "$work/scripts/with-cudasim" bash -c 'echo "$LD_LIBRARY_PATH $*"; exit 7' _ 'a b'
  assert_equal 7 "$status"
  assert_equal "$work/target/cudasim/checked:/own a b" "$stdout"
  assert_equal '' "$stderr"
  # shellcheck disable=SC2016
  run env -u LD_LIBRARY_PATH "$work/scripts/with-cudasim" --fast bash -c 'echo "$LD_LIBRARY_PATH"'
  assert_equal "$work/target/cudasim/fast" "$stdout"
}

test_it_is_built_once_and_again_when_a_source_is_newer_or_gone() {
  make_project
  run "$work/scripts/with-cudasim" true
  run "$work/scripts/with-cudasim" true
  assert_equal 1 "$(builds)"
  touch -d '1 minute' "$work/native/src/cudasim/core.cpp"
  run "$work/scripts/with-cudasim" true
  assert_equal 2 "$(builds)"
  touch -d '1 minute ago' "$work/native/src/cudasim/core.cpp"
  touch "$work/kernels/src/main/cuda/new.cu"
  touch -d '1 minute' "$work/kernels/src/main/cuda"
  run "$work/scripts/with-cudasim" true
  assert_equal 3 "$(builds)"
  rm "$work/target/cudasim/checked/libcuda.so.1"
  touch -d '1 minute ago' "$work/kernels/src/main/cuda" "$work/kernels/src/main/cuda/new.cu"
  run "$work/scripts/with-cudasim" true
  assert_equal 4 "$(builds)"
}

test_a_variant_is_built_when_it_is_asked_for() {
  make_project
  run "$work/scripts/with-cudasim" --fast true
  run "$work/scripts/with-cudasim" --fast true
  assert_equal fast "$(cat "$work/builds")"
  run "$work/scripts/with-cudasim" true
  assert_equal $'fast\nchecked' "$(cat "$work/builds")"
}

test_a_failed_build_is_shown_and_the_command_not_run() {
  make_project
  touch "$work/broken"
  run "$work/scripts/with-cudasim" touch "$work/ran"
  assert_equal 1 "$status"
  assert_contains "$stderr" 'core.cpp:1: error: broken'
  assert_contains "$stderr" 'cudasim could not be built'
  assert_missing "$work/ran"
  rm "$work/broken"
  run "$work/scripts/with-cudasim" touch "$work/ran"
  assert_equal 0 "$status"
}

test_two_at_once_build_once() {
  make_project
  sed -i 's/^echo "compiling"/sleep 0.5/' "$work/scripts/build-native"
  touch -d '1 minute ago' "$work/scripts/build-native"
  "$work/scripts/with-cudasim" true &
  local first=$!
  run "$work/scripts/with-cudasim" true
  assert_equal 0 "$status"
  wait "$first"
  assert_equal 1 "$(builds)"
}

test_signals_reach_the_command() {
  make_project
  "$work/scripts/with-cudasim" sleep 60 &
  local pid=$!
  eventually 60 grep -q '^sleep' "/proc/$pid/comm"
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  assert_equal 143 "$status"
}

test_without_a_command_it_says_what_it_does() {
  make_project
  run "$work/scripts/with-cudasim"
  assert_equal 2 "$status"
  assert_contains "$stderr" 'scripts/with-cudasim [--fast] COMMAND'
  run "$work/scripts/with-cudasim" --slow true
  assert_equal 2 "$status"
}

run_tests "${1-}"
