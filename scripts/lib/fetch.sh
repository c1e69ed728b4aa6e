# shellcheck shell=sh
#
# Fetches a JDK or Maven into jgpt_home: asks first, checks the checksum, unpacks beside and renames, so that nothing
# half-written is ever found. Needs: jgpt_home and what find_jdk sets.

# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"
# shellcheck source=scripts/lib/pins.sh
. "$root/scripts/lib/pins.sh"

# The exit code of the command line for whatever the network did.
exit_network=6

# may_fetch WHAT URL: whether the user wants it. JGPT_FETCH=yes or no decides; otherwise a terminal is asked, and
# without one the answer is no.
may_fetch() {
  case ${JGPT_FETCH-} in
    yes) return 0 ;;
    no) return 1 ;;
  esac
  if ! [ -t 2 ] || ! (: </dev/tty) 2>/dev/null; then
    return 1
  fi
  printf 'jgpt: %s' "$(message ask_fetch "$1" "$2" "$jgpt_home")" >&2
  read -r fetch_answer </dev/tty || return 1
  case $fetch_answer in
    y | Y | yes | Yes | YES) return 0 ;;
    *) return 1 ;;
  esac
}

# download URL FILE: with curl or wget; ends with one line where that fails. In the background, so that a signal to
# this shell is heeded at once.
download() {
  if command -v curl >/dev/null; then
    download_show=--silent
    if [ -t 2 ]; then
      download_show=--progress-bar
    fi
    curl --fail --location --connect-timeout 30 --speed-limit 1024 --speed-time 60 "$download_show" --output "$2" "$1" \
      </dev/null &
  elif command -v wget >/dev/null; then
    wget -q -T 60 -O "$2" "$1" </dev/null &
  else
    die 1 no_downloader "$1"
  fi
  download_pid=$!
  download_status=0
  wait "$download_pid" || download_status=$?
  download_pid=
  if [ "$download_status" -ne 0 ]; then
    die "$exit_network" fetch_failed "$1" "$download_status"
  fi
}

# Leaves nothing half-written, however the fetch ends.
end_fetch() {
  if [ -n "${download_pid-}" ]; then
    kill "$download_pid" 2>/dev/null || true
    wait "$download_pid" 2>/dev/null || true
  fi
  rm -rf "$fetch_work"
  trap - EXIT INT TERM HUP
}

# checksum BITS FILE: the SHA-2 of FILE in hexadecimal.
checksum() {
  if command -v "sha$1sum" >/dev/null; then
    "sha$1sum" "$2"
  elif command -v shasum >/dev/null; then
    shasum -a "$1" "$2"
  else
    die 1 no_tool "sha$1sum"
  fi | sed 's/^\\*\([0-9a-f]*\).*/\1/'
}

# fetch_archive URL BITS SUM PROOF TARGET NAME: puts what the archive holds at TARGET. PROOF is a file that it must
# contain, relative to the archive's one top folder. An empty SUM is read from URL.shaBITS.txt.
fetch_archive() {
  mkdir -p "$jgpt_home" 2>/dev/null || true
  [ -w "$jgpt_home" ] || die 1 no_cache "$jgpt_home"
  # What an earlier run left when it was killed.
  find "$jgpt_home" -maxdepth 1 -name '.fetch.*' -mtime +1 -exec rm -rf {} +
  fetch_work=$(mktemp -d "$jgpt_home/.fetch.XXXXXX")
  trap 'end_fetch' EXIT
  trap 'end_fetch; exit 130' INT
  trap 'end_fetch; exit 143' TERM HUP

  say fetching "$6" "$1"
  fetch_sum=$3
  if [ -z "$fetch_sum" ]; then
    download "$1.sha$2.txt" "$fetch_work/sum"
    read -r fetch_sum _ <"$fetch_work/sum" || true
  fi
  download "$1" "$fetch_work/archive"
  fetch_found=$(checksum "$2" "$fetch_work/archive")
  if [ "$fetch_found" != "$fetch_sum" ]; then
    die "$exit_network" bad_checksum "$1" "$fetch_found" "${fetch_sum:-?}"
  fi

  mkdir "$fetch_work/unpacked"
  tar -xzf "$fetch_work/archive" -C "$fetch_work/unpacked" 2>/dev/null || true
  fetch_top=
  for fetch_top in "$fetch_work/unpacked"/*; do :; done
  if [ ! -e "$fetch_top/$4" ]; then
    die "$exit_network" bad_archive "$1" "$6"
  fi
  mkdir -p "${5%/*}"
  # Where another start was faster, its copy is as good. `mv` into an existing folder would nest, hence the check.
  [ -e "$5" ] || mv "$fetch_top" "$5"
  end_fetch
}

# Fetches the pinned Temurin into jgpt_home/jdk, or ends with one line that says what to do.
fetch_jdk() {
  if [ -n "${JGPT_JAVA_HOME-}" ]; then
    die 1 bad_java_home "$JGPT_JAVA_HOME"
  fi
  case $(uname -s) in
    Linux) jdk_os=linux ;;
    Darwin) jdk_os=mac ;;
    *) die 1 no_platform "$(uname -s)" ;;
  esac
  if [ -e /etc/alpine-release ]; then
    jdk_os=alpine-linux
  fi
  case $(uname -m) in
    x86_64 | amd64) jdk_arch=x64 ;;
    aarch64 | arm64) jdk_arch=aarch64 ;;
    *) die 1 no_platform "$(uname -s) $(uname -m)" ;;
  esac
  jdk_proof=bin/javac
  if [ "$jdk_os" = mac ]; then
    jdk_proof=Contents/Home/bin/javac
  fi
  if ! may_fetch "Temurin $pin_jdk_version" "$pin_jdk_url"; then
    case $jdk_seen in
      0) die 1 no_jdk "$(message none)" ;;
      *) die 1 no_jdk "${jdk_seen%% *}, ${jdk_seen#* }" ;;
    esac
  fi
  jdk_archive=OpenJDK25U-jdk_${jdk_arch}_${jdk_os}_hotspot_${pin_jdk_version}_$pin_jdk_build.tar.gz
  fetch_archive "$pin_jdk_url/$jdk_archive" 256 "${JGPT_JDK_SHA256-}" "$jdk_proof" \
    "$jgpt_home/jdk/temurin-$pin_jdk_version+$pin_jdk_build" "Temurin $pin_jdk_version"
}

# Fetches the pinned Maven into jgpt_home/maven, or ends with one line. $1: the newest that was found.
fetch_maven() {
  if ! may_fetch "Maven $pin_maven_version" "$pin_maven_url"; then
    die 1 no_maven "${1:-$(message none)}"
  fi
  fetch_archive "$pin_maven_url/apache-maven-$pin_maven_version-bin.tar.gz" 512 "$pin_maven_sha512" bin/mvn \
    "$jgpt_home/maven/$pin_maven_version" "Maven $pin_maven_version"
}
