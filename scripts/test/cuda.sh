#!/usr/bin/env bash
#
# Uses jgpt from a shell with --device cuda, on cudasim and models/mini: what the CPU says is what the GPU must say, and
# whatever is wrong with a GPU is one line. Usage: cuda.sh [PART OF A TEST'S NAME]

# shellcheck disable=SC2016 # the quoted dollars are Perl's
set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

jgpt=$checkout/scripts/jgpt
# shellcheck disable=SC2034 # by its name
checked=("$checkout/scripts/with-cudasim" "$jgpt")
fast=("$checkout/scripts/with-cudasim" --fast "$jgpt")
export HOME=$scratch/home LANG=C.UTF-8
mkdir "$HOME"
unset LC_ALL LC_MESSAGES JGPT_MODEL JGPT_DEVICE JGPT_DTYPE JGPT_LANG JGPT_HOME JGPT_JAVA_OPTS
unset "${!CUDASIM_@}"
set_endless
short=(generate --greedy --max-tokens 4 "${endless[@]}" 'Once upon a time')

# The first start of each may build; what that says is no part of these tests.
for first in checked fast; do
  declare -n starts=$first
  "${starts[@]}" --version >/dev/null 2>"$scratch/build.log" </dev/null || { cat "$scratch/build.log" && exit 1; }
done

