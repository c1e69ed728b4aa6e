#!/usr/bin/env bash
#
# Uses jgpt from a shell, end to end, on models/mini: pipes, files, signals, exit codes, languages. What needs no
# process of its own is tested in Java. Usage: cli.sh [PART OF A TEST'S NAME]

# shellcheck disable=SC2016 # the quoted dollars are Perl's
set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

jgpt=$checkout/scripts/jgpt
export HOME=$scratch/home LANG=C.UTF-8
mkdir "$HOME"
unset LC_ALL LC_MESSAGES JGPT_MODEL JGPT_DEVICE JGPT_DTYPE JGPT_LANG JGPT_HOME JGPT_JAVA_OPTS
set_endless
story=(generate --device cpu --greedy --max-tokens 24 "${endless[@]}" 'Once upon a time')

# The first start may build; what that says is no part of these tests.
"$jgpt" --version >/dev/null 2>"$scratch/build.log" </dev/null || { cat "$scratch/build.log" && exit 1; }

# assert_one_line_error EXIT_CODE PART: how every failure looks.
assert_one_line_error() {
  assert_equal "$1" "$status"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" 'jgpt: '
  assert_contains "$stderr" "$2"
}

# json EXPRESSION: of the object on stdout, as Perl sees it in $o. Fails unless there is one object and no more.
json() {
  printf '%s' "$stdout" | perl -MJSON::PP -0777 -e 'binmode STDOUT, ":utf8"; my $o = decode_json(<STDIN>); print eval $ARGV[0] // die $@' "$1"
}

test_a_completion_goes_to_stdout_and_nothing_else_does() {
  run "$jgpt" "${story[@]}"
  assert_equal 0 "$status"
  assert_equal '' "$stderr"
  [[ -n $stdout && $stdout != 'Once upon a time'* ]] || fail "[$stdout] is no completion"
  assert_equal 1 "$(tail -c 1 "$work/.stdout" | wc -l)"
}

