# shellcheck shell=bash
#
# A small harness: every function named test_... of the file that sources this is a test. It runs in a shell of its own,
# in an empty folder $work, and fails with the first command that fails.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck disable=SC2034 # for the tests
checkout=$(cd "$here/../.." && pwd -P)
scratch=$(mktemp -d)
harness_pids=()

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

assert_equal() {
  [[ $2 == "$1" ]] || fail "expected [$1], found [$2]"
}

assert_contains() {
  [[ $1 == *"$2"* ]] || fail "[$2] is not in [$1]"
}

assert_lacks() {
  [[ $1 != *"$2"* ]] || fail "[$2] is in [$1]"
}

assert_missing() {
  local path
  for path in "$@"; do
    [[ ! -e $path ]] || fail "there should be no $path"
  done
}

# run COMMAND...: sets status, stdout and stderr. Its standard input is the file `input`, empty unless set; it has `limit`
# seconds, 300 unless set: against what hangs, and more than anything takes on a busy machine.
run() {
  status=0
  timeout "${limit:-300}" "$@" >"$work/.stdout" 2>"$work/.stderr" <"${input:-/dev/null}" || status=$?
  # shellcheck disable=SC2034 # for the tests
  stdout=$(<"$work/.stdout")
  # shellcheck disable=SC2034
  stderr=$(<"$work/.stderr")
}

# Sets endless=(): options under which no token ends the bundled model's text, whatever it has learned to say.
set_endless() {
  local id
  endless=()
  # shellcheck disable=SC2016 # the quoted dollars are Perl's
  for id in $(perl -MJSON::PP -0777 -e 'my %ids;
      for my $file (@ARGV) {
        open my $in, "<", $file or die "$file: $!";
        my $end = decode_json(<$in>)->{eos_token_id};
        $ids{$_} = 1 for ref $end ? @$end : $end // ();
      }
      print "$_\n" for sort keys %ids' "$checkout"/models/mini/{config,generation_config}.json); do
    endless+=(--logit-bias "$id=-inf")
  done
}

# eventually SECONDS COMMAND...: waits until the command succeeds.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    ((SECONDS < deadline)) || fail "still not so: $*"
    sleep 0.05
  done
}

# Ends, after all tests, the background process that was started last.
end_later() {
  harness_pids+=("$!")
}

harness_end() {
  local pid
  for pid in "${harness_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  chmod -R u+w "$scratch" 2>/dev/null || true
  rm -rf "$scratch"
}
trap harness_end EXIT

# run_tests [PATTERN]: runs every test whose name contains PATTERN and prints one line for each.
run_tests() {
  local name label status failed=0 ran=0
  for name in $(declare -F | sed -n 's/^declare -f \(test_.*\)/\1/p'); do
    [[ $name == *"${1-}"* ]] || continue
    work=$scratch/$name
    mkdir -p "$work"
    label=${name#test_}
    label=${label//_/ }
    ran=$((ran + 1))
    # Not in a condition: there the shell would ignore `set -e`.
    set +e
    (
      set -e
      trap - EXIT
      cd "$work"
      "$name"
    ) >"$scratch/output" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
      echo "ok $label"
      grep '^note: ' "$scratch/output" || true
    else
      echo "not ok $label"
      sed 's/^/    /' "$scratch/output"
      failed=$((failed + 1))
    fi
  done
  if ((ran == 0)); then
    echo "not ok: no test is named so"
    exit 1
  fi
  exit $((failed > 0))
}
