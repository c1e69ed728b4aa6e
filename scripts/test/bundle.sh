#!/usr/bin/env bash
#
# Makes the bundle and uses it as on a machine that has nothing: unpacked elsewhere, under a path with spaces, no Java, Maven
# or git on the PATH, no home. Usage: bundle.sh [PART OF A TEST'S NAME]

set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"
# shellcheck disable=SC2034 # read by what is sourced
root=$checkout
# shellcheck source=scripts/lib/layout.sh
source "$checkout/scripts/lib/layout.sh"
# shellcheck source=scripts/lib/jdk.sh
source "$checkout/scripts/lib/jdk.sh"
find_jdk || fail "these tests need a JDK $jdk_minimum"

"$checkout/scripts/bundle" >"$scratch/bundle.log" 2>&1 || { cat "$scratch/bundle.log" && exit 1; }
archive=$(tail -n 1 "$scratch/bundle.log")

# A PATH with what a bare machine has.
tools=$scratch/tools
mkdir "$tools"
for tool in awk basename bash cat chmod cut date dirname env find flock grep head locale mkdir mktemp mv nproc printf readlink \
  rm sed sh sleep sort tail tar tee timeout touch tr uname wc; do
  ln -s "$(type -P "$tool")" "$tools/$tool"
done

# unpack FOLDER: sets bundle to what the archive holds.
unpack() {
  mkdir -p "$1"
  tar -xzf "$archive" -C "$1"
  for bundle in "$1"/*; do :; done
}

# in_bundle COMMAND...: with nothing of this machine in the environment; what is wanted of it is named in variables=().
in_bundle() {
  local command=$1
  shift
  run env -i PATH="$tools" "${variables[@]}" "$bundle/scripts/$command" "$@"
}

set_up() {
  variables=()
  unpack "$work/a folder"
}

test_1_the_archive_says_what_it_holds_and_is_small_enough() {
  cat "$scratch/bundle.log"
  [[ $(stat -c %s "$archive") -le 60000000 ]] || fail 'it is too large'
  grep -q ' java$' "$scratch/bundle.log"
  set_up
  assert_equal 1 "$(find "$work/a folder" -mindepth 1 -maxdepth 1 | wc -l)"
  assert_contains "$(<"$bundle/VERSION")" "commit $(git -C "$checkout" rev-parse HEAD)"
  assert_contains "$("$jdk/bin/jar" --list --file "$bundle"/app/lib/jcuda-natives-*.jar)" libJCudaDriver-
  # Natives of other platforms have no place in it.
  assert_equal '' "$(find "$bundle" -name '*windows*' -o -name '*darwin*' -o -name '*apple*' -o -name '*arm*.jar')"
}

test_1_the_same_sources_give_the_same_archive() {
  local first
  first=$(sha256sum <"$archive")
  "$checkout/scripts/bundle"
  assert_equal "$first" "$(sha256sum <"$archive")"
}

test_it_writes_what_the_checkout_writes() {
  local story=(generate --device cpu --greedy --max-tokens 16 'Once upon a time') expected
  expected=$("$checkout/scripts/jgpt" "${story[@]}" 2>/dev/null)
  set_up
  in_bundle jgpt "${story[@]}"
  assert_equal 0 "$status"
  assert_equal "$expected" "$stdout"
  assert_equal 'jgpt: preparing a quick start, once' "$stderr"
  in_bundle jgpt "${story[@]}"
  assert_equal "$expected" "$stdout"
  assert_equal '' "$stderr"
  # Moved, it still works.
  mv "$bundle" "$work/moved"
  bundle=$work/moved
  in_bundle jgpt "${story[@]}"
  assert_equal "$expected" "$stdout"
}

test_the_recipes_are_in_it() {
  set_up
  in_bundle jgpt agent --recipes
  assert_equal 0 "$status"
  assert_contains "$stdout" "$bundle/recipes/office"
}

test_it_needs_no_place_to_write() {
  set_up
  # For root every place can be written, unless the file system says no; a folder that is a file does as well.
  rm -rf "$bundle/app/trained"
  touch "$bundle/target"
  chmod -R a-w "$bundle"
  local as=()
  if [[ $EUID == 0 ]]; then
    chmod a+x "$scratch" "$work" "$work/a folder"
    as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  fi
  run "${as[@]}" env -i PATH="$tools" "$bundle/scripts/jgpt" --version
  assert_equal 0 "$status"
  assert_equal '' "$stderr"
}

test_a_JDK_that_is_named_is_used() {
  set_up
  variables=(JGPT_JAVA_HOME=/nowhere)
  in_bundle jgpt --version
  assert_equal 1 "$status"
  assert_contains "$stderr" 'JGPT_JAVA_HOME is /nowhere'
  variables=(JAVA_HOME=/nowhere)
  in_bundle jgpt --version
  assert_equal 0 "$status"
}

test_a_bundle_with_a_part_missing_says_so() {
  set_up
  rm "$bundle"/app/lib/jgpt-cli-*.jar
  in_bundle jgpt --version
  assert_equal 1 "$status"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" 'unpack the archive again'
}

test_the_suites_of_a_checkout_are_not_for_a_bundle() {
  set_up
  in_bundle check java
  assert_equal 2 "$status"
  assert_contains "$stderr" 'scripts/check --gpu'
}

# --- scripts/check --gpu ---------------------------------------------------------------------------------------------

test_without_a_GPU_one_line_says_so() {
  set_up
  variables=(CUDA_VISIBLE_DEVICES=)
  in_bundle check --gpu
  assert_equal 4 "$status"
  assert_equal '' "$stdout"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" 'jgpt: no '
}

test_what_is_for_a_GPU_runs_on_the_simulator() {
  "$checkout/scripts/with-cudasim" --fast true
  set_up
  variables=(LD_LIBRARY_PATH="$checkout/target/cudasim/fast")
  limit=900 in_bundle check --gpu --limit 600 CudaDeviceTest KernelPropertiesTest
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  assert_contains "$stdout" 'cudasim (CPU)'
  assert_contains "$stdout" 'ok      CudaDeviceTest'
  assert_contains "$stdout" 'ok      KernelPropertiesTest'
  in_bundle jgpt generate --device cuda --max-tokens 2 'Once upon a time' --json
  assert_equal 0 "$status"
  assert_contains "$stdout" '"device":"cuda:0"'
  limit=900 in_bundle bench-gpu --smoke --python none --dtypes bf16
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  assert_contains "$stdout" '32 of 32 greedy tokens the same'
}

# A bundle with a GPU that is none, and tests that pass, fail, hang and die.
set_up_stand_ins() {
  set_up
  local classes=$bundle/tests/runtime
  rm -rf "$bundle"/tests/{runtime,agent-cli} "$bundle"/bench/lib/*
  mkdir -p "$classes" "$bundle/tests/agent-cli" "$work/card"
  "$jdk/bin/javac" -d "$classes" -cp "$bundle/tests/junit.jar" "$here"/gpu/*Test.java
  "$jdk/bin/javac" -d "$work/card" "$here/gpu/Card.java"
  "$jdk/bin/jar" --create --file "$bundle/bench/lib/card.jar" -C "$work/card" .
}

test_every_class_is_a_suite_and_the_driver_comes_first() {
  set_up_stand_ins
  in_bundle check --gpu PassingTest OtherTest
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  assert_equal 'Stand-in GPU
ok OtherTest 1 passed
ok PassingTest 2 passed
3 passed, 0 failed, 0 not run' "$(tr -s ' ' <<<"$stdout" | sed 's/ [0-9]* s$//; /^NOT RUN/d')"
  [[ -s $bundle/target/check/PassingTest.log ]]
}

test_what_fails_hangs_or_dies_fails_alone() {
  set_up_stand_ins
  in_bundle check --gpu --limit 15 PassingTest FailingTest HangingTest DyingTest
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 1 "$status"
  assert_contains "$stdout" 'ok      PassingTest'
  assert_contains "$stdout" 'FAILED  FailingTest'
  assert_contains "$stdout" 'this is wrong'
  assert_contains "$stdout" 'it did not end within 15 s'
  grep -q 'HangingTest.hangs' "$bundle/target/check/HangingTest.log"
  assert_contains "$stdout" 'failed: exit code 77'
  assert_equal '3 passed, 3 failed, 0 not run' "$(tail -n 1 <<<"$stdout")"
}

test_a_missing_sanitizer_is_counted() {
  set_up_stand_ins
  in_bundle check --gpu memcheck initcheck
  assert_equal 0 "$status"
  assert_contains "$stdout" 'NOT RUN memcheck initcheck: no compute-sanitizer here'
  assert_equal '0 passed, 0 failed, 2 not run' "$(tail -n 1 <<<"$stdout")"
}

# make_sanitizer LINE...: a compute-sanitizer that runs its program and then these lines.
make_sanitizer() {
  mkdir "$work/cuda"
  {
    # shellcheck disable=SC2016 # its own
    printf '%s\n' '#!/bin/bash' 'tool=$2' 'while [[ $1 != */java ]]; do shift; done' '"$@" || exit' "$@"
  } >"$work/cuda/compute-sanitizer"
  chmod +x "$work/cuda/compute-sanitizer"
  tools=$work/cuda:$tools
}

