# shellcheck shell=sh
#
# Finds Maven and runs it on the JDK that was found. Needs: root, jdk, jgpt_home.

# Whether the version $1 is 3.8 or newer.
maven_is_new_enough() {
  case $1 in
    3.[0-7] | 3.[0-7].* | [0-2].*) return 1 ;;
    [0-9]*) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets maven to a Maven 3.8 or newer: the one on the PATH, else our own; offers to fetch one where there is none.
require_maven() {
  maven=$(command -v mvn || true)
  maven_version=
  if [ -n "$maven" ]; then
    maven_version=$(JAVA_HOME=$jdk "$maven" --batch-mode --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][^ ]*\).*/\1/p')
    if maven_is_new_enough "$maven_version"; then
      return
    fi
  fi
  # shellcheck source=scripts/lib/fetch.sh
  . "$root/scripts/lib/fetch.sh"
  maven=$jgpt_home/maven/$pin_maven_version/bin/mvn
  if [ ! -x "$maven" ]; then
    fetch_maven "$maven_version"
  fi
}

# run_maven ARGUMENT...: in the checkout, without the warnings that Maven's own libraries cause on this JDK.
run_maven() (
  become_maven "$@"
)

# The same in place of this shell, for who is to end it: a shell between would end alone.
become_maven() {
  CDPATH='' cd -- "$root" || exit
  exec env JAVA_HOME="$jdk" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS-}" "$maven" -Dstyle.color=never "$@"
}
