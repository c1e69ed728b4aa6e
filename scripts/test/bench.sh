#!/usr/bin/env bash
#
# Runs scripts/bench-gpu with tiny models, on the CPU and on cudasim: what it writes, and what it makes of wrong answers,
# hanging peers and missing devices. Usage: bench.sh [PART OF A TEST'S NAME]

set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# bench ARGUMENT...: a smoke run on the CPU, checkpoints shared.
bench() {
  run "$checkout/scripts/bench-gpu" --smoke --device cpu --work "$scratch/models" --out "$work/out" "$@"
}

# field EXPRESSION: of results.json, as Perl sees it in $o.
field() {
  perl -MJSON::PP -0777 -e 'my $o = decode_json(<STDIN>); print eval $ARGV[0] // die $@' "$1" <"$work/out/results.json"
}

# make_peer ANSWER...: a PyTorch that answers each request with the next line, and does not answer when none is left.
make_peer() {
  cat >"$work/peer" <<END2
#!/bin/bash
answers=($(printf '%q ' "$@"))
for answer in "\${answers[@]}"; do
  read -r _ || exit
  printf '%s\n' "\$answer"
done
exec sleep 600
END2
  chmod +x "$work/peer"
}

test_without_PyTorch_jgpt_is_held_against_its_own_CPU_engine() {
  bench --python none
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  assert_contains "$stdout" 'No figure here says anything about any GPU'
  assert_contains "$stdout" '32 of 32 greedy tokens the same'
  assert_equal "$stdout" "$(<"$work/out/results.md")"
  # shellcheck disable=SC2016 # the quoted dollars are Perl's
  assert_equal 'bf16 f32 3 jgpt' "$(field 'join " ", (map { $_->{dtype} } @{$o->{stages}}), scalar @{$o->{stages}[0]{results}}, $o->{stages}[0]{results}[0]{system}')"
}

test_in_a_checkout_a_smoke_run_is_on_the_simulator() {
  "$checkout/scripts/with-cudasim" --fast true
  limit=900 run "$checkout/scripts/bench-gpu" --smoke --python none --work "$scratch/models" --out "$work/out"
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  assert_contains "$stdout" 'jgpt beside PyTorch on cudasim (CPU)'
  assert_contains "$stdout" 'No figure here says anything about any GPU'
  assert_equal 2 "$(grep -c '32 of 32 greedy tokens the same' <<<"$stdout")"
  # shellcheck disable=SC2016 # the quoted dollars are Perl's
  assert_equal 'bf16 f32 3 3' "$(field 'join " ", (map { $_->{dtype} } @{$o->{stages}}), map { scalar @{$_->{results}} } @{$o->{stages}}')"
}

test_what_answers_wrong_is_not_timed() {
  local wrong='{"model": [[0,0,0,0,0,0,0,0]], "reference": [[0,0,0,0,0,0,0,0]]}'
  make_peer '{"torch": "fake"}' '{"copy_bytes_per_s": 1e9}' '{}' "$wrong" '{"ids": [1, 2, 3]}' \
    '{"seconds": [0.5], "ids": []}' '{"seconds": [0.5], "ids": []}' '{"seconds": [0.5], "ids": []}'
  bench --python "$work/peer" --dtypes f32
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 1 "$status"
  assert_contains "$stdout" 'FAILED: tiny f32: jgpt answers wrong'
  assert_contains "$stdout" '| decode after 16 | PyTorch eager | 8.00 |'
  assert_lacks "$stdout" '| jgpt |'
}

test_a_peer_that_dies_is_missing_in_its_stage_and_started_anew_in_the_next() {
  make_peer '{"torch": "fake"}' '{"copy_bytes_per_s": 1e9}' '{}'
  sed -i 's/^exec sleep.*/exit 3/' "$work/peer"
  bench --python "$work/peer"
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 1 "$status"
  assert_contains "$stdout" 'FAILED: tiny bf16: answers cannot be compared, so jgpt is not timed: '
  assert_contains "$stdout" 'FAILED: tiny bf16, decode after 16, PyTorch eager: '
  assert_equal 2 "$(grep -c 'starting PyTorch' <<<"$stderr")"
}

test_a_peer_that_cannot_run_is_said_and_the_rest_is_measured() {
  make_peer '{"error": "no device for it"}'
  bench --python "$work/peer" --dtypes f32
  assert_equal 0 "$status"
  assert_contains "$stdout" 'PyTorch: none: no device for it'
  assert_contains "$stdout" '| jgpt |'
  bench --python "$work/nowhere" --dtypes f32
  assert_equal 0 "$status"
  assert_contains "$stdout" 'PyTorch: none: '
}

test_what_the_time_does_not_suffice_for_is_named() {
  # By the plan the larger one alone takes more than that, on any machine: 40 s, and 20 for each of its 6.2 GB.
  bench --python none --minutes 2 --dtypes f32 --models tiny,1.5B
  assert_equal 0 "$status"
  assert_contains "$stdout" 'Left out for lack of time: 1.5B f32.'
  assert_contains "$stdout" '## tiny f32'
}

test_wrong_usage_is_2_and_a_missing_GPU_is_4() {
  bench --python
  assert_equal 2 "$status"
  assert_contains "$stderr" 'usage: scripts/bench-gpu'
  CUDA_VISIBLE_DEVICES='' run "$checkout/scripts/bench-gpu" --device cuda
  assert_equal 4 "$status"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" '--device cpu'
}

run_tests "${1-}"
