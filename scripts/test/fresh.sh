#!/usr/bin/env bash
#
# What a newcomer does: the commands of the README, on an untouched copy of the checkout, without git, under a path with
# spaces, with an empty home. Only Maven's downloads are shared.

set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

copy="$scratch/a fresh copy/jgpt"

# The committed files, with changes to them that are not committed yet; files that git does not know are left out.
set_up_copy() {
  [[ ! -d $copy ]] || return 0
  local tree
  tree=$(git -C "$checkout" stash create)
  mkdir -p "$copy" "$scratch/home"
  git -C "$checkout" archive --format=tar "${tree:-HEAD}" | tar -x -C "$copy"
}

# as_newcomer COMMAND: in the copy, as the README has it.
as_newcomer() {
  local repository=$HOME/.m2/repository
  status=0
  (
    cd "$copy"
    unset JGPT_MODEL JGPT_HOME JGPT_DEVICE
    HOME=$scratch/home MAVEN_OPTS="-Dmaven.repo.local=$repository" timeout 600 bash -c "$1"
  ) >"$work/.stdout" 2>"$work/.stderr" </dev/null || status=$?
  stdout=$(<"$work/.stdout")
  stderr=$(<"$work/.stderr")
}

# The commands in a README's shell blocks, without comments.
commands_of() {
  # shellcheck disable=SC2016 # these backquotes are Markdown's
  sed -n '/^```sh$/,/^```$/{/^```/d;s/  *#.*//;/./p}' "$1"
}

test_1_what_the_README_says_to_type_works() {
  set_up_copy
  local commands command
  mapfile -t commands < <(commands_of "$copy/README.md")
  # A newcomer is asked to type two commands; the second is what runs this test.
  assert_contains "${commands[0]}" 'scripts/jgpt generate'
  assert_equal scripts/check "${commands[1]}"
  # What the other commands need of their own.
  ln -s models/mini "$copy/gpt2"
  cp "$copy/runtime/src/test/resources/text/stories-en.txt" "$copy/book.txt"
  echo '{"properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}' >"$copy/person.json"
  for command in "${commands[@]}"; do
    [[ $command == *scripts/jgpt* ]] || continue
    as_newcomer "$command"
    printf '%s\n%s\n%s\n' "$command" "$stdout" "$stderr"
    assert_equal 0 "$status"
    [[ -n $stdout ]] || fail "nothing was printed"
    assert_lacks "$stderr" WARNING
  done
}

test_1_both_READMEs_say_the_same_commands() {
  assert_equal "$(commands_of "$checkout/README.md")" "$(commands_of "$checkout/README.zh-CN.md")"
}

test_2_a_second_start_is_quick() {
  set_up_copy
  local began
  as_newcomer 'scripts/jgpt --version'
  assert_equal 0 "$status"
  began=$(date +%s%N)
  as_newcomer 'scripts/jgpt --version'
  echo "note: --version takes $((($(date +%s%N) - began) / 1000000)) ms"
  assert_equal '' "$stderr"
}

# The jars of this copy, built without lints elsewhere, and those of the checkout, built with them, are the same bytes.
test_3_both_builds_give_the_same_jars() {
  set_up_copy
  local ours theirs
  [[ -d $checkout/agent-cli/target/jgpt/lib ]] ||
    fail 'this test compares with what the java suite leaves: scripts/check java fresh'
  ours=$(cd "$checkout/agent-cli/target/jgpt/lib" && sha256sum -- jgpt-*.jar)
  theirs=$(cd "$copy/agent-cli/target/jgpt/lib" && sha256sum -- jgpt-*.jar)
  assert_equal "$ours" "$theirs"
}

run_tests "${1-}"