# What the bundled model takes of a GPU, in bytes, as doctor adds it up.
plan=$("${fast[@]}" doctor --device cuda --json | perl -MJSON::PP -0777 -e '
  my $plan = decode_json(<STDIN>)->{devices}[0]{plan};
  print join " ", map { $plan->{"${_}_bytes"} } qw(weight activation staging)')
read -r weights activations staging <<<"$plan"

# assert_quiet EXIT_CODE: nothing on stderr, where cudasim would report what was leaked, raced or read too early.
assert_quiet() {
  assert_equal '' "$stderr"
  assert_equal "$1" "$status"
}

# assert_one_line EXIT_CODE BEGINNING PART: what stderr consists of.
assert_one_line() {
  printf '%s\n' "$stderr"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" "$2"
  assert_contains "$stderr" "$3"
  assert_equal "$1" "$status"
}

# json EXPRESSION: of the object on stdout, as Perl sees it in $o.
json() {
  printf '%s' "$stdout" | perl -MJSON::PP -0777 -e 'binmode STDOUT, ":utf8"; my $o = decode_json(<STDIN>); print eval $ARGV[0] // die $@' "$1"
}

# assert_same_ids_on checked|fast OPTION...: a generation in float32 gives the CPU's tokens.
assert_same_ids_on() {
  local expected ids='join " ", map { @{$_->{token_ids}} } $o->{completions} ? @{$o->{completions}} : $o'
  local -n starts=$1
  shift
  run "$jgpt" generate --device cpu --dtype f32 --json "$@"
  assert_equal 0 "$status"
  expected=$(json "$ids")
  run "${starts[@]}" generate --device cuda --dtype f32 --json "$@"
  assert_quiet 0
  assert_equal "$expected" "$(json "$ids")"
  assert_equal cuda:0 "$(json '$o->{device}')"
}

assert_same_ids() {
  assert_same_ids_on fast "$@"
}

test_the_GPU_writes_what_the_CPU_writes() {
  local text story=(--dtype f32 --greedy --max-tokens 64 "${endless[@]}" 'Once upon a time')
  run "$jgpt" generate --device cpu "${story[@]}"
  text=$stdout
  limit=900 run "${fast[@]}" generate --device cuda "${story[@]}"
  assert_quiet 0
  assert_equal "$text" "$stdout"
}

test_with_every_access_to_memory_checked_its_tokens_are_the_CPUs() {
  limit=900 assert_same_ids_on checked --greedy --max-tokens 64 'Once upon a time'
  limit=900 assert_same_ids_on checked --seed 3 --max-tokens 10 -n 2 'Once upon a time'
}

test_it_draws_what_the_CPU_draws() {
  assert_same_ids --seed 7 --max-tokens 12 -n 3 --temperature 1.1 --top-k 50 --top-p 0.9 'The wolf'
  assert_same_ids --seed 8 --max-tokens 16 --min-p 0.02 --typical-p 0.9 --repetition-penalty 1.3 \
    --presence-penalty 0.2 --frequency-penalty 0.1 --logit-bias 11=-inf 'The wolf'
  assert_same_ids --seed 9 --max-tokens 8 --logprobs 2 'The wolf'
}

test_the_dtype_is_the_one_that_the_GPU_multiplies() {
  CUDASIM_CC=75 run "${fast[@]}" "${short[@]}" --device cuda --json
  assert_quiet 0
  assert_equal f16 "$(json '$o->{dtype}')"
  CUDASIM_CC=80 run "${fast[@]}" "${short[@]}" --device auto --json
  assert_quiet 0
  assert_equal 'cuda:0 bf16' "$(json 'join " ", $o->{device}, $o->{dtype}')"
}

test_the_device_is_named_and_chosen() {
  CUDASIM_DEVICES=2 run "${fast[@]}" "${short[@]}" --device cuda:1 --json
  assert_quiet 0
  assert_equal 'cuda:1 cudasim (CPU) (cuda:1)' "$(json 'join " ", $o->{device}, $o->{device_name}')"
  run "${fast[@]}" "${short[@]}" --device cuda --stats
  assert_equal 0 "$status"
  assert_contains "$stderr" 'cudasim (CPU) (cuda:0)'
}

test_perplexity_is_that_of_the_CPU() {
  local expected
  for ((i = 0; i < 12; i++)); do echo "The wolf went to the river and drank $i times."; done >text
  run "$jgpt" perplexity text --device cpu --dtype f32 --max-context 64 --json
  expected=$(json '$o->{perplexity}')
  run "${fast[@]}" perplexity text --device cuda --dtype f32 --max-context 64 --json
  assert_quiet 0
  assert_equal 1 "$(json "(abs(\$o->{perplexity} / $expected - 1) < 1e-5) + 0")"
}

test_bench_prints_figures() {
  run "${fast[@]}" bench --device cuda --json -p 16 -n 4 -r 1
  assert_quiet 0
  assert_equal 'cuda:0 pp16 tg4' "$(json 'join " ", $o->{device}, map { $_->{test} } @{$o->{results}}')"
}

test_doctor_shows_the_GPU_and_proves_it() {
  run "${fast[@]}" doctor --device cuda --dtype f32 --max-context 128 --json
  assert_quiet 0
  assert_equal '13.0 cuda:0 9.0 4 sm_90 f32 128 1' "$(json 'my $d = $o->{devices}[0]; my $p = $d->{plan}; join " ", $o->{cuda},
    $d->{device}, $d->{compute_capability}, $d->{multiprocessors}, $d->{kernels}, $p->{dtype}, $p->{max_context}, $p->{fits} + 0')"
  limit=900 run "${fast[@]}" doctor --device cuda --verify
  printf '%s\n' "$stdout"
  assert_quiet 0
  CUDASIM_MEMORY=$((weights + activations + staging)) run "${fast[@]}" doctor --json
  assert_equal 0 "$status"
  assert_equal '0 cpu' "$(json 'join " ", $o->{devices}[0]{plan}{fits} + 0, grep { /^cpu/ } map { lc substr $_->{found}, 0, 3 } @{$o->{checks}}')"
}

test_doctor_is_content_without_a_GPU() {
  CUDASIM_DEVICES=0 run "${fast[@]}" doctor --json
  assert_quiet 0
  assert_equal '0 ok' "$(json 'join " ", scalar @{$o->{devices}}, map { $_->{verdict} } grep { $_->{name} eq "gpu" } @{$o->{checks}}')"
}

# Each: a setting of cudasim, and a part of the line that it leads to. Of memory, a byte less than a part of the plan needs.
unusable=(
  CUDASIM_DRIVER=11000 '12.0'
  CUDASIM_CC=70 '7.5'
  CUDASIM_MEMORY=$((weights - 1)) 'weights'
  CUDASIM_MEMORY=$((weights + activations - 1)) 'intermediate results'
  CUDASIM_MEMORY=$((weights + activations + staging - 1)) 'staging'
  CUDASIM_MEMORY=$((weights + activations + staging)) '--max-context'
  CUDASIM_FAULT=cuCtxCreate:1 'cuCtxCreate'
)

test_a_GPU_that_cannot_be_used_is_one_line_and_4() {
  local i
  for ((i = 0; i < ${#unusable[@]}; i += 2)); do
    run env "${unusable[i]}" "${fast[@]}" "${short[@]}" --device cuda
    assert_one_line 4 'jgpt: ' "${unusable[i + 1]}"
    assert_equal '' "$stdout"
    run env "${unusable[i]}" "${fast[@]}" --lang zh "${short[@]}" --device cuda
    assert_one_line 4 'jgpt: ' '；'
  done
}

test_under_auto_it_is_one_line_and_the_CPU_writes() {
  local i story
  run "$jgpt" "${short[@]}" --device cpu
  story=$stdout
  for ((i = 0; i < ${#unusable[@]}; i += 2)); do
    run env "${unusable[i]}" "${fast[@]}" "${short[@]}"
    assert_one_line 0 'jgpt: warning: ' "${unusable[i + 1]}"
    assert_equal "$story" "$stdout"
  done
}

test_under_auto_a_missing_GPU_is_silent() {
  CUDASIM_DEVICES=0 run "${fast[@]}" "${short[@]}" --json
  assert_quiet 0
  assert_equal cpu "$(json '$o->{device}')"
}

test_a_GPU_that_is_not_there_is_4() {
  run "${fast[@]}" "${short[@]}" --device cuda:9
  assert_one_line 4 'jgpt: no GPU 9' '--device cuda:0'
  CUDASIM_DEVICES=0 run "${fast[@]}" "${short[@]}" --device cuda
  assert_one_line 4 'jgpt: ' '--device cpu'
}

test_int8_is_for_the_CPU() {
  run "${fast[@]}" "${short[@]}" --device cuda --dtype int8
  assert_one_line 4 'jgpt: int8' '--device cpu'
  run "${fast[@]}" "${short[@]}" --dtype int8 --json
  assert_one_line 0 'jgpt: warning: int8' '--device cpu'
  assert_equal 'cpu int8' "$(json 'join " ", $o->{device}, $o->{dtype}')"
}

test_a_context_that_is_lost_keeps_what_was_written() {
  local whole long=(generate --greedy --max-tokens 12 "${endless[@]}" --device cuda 'Once upon a time')
  run "${fast[@]}" "${long[@]}"
  whole=$stdout
  CUDASIM_FAULT=cuGraphLaunch:6:CUDA_ERROR_ILLEGAL_ADDRESS run "${fast[@]}" "${long[@]}"
  assert_one_line 4 'jgpt: ' CUDA_ERROR_ILLEGAL_ADDRESS
  [[ -n $stdout && $whole == "$stdout"* && $whole != "$stdout" ]] || fail "[$stdout] does not begin [$whole]"
  assert_equal 1 "$(tail -c 1 "$work/.stdout" | wc -l)"
}

test_an_interrupt_gives_the_memory_back_and_is_130() {
  local pid
  mkfifo pipe
  # What runs in the background ignores the interrupt, because that shell makes it so, or inherited it.
  env --default-signal=INT \
    "${fast[@]}" generate --device cuda --max-tokens 480 --seed 1 "${endless[@]}" 'Once upon a time' \
    >pipe 2>errors </dev/null &
  pid=$!
  exec 8<pipe
  head -c 1 <&8 >text
  kill -INT "$pid"
  cat <&8 >>text
  status=0
  wait "$pid" || status=$?
  assert_equal 130 "$status"
  [[ $(wc -c <text) -gt 1 ]] || fail 'the text is gone'
  assert_equal '' "$(<errors)" # cudasim reports what was not given back
}

run_tests "${1-}"