test_the_sanitizer_runs_on_the_kernels_tests() {
  set_up_stand_ins
  # shellcheck disable=SC2016 # its own
  make_sanitizer 'if [[ $tool == racecheck && $* == *PassingTest* ]]; then' \
    '  echo "========= Error: Race reported between Write access and Read access"; exit 99' 'fi'
  in_bundle check --gpu memcheck racecheck
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 1 "$status"
  assert_contains "$stdout" 'ok      memcheck PassingTest'
  assert_contains "$stdout" 'FAILED  racecheck PassingTest'
  assert_contains "$stdout" 'Race reported between'
  assert_lacks "$stdout" OtherTest
}

test_a_sanitizer_that_does_not_know_the_device_is_counted() {
  set_up_stand_ins
  make_sanitizer 'echo "========= Error: Device not supported"; exit 1'
  in_bundle check --gpu racecheck
  assert_equal 0 "$status"
  assert_contains "$stdout" 'NOT RUN racecheck: ========= Error: Device not supported'
}

test_a_tool_without_a_kernel_to_run_on_is_counted() {
  set_up_stand_ins
  make_sanitizer
  in_bundle check --gpu racecheck OtherTest
  assert_equal 0 "$status"
  assert_contains "$stdout" 'NOT RUN racecheck: no test of a kernel is among OtherTest'
}

test_a_name_that_is_none_is_wrong_usage() {
  set_up_stand_ins
  in_bundle check --gpu NoSuchTest
  assert_equal 2 "$status"
  assert_contains "$stderr" 'PassingTest'
}

run_tests "${1-}"
