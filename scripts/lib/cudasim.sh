# shellcheck shell=bash
#
# Building cudasim, sourced by scripts/build-native: kernels and simulator in two variants,
#
#   target/cudasim/checked/libcuda.so.1   kernels call a hook before each access: bounds, races, uninitialised reads
#   target/cudasim/fast/libcuda.so.1      without hooks, on all cores
#
# An object is compiled again when its source, a header that it names, or the flags are newer.

cudasim_sources=native/src/cudasim
cudasim_kernels=kernels/src/main/cuda
cudasim_build=target/cudasim

# x86-64-v3: fused multiply-add as one instruction. Products and sums are fused only where the source says so, so that
# both variants give the same bytes.
cudasim_flags=(-std=c++20 -O2 -g1 -fPIC -fvisibility=hidden -march=x86-64-v3 -ffp-contract=off -fno-math-errno
  -Wall -Wextra -Werror -pthread "-I$cudasim_sources" "-I$cudasim_kernels" "-ffile-prefix-map=$PWD/=")
# Kernels look at bits through pointers of other types. Two that are alike stay two, so that reports name the right one;
# and a kernel's last call is a call, not a jump, or the simulator would not know where it came from.
cudasim_kernel_flags=(-x c++ -DCUDASIM -fno-strict-aliasing -fno-exceptions -fno-ipa-icf -fno-optimize-sibling-calls
  -Wno-unknown-pragmas)
# What the hooks see should be what the source says: no vector loads that it does not have, no calls per function.
cudasim_checked_flags=(-fsanitize=thread -fsanitize=alignment -fno-tree-vectorize --param tsan-instrument-func-entry-exit=0
  --param tsan-distinguish-volatile=1)

# cudasim_object OUTPUT SOURCE COMMAND...: prints a job unless OUTPUT is up to date. COMMAND makes it, whole or not at all,
# and beside it the list of what it was made of.
cudasim_object() {
  local output=$1 source=$2 dependencies=${1%.o}.d file
  shift 2
  local fresh=no
  if [[ -f $output && -f $dependencies && ! scripts/lib/cudasim.sh -nt $output && ! $source -nt $output ]]; then
    fresh=yes
    while read -r file; do
      if [[ ! -f $file || $file -nt $output ]]; then
        fresh=no
        break
      fi
    done < <(sed -e 's/^[^:]*://' -e 's/\\$//' "$dependencies" | tr -s ' ' '\n' | sed '/^$/d')
  fi
  [[ $fresh == yes ]] || printf '%s\0' "$*"
}

# cudasim_core_object VARIANT SOURCE: the driver API knows nothing of variants, and is compiled once for both.
cudasim_core_object() {
  local name
  name=$(basename "$2" .cpp)
  case $name in
    driver*) echo "$cudasim_build/driver/$name.o" ;;
    *) echo "$cudasim_build/$1/$name.o" ;;
  esac
}

