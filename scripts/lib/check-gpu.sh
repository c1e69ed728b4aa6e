# shellcheck shell=bash
#
# scripts/check --gpu: the tests that need a GPU, then its kernels under compute-sanitizer. Every test class is a suite in a
# process of its own, since a kernel that fails takes its process's GPU along. Needs: what scripts/check sets and defines.

# One line for --list and for usage errors.
gpu_usage='scripts/check --gpu [--minutes N] [--limit SECONDS] [CLASS|TOOL...]'
gpu_tools=(memcheck racecheck synccheck initcheck)
# What compute-sanitizer ends with when it found something: no exit code of a JVM or of JUnit.
gpu_found=99

# check_gpu ARGUMENT...: everything; ends with the exit code.
check_gpu() {
  local minutes=25 limit=120 chosen=()
  while (($#)); do
    case $1 in
      --minutes | --limit)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || gpu_die_usage "$1 wants a number"
        local "${1#--}=$2"
        shift
        ;;
      -*) gpu_die_usage "there is no option $1" ;;
      *) chosen+=("$1") ;;
    esac
    shift
  done

  gpu_prepare
  fix_locale
  gpu_name_device
  local classes deadline=$((SECONDS + 60 * minutes))
  mapfile -t classes < <(gpu_classes)
  gpu_choose "${chosen[@]}"
  gpu_run_tests
  gpu_run_sanitizers
  echo "$passed passed, $failed failed, $not_run not run"
  # What the time did not suffice for leaves the answer open; what this machine has no tool for does not.
  exit $((failed > 0 || unfinished > 0))
}

gpu_die_usage() {
  printf 'scripts/check: %s; usage: %s\n' "$1" "$gpu_usage" >&2
  exit 2
}

# Finds, and in a checkout builds, the programs and the tests. Sets gpu_folder, gpu_roots and gpu_path.
gpu_prepare() {
  local junit
  require_jdk
  if [[ -n $bundled ]]; then
    gpu_folder=$root/tests
    gpu_roots=("$root"/tests/{runtime,agent-cli})
    junit=("$root/tests/junit.jar")
    gpu_programs="$root/bench/lib/*:$app/lib/*"
  else
    # shellcheck source=scripts/lib/app.sh
    source "$root/scripts/lib/app.sh"
    # shellcheck source=scripts/lib/build.sh
    source "$root/scripts/lib/build.sh"
    require_maven
    build_with_tests "$logs/build.log"
    gpu_folder=$root/runtime
    gpu_roots=("$root"/{runtime,agent-cli}/target/test-classes)
    junit=("$root"/bench/peers/target/bundle/junit-platform-console-standalone-*.jar)
    gpu_programs="$root/bench/peers/target/*:$app/lib/*"
  fi
  gpu_path=${gpu_roots[0]}:${gpu_roots[1]}:$gpu_programs:${junit[0]}
  gpu_java=("$jdk/bin/java" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Djgpt.soak=1)
}

# Says which GPU this is, or in one line why there is none, and ends with 4.
gpu_name_device() {
  "${gpu_java[@]}" -cp "$gpu_programs" io.jgpt.bench.peers.Card || exit
}

# junit SUBCOMMAND OPTION...: JUnit's console, where the tests look for models/mini.
gpu_junit() (
  cd "$gpu_folder"
  exec "${gpu_prefix[@]}" "${gpu_java[@]}" -cp "$gpu_path" org.junit.platform.console.ConsoleLauncher "$1" \
    --disable-banner --disable-ansi-colors --include-tag cuda --exclude-tag cudasim "${@:2}"
)

# The classes with such tests: the driver's first, without which nothing works, then the kernels', then the engine's.
gpu_classes() {
  local gpu_prefix=()
  gpu_junit discover --details=flat --scan-classpath "${gpu_roots[0]}:${gpu_roots[1]}" |
    sed -n 's/.*\[class:\([^]]*\)\].*/\1/p' |
    awk '{ print ($0 ~ /\.driver\./ ? 0 : $0 ~ /\.kernel\./ ? 1 : 2), $0 }' | LC_ALL=C sort -u | cut -d ' ' -f 2
}

