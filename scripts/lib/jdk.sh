# shellcheck shell=sh
# shellcheck disable=SC2034 # its results are for who sources it
#
# Finds a JDK without starting one: its version stands in its `release` file. Needs: what layout.sh sets.
#
# After require_jdk:  jdk        its home
#                     jdk_build  its full version, such as 25.0.3+9-LTS

jdk_minimum=25

# Where jgpt keeps what it fetches.
jgpt_home=${JGPT_HOME:-${HOME:-/nonexistent}/.cache/jgpt}

# Reads the version of the JDK at $1 into probed_major and probed_build; fails where no JDK is.
probe_jdk() {
  [ -x "$1/bin/javac" ] && probe_java "$1"
}

# The same of a Java that may lack the compiler.
probe_java() {
  [ -x "$1/bin/java" ] || return 1
  probed_version=
  probed_build=
  if [ -r "$1/release" ]; then
    while IFS='="' read -r probed_name _ probed_value _ || [ -n "$probed_name" ]; do
      case $probed_name in
        JAVA_VERSION) probed_version=$probed_value ;;
        JAVA_RUNTIME_VERSION) probed_build=$probed_value ;;
      esac
    done <"$1/release"
  fi
  if [ -z "$probed_version" ]; then
    probed_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  probed_major=${probed_version%%[!0-9]*}
  probed_build=${probed_build:-$probed_version}
  [ -n "$probed_major" ]
}

# Takes the JDK at $1 if it is new enough. Among several the one that jgpt is tested with wins: once jdk_minimum itself
# was seen, nothing else is taken.
consider_jdk() {
  probe_jdk "$1" || return 1
  if [ "$probed_major" -lt "$jdk_minimum" ]; then
    if [ "$probed_major" -gt "${jdk_seen%% *}" ]; then
      jdk_seen="$probed_major $1"
    fi
    return 1
  fi
  if [ -z "$jdk" ] || [ "$probed_major" -lt "$jdk_major" ]; then
    jdk=$1
    jdk_major=$probed_major
    jdk_build=$probed_build
  fi
}

# Finds a JDK in this order: JGPT_JAVA_HOME, a bundle's own Java, JAVA_HOME, the java on the PATH, the usual places, our
# own cache. Sets jdk, or leaves it empty and sets jdk_seen to "MAJOR HOME" of the newest one that is too old (or "0").
find_jdk() {
  jdk=
  jdk_major=
  jdk_build=
  jdk_seen=0
  if [ -n "${JGPT_JAVA_HOME-}" ]; then
    consider_jdk "$JGPT_JAVA_HOME"
    return
  fi
  if [ -n "$bundled" ]; then
    probe_java "$root/java" || return
    jdk=$root/java
    jdk_build=$probed_build
    return
  fi
  if [ -n "${JAVA_HOME-}" ] && consider_jdk "$JAVA_HOME"; then
    return
  fi
  jdk_on_path=$(command -v java || true)
  if [ -n "$jdk_on_path" ]; then
    jdk_on_path=$(readlink -f "$jdk_on_path" || true)
    if consider_jdk "${jdk_on_path%/bin/java}"; then
      return
    fi
  fi
  for jdk_place in ${JGPT_JDK_PLACES-/usr/lib/jvm /opt /Library/Java/JavaVirtualMachines} \
    "${HOME-}/.sdkman/candidates/java" "${HOME-}/.jdks" "$jgpt_home/jdk"; do
    for jdk_candidate in "$jdk_place"/*; do
      consider_jdk "$jdk_candidate" || consider_jdk "$jdk_candidate/Contents/Home" || true
    done
  done
  [ -n "$jdk" ]
}

# Finds a JDK, offers to fetch one where there is none, or ends with one line that says what to do.
require_jdk() {
  find_jdk && return
  # shellcheck source=scripts/lib/fetch.sh
  . "$root/scripts/lib/fetch.sh"
  fetch_jdk
  find_jdk || die 1 jdk_unusable "$jgpt_home/jdk"
}