# cudasim_jobs VARIANT DIRECTORY...: what must be compiled of the simulator and of the kernels in DIRECTORYs.
cudasim_jobs() {
  local variant=$1 directory source output flags kernel checked=0
  kernel=("${cudasim_kernel_flags[@]}")
  if [[ $variant == checked ]]; then
    checked=1
    kernel+=("${cudasim_checked_flags[@]}")
  fi
  shift
  flags=$(printf '%q ' "${cudasim_flags[@]}" "-DCUDASIM_CHECKED=$checked") # jobs are texts, and the path may have blanks
  for source in "$cudasim_sources"/*.cpp; do
    output=$(cudasim_core_object "$variant" "$source")
    cudasim_object "$output" "$source" "$cudasim_cxx $flags -MMD -MF ${output%.o}.d -c $source -o $output.new" \
      "&& mv $output.new $output"
  done
  for directory in "$@"; do
    for source in "$directory"/*.cu; do
      [[ -f $source ]] || continue
      output=$cudasim_build/$variant/$(basename "$source").o
      local command="$cudasim_cxx $flags ${kernel[*]} -MMD -MF ${output%.o}.d -c $source -o $output.new"
      if [[ $variant == checked ]]; then
        command+=" && objcopy --redefine-sym memcpy=cudasim_memcpy --redefine-sym memmove=cudasim_memmove"
        command+=" --redefine-sym memset=cudasim_memset $output.new"
      fi
      cudasim_object "$output" "$source" "$command && mv $output.new $output"
    done
  done
}

# cudasim_compile VARIANT DIRECTORY...: compiles, several at once; the first failure ends it.
cudasim_compile() {
  mkdir -p "$cudasim_build/$1" "$cudasim_build/driver"
  cudasim_jobs "$@" | xargs -0 -r -P "$(nproc)" -I{} bash -c '{}'
}

# The objects of the simulator and of the kernels in DIRECTORYs, not those of sources that are gone.
cudasim_objects() {
  local variant=$1 directory source
  shift
  for source in "$cudasim_sources"/*.cpp; do
    cudasim_core_object "$variant" "$source"
  done
  for directory in "$@"; do
    for source in "$directory"/*.cu; do
      [[ ! -f $source ]] || echo "$cudasim_build/$variant/$(basename "$source").o"
    done
  done
}

cudasim_require() {
  cudasim_cxx=${CXX:-g++}
  if ! command -v "$cudasim_cxx" >/dev/null || ! command -v objcopy >/dev/null; then
    echo "build-native: cudasim needs a C++20 compiler and binutils (apt-get install g++)" >&2
    return 1
  fi
}

# cudasim_link OUTPUT OBJECT...
cudasim_link() {
  local output=$1
  shift
  "$cudasim_cxx" -shared -pthread -o "$output" "$@" -ldl -Wl,-soname,libcuda.so.1 -Wl,--no-undefined -Wl,-Bsymbolic
}

# build_cudasim [VARIANT...]: the libraries, both by default. Linked into place whole: who uses an older one keeps it.
build_cudasim() {
  cudasim_require
  local variant objects library
  (($# > 0)) || set -- checked fast
  for variant; do
    if [[ $variant != checked && $variant != fast ]]; then
      echo "build-native: cudasim has no variant $variant; it has checked and fast" >&2
      return 2
    fi
    cudasim_compile "$variant" "$cudasim_kernels"
    mapfile -t objects < <(cudasim_objects "$variant" "$cudasim_kernels")
    library=$cudasim_build/$variant/libcuda.so.1
    if [[ ! -f $library || -n $(find "${objects[@]}" -newer "$library") ]] ||
      [[ $(cat "$library.objects" 2>/dev/null) != "${objects[*]}" ]]; then
      cudasim_link "$library.new" "${objects[@]}"
      mv "$library.new" "$library"
      echo "${objects[*]}" >"$library.objects"
      ln -sf libcuda.so.1 "$cudasim_build/$variant/libcuda.so"
      echo "built $library"
    fi
  done
}

# The simulator's own tests: kernels with planted bugs and their correct twins, in one program; then the driver's, on a
# libcuda.so.1 with kernels of theirs.
test_cudasim() {
  cudasim_require
  local tests=native/test/cudasim objects variant checked status=0
  for variant in fast checked; do
    checked=$([[ $variant == checked ]] && echo 1 || echo 0)
    cudasim_compile "$variant" "$tests"
    mapfile -t objects < <(cudasim_objects "$variant" "$tests" | grep -v '/driver')
    "$cudasim_cxx" "${cudasim_flags[@]}" "-DCUDASIM_CHECKED=$checked" -I"$tests" "$tests"/*.cpp "${objects[@]}" -ldl \
      -o "$cudasim_build/$variant/test"
    "$cudasim_build/$variant/test" "$@" || status=$?
  done
  cudasim_compile "$variant" "$tests/driver"
  local place=$cudasim_build/$variant/driver-test
  mkdir -p "$place"
  mapfile -t objects < <(cudasim_objects "$variant" "$tests/driver")
  cudasim_link "$place/libcuda.so.1" "${objects[@]}"
  "$cudasim_cxx" "${cudasim_flags[@]}" -I"$tests/driver" "$tests"/driver/*.cpp "$place/libcuda.so.1" \
    "-Wl,-rpath,\$ORIGIN" -o "$place/test"
  # What the planted errors are reported with is only of interest where a test fails.
  "$place/test" "$@" 2>"$place/reports" || { status=$? && cat "$place/reports" >&2; }
  return "$status"
}