# gpu_choose NAME...: leaves in classes and tools those named; all where none is. A tool alone means it on all kernels.
gpu_choose() {
  local name class only_classes=() only_tools=()
  ((${#classes[@]})) || fail 'no test carries the tag cuda'
  tools=("${gpu_tools[@]}")
  (($#)) || return 0
  for name; do
    if [[ " ${gpu_tools[*]} " == *" $name "* ]]; then
      only_tools+=("$name")
    elif [[ " $(gpu_simple "${classes[@]}") " != *" $name "* ]]; then
      gpu_die_usage "$name is no tool (${gpu_tools[*]}) and no test class ($(gpu_simple "${classes[@]}"))"
    fi
  done
  for class in "${classes[@]}"; do
    [[ " $* " != *" ${class##*.} "* ]] || only_classes+=("$class")
  done
  tools=("${only_tools[@]}")
  ((${#only_classes[@]} == 0)) || classes=("${only_classes[@]}")
}

# Class names without their packages.
gpu_simple() {
  local IFS=' '
  echo "${@##*.}"
}

gpu_run_tests() {
  local class
  # Where only tools are named, only they run.
  ((${#tools[@]} == ${#gpu_tools[@]} || ${#tools[@]} == 0)) || return 0
  for class in "${classes[@]}"; do
    gpu_run_suite "${class##*.}" "$limit" "$class"
  done
}

gpu_run_sanitizers() {
  local tool class sanitizer kernels
  ((${#tools[@]})) || return 0
  sanitizer=$(command -v compute-sanitizer || PATH=${CUDA_HOME:-/usr/local/cuda}/bin command -v compute-sanitizer || true)
  if [[ -z $sanitizer ]]; then
    gpu_not_run "${tools[*]}" 'no compute-sanitizer here; it comes with the CUDA toolkit'
    return
  fi
  if ! gpu_sanitizer_works; then
    gpu_not_run "${tools[*]}" "$(grep -E '^=+ *Error|rror:' "$logs/sanitizer.log" | head -n 1)"
    return
  fi
  mapfile -t kernels < <(printf '%s\n' "${classes[@]}" | grep '\.kernel\.')
  if ((${#kernels[@]} == 0)); then
    gpu_not_run "${tools[*]}" "no test of a kernel is among $(gpu_simple "${classes[@]}")"
    return
  fi
  for tool in "${tools[@]}"; do
    for class in "${kernels[@]}"; do
      gpu_run_suite "$tool ${class##*.}" $((4 * limit)) "$class" "$sanitizer" --tool "$tool" \
        --error-exitcode "$gpu_found" --launch-timeout 0 --target-processes all --report-api-errors no
    done
  done
}

# Whether it can run what only names the device: in some virtual machines it can not.
gpu_sanitizer_works() {
  timeout --kill-after=5 60 "$sanitizer" --tool memcheck --launch-timeout 0 "${gpu_java[@]}" -cp "$gpu_programs" \
    io.jgpt.bench.peers.Card >"$logs/sanitizer.log" 2>&1 </dev/null
}

# gpu_run_suite NAME SECONDS CLASS [COMMAND...]: one class, the JVM started by the command.
gpu_run_suite() {
  local seconds=$2 left=$((deadline - SECONDS))
  if ((left < 5)); then
    unfinished=$((unfinished + 1))
    gpu_not_run "$1" "the time (--minutes $minutes) is used up"
    return
  fi
  # Past its end, a stack of every thread goes to the log (QUIT), then it is killed.
  local gpu_prefix=(timeout --signal=QUIT --kill-after=5 "$((seconds < left ? seconds : left))" "${@:4}")
  run_suite "$1" gpu_suite "$3" "$seconds"
}

# gpu_suite CLASS SECONDS: runs it and counts its tests.
gpu_suite() {
  local status=0 reports=$logs/reports
  rm -rf "$reports"
  gpu_junit execute --details=tree --details-theme=ascii --fail-if-no-tests --select-class "$1" --reports-dir "$reports" ||
    status=$?
  count_junit "$reports"/TEST-*.xml
  case $status in
    0) return 0 ;;
    124 | 137) fail "it did not end within $2 s; the log has the stacks of its threads" ;;
    "$gpu_found") fail 'compute-sanitizer found the above' ;;
    *) fail "exit code $status" ;;
  esac
}

# gpu_not_run NAMES WHY: says so and counts each.
gpu_not_run() {
  local names
  read -r -a names <<<"$1"
  printf 'NOT RUN %s: %s\n' "$1" "$2"
  not_run=$((not_run + ${#names[@]}))
}