test_the_prompt_comes_from_the_argument_a_file_or_stdin() {
  local argument
  run "$jgpt" "${story[@]}"
  argument=$stdout
  printf 'Once upon a time' >prompt
  run "$jgpt" "${story[@]:0:${#story[@]}-1}" --prompt-file prompt
  assert_equal "$argument" "$stdout"
  assert_equal "$argument" "$(printf 'Once upon a time' | "$jgpt" "${story[@]:0:${#story[@]}-1}")"
}

test_a_seed_gives_the_same_text_with_any_number_of_threads() {
  # So hot that no model, however sure of itself, says the same twice.
  local first hot=(generate --temperature 2 --top-k 0 --top-p 1 --max-tokens 24 "${endless[@]}" 'The wolf')
  run "$jgpt" "${hot[@]}" --seed 7 --threads 1
  first=$stdout
  run "$jgpt" "${hot[@]}" --seed 7 --threads 2
  assert_equal "$first" "$stdout"
  run "$jgpt" "${hot[@]}" --seed 8 --threads 2
  [[ $stdout != "$first" ]] || fail 'another seed gave the same text'
}

test_json_is_one_object_with_what_was_promised() {
  run "$jgpt" "${story[@]}" --json
  assert_equal 0 "$status"
  assert_equal '' "$stderr"
  assert_equal 'cpu 24 24 length' "$(json 'join " ", $o->{device}, $o->{completion_tokens}, scalar @{$o->{token_ids}}, $o->{finish_reason}')"
  local text
  text=$(json '$o->{text}')
  run "$jgpt" "${story[@]}"
  assert_equal "$text" "$stdout"
}

test_statistics_go_to_stderr() {
  local text
  run "$jgpt" "${story[@]}"
  text=$stdout
  run "$jgpt" "${story[@]}" --stats
  assert_equal 0 "$status"
  [[ -n $stderr ]] || fail 'no statistics'
  assert_equal "$text" "$stdout"
}

test_Chinese_works_in_every_locale() {
  local expected
  run "$jgpt" tokenize --json '春眠不覺曉，處處聞啼鳥。'
  expected=$stdout
  LANG=C run "$jgpt" tokenize --json '春眠不覺曉，處處聞啼鳥。'
  assert_equal "$expected" "$stdout"
  LANG=zh_CN.UTF-8 run "$jgpt" generate -m /没有/模型 '你好'
  assert_one_line_error 3 '/没有/模型'
  LANG=C run "$jgpt" --lang zh generate -m /没有/模型 '你好'
  assert_one_line_error 3 '/没有/模型'
}

test_a_missing_model_is_3() {
  run "$jgpt" generate -m "$work/none" x
  assert_one_line_error 3 "$work/none"
}

test_wrong_usage_is_2() {
  run "$jgpt" generate --no-such-option x
  assert_equal 2 "$status"
  assert_contains "$stderr" '--no-such-option'
  run "$jgpt" generate --top-p 2 x
  assert_one_line_error 2 '2'
  run "$jgpt" no-such-command
  assert_equal 2 "$status"
}

test_a_GPU_that_is_not_there_is_4() {
  run "$jgpt" generate --device cuda x
  assert_one_line_error 4 '--device cpu'
}

test_input_that_cannot_be_used_is_5() {
  printf 'Once \xff upon' >bytes
  run "$jgpt" generate --prompt-file bytes
  assert_one_line_error 5 5
  for ((i = 0; i < 3000; i++)); do echo 'wolf and lamb'; done >long
  run "$jgpt" generate --prompt-file long
  assert_one_line_error 5 '--truncate'
  run "$jgpt" generate --prompt-file long --truncate left --max-tokens 2
  assert_equal 0 "$status"
}

test_a_reader_that_leaves_ends_it_quietly() {
  "$jgpt" generate --max-tokens 400 --seed 1 'Once upon a time' 2>errors | head -c 10 >/dev/null
  assert_equal '' "$(<errors)"
}

test_a_slow_reader_gets_everything() {
  local quick slow
  run "$jgpt" "${story[@]}"
  quick=$stdout
  slow=$("$jgpt" "${story[@]}" | while IFS= read -r -N 1 character; do
    sleep 0.01
    printf '%s' "$character"
  done)
  assert_equal "$quick" "$slow"
}

test_a_full_disk_is_said_in_one_line() {
  status=0
  "$jgpt" "${story[@]}" >/dev/full 2>"$work/.stderr" </dev/null || status=$?
  stderr=$(<"$work/.stderr")
  [[ $status != 0 ]] || fail 'it ended as if all was well'
  assert_one_line_error "$status" ''
}

test_an_interrupt_keeps_what_was_written_and_is_130() {
  # An interpreted JVM and no end of text: so slow that the interrupt comes in the middle of it.
  local pid
  mkfifo pipe
  # What runs in the background ignores the interrupt, because that shell makes it so, or inherited it.
  JGPT_JAVA_OPTS=-Xint env --default-signal=INT \
    "$jgpt" generate --max-tokens 480 --seed 1 "${endless[@]}" 'Once upon a time' \
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
  assert_equal '' "$(<errors)"
}

test_the_bundled_model_is_what_was_trained() {
  run "$jgpt" doctor --verify
  printf '%s\n%s\n' "$stdout" "$stderr"
  assert_equal 0 "$status"
  run "$jgpt" models
  assert_equal 0 "$status"
  assert_contains "$stdout" mini
}

test_the_bundled_model_takes_at_most_25_MB() {
  local bytes
  bytes=$(cat "$checkout"/models/mini/* | wc -c)
  ((bytes <= 25000000)) || fail "models/mini has $bytes bytes"
}

# agent ANSWER ARGUMENT...: as `run`, the agent with the bundled model in the folder `room`, which is empty at first, and
# with a state of its own. ANSWER is typed whatever it asks.
agent() {
  local answers=() input=$work/answers
  mkdir -p room
  for ((i = 0; i < 20; i++)); do answers+=("$1"); done
  printf '%s\n' "${answers[@]}" >"$input"
  run env -C room XDG_STATE_HOME="$work/state" JGPT_KEY=file JGPT_DEVICE=cpu "$jgpt" agent "${@:2}"
}

# assert_number N TEXT: it stands there, and not as a part of another.
assert_number() {
  printf '%s' "$2" | perl -0777 -e 'exit !(<STDIN> =~ /(?<![\d.,])\Q$ARGV[0]\E(?!\d|[.,]\d)/)' "$1" || fail "no number $1 in [$2]"
}

# assert_replays_alike: on what was recorded, and planned anew by the model; neither asks or writes anything.
assert_replays_alike() {
  local answer=$stdout events
  rm -r room
  agent n --replay last
  assert_equal '0  ' "$status $stderr $(ls -A room)"
  assert_equal "$answer" "$stdout"
  agent n --replay last --json-events
  events=$stdout
  assert_contains "$events" '"event":"observation"'
  agent n --replay last --json-events --planner local
  assert_equal '0  ' "$status $stderr $(ls -A room)"
  assert_equal "$events" "$stdout"
}

test_the_agent_writes_numbers_and_tells_what_the_file_says() {
  local goal='Write the numbers 17*23 and 91/7 to results.txt, then tell me what the file says'
  agent n "$goal"
  assert_contains "$stderr" 'May it do this? '
  assert_contains "$stderr" results.txt
  assert_equal '' "$(ls -A room)"
  agent y "$goal"
  assert_equal 0 "$status"
  assert_contains "$stderr" 'May it do this? '
  assert_equal results.txt "$(ls -A room)"
  for number in 391 13; do
    assert_number "$number" "$(<room/results.txt)"
    assert_number "$number" "$stdout"
  done
  assert_replays_alike
}

test_the_agent_converts_and_notes_in_Chinese() {
  local goal='把 3 公里换算成米，记到 笔记.txt'
  agent n --lang zh "$goal"
  assert_contains "$stderr" '是否允许：'
  assert_contains "$stderr" 笔记.txt
  assert_equal '' "$(ls -A room)"
  agent y --lang zh "$goal"
  assert_equal 0 "$status"
  assert_contains "$stderr" '是否允许：'
  assert_equal 笔记.txt "$(ls -A room)"
  assert_number 3000 "$(<room/笔记.txt)"
  [[ -n $stdout ]] || fail 'no answer'
  assert_replays_alike
}

test_perplexity_and_bench_print_figures() {
  for ((i = 0; i < 100; i++)); do echo 'The wolf went to the river and drank.'; done >text
  run "$jgpt" perplexity text --json
  assert_equal 0 "$status"
  assert_equal 1 "$(json '($o->{perplexity} > 1) + 0')"
  run "$jgpt" bench --json -p 16 -n 4 -r 1
  assert_equal 0 "$status"
  assert_equal 'pp16 tg4' "$(json 'join " ", map { $_->{test} } @{$o->{results}}')"
}

test_help_exists_in_both_languages() {
  local command english
  run "$jgpt" --help
  assert_equal 0 "$status"
  english=$stdout
  JGPT_LANG=zh run "$jgpt" --help
  assert_equal 0 "$status"
  [[ $stdout != "$english" ]] || fail 'the help is not in Chinese'
  for command in generate perplexity tokenize bench doctor models; do
    assert_contains "$english" "$command"
    run "$jgpt" "$command" --help
    assert_equal 0 "$status"
    assert_contains "$stdout" "$command"
  done
}

run_tests "${1-}"
