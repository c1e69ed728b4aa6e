#!/usr/bin/env bash
#
# What a newcomer does: the commands of the README's first steps, on an untouched copy of the checkout, without git,
# under a path with spaces, with an empty home. Only Maven's downloads are shared.

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

# The commands of a README's first code block that start with scripts/jgpt.
first_steps() {
  # shellcheck disable=SC2016 # these backquotes are Markdown's
  sed -n '/^```/,/^```$/{/^```/d;p};' "$1" | grep '^scripts/jgpt' | head -n 2
}

test_1_the_commands_of_the_README_work_on_a_fresh_copy() {
  set_up_copy
  local commands command
  mapfile -t commands < <(first_steps "$copy/README.md")
  assert_equal 2 "${#commands[@]}"
  assert_equal "$(first_steps "$copy/README.md")" "$(first_steps "$copy/README.zh-CN.md")"
  for command in "${commands[@]}"; do
    as_newcomer "$command"
    printf '%s\n%s\n%s\n' "$command" "$stdout" "$stderr"
    assert_equal 0 "$status"
    [[ -n $stdout ]] || fail "nothing was printed"
    assert_lacks "$stderr" WARNING
  done
  # Only the first start had something to say.
  assert_equal '' "$stderr"
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
  ours=$(cd "$checkout/agent-cli/target/jgpt/lib" && sha256sum -- *.jar)
  theirs=$(cd "$copy/agent-cli/target/jgpt/lib" && sha256sum -- *.jar)
  assert_equal "$ours" "$theirs"
}

run_tests "${1-}"
