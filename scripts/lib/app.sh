# shellcheck shell=sh
# shellcheck disable=SC2034 # its results are for who sources it
#
# What was built, whether it still fits the sources, and how Java is told the user's language.
# This part runs at every start: it forks as little as it can. Needs: root, jdk, jdk_build and what layout.sh sets.

app_aot=$app/classes.aot

# What the jars are made of. Directories count too: their times tell that a file went away.
app_sources='pom.xml .mvn runtime/pom.xml runtime/src/main kernels/src/main/ptx agent-cli/pom.xml agent-cli/src/main'

# Whether the jars are there and no source is newer than they are. Sets app_jar.
app_is_built() {
  app_jar=
  for app_jar in "$app"/lib/jgpt-cli-*.jar; do :; done
  if [ -n "$bundled" ]; then
    [ -f "$app_jar" ]
    return
  fi
  [ -f "$app_jar" ] && [ -f "$app/built" ] || return 1
  # shellcheck disable=SC2086 # a list of paths without spaces
  app_newer=$(CDPATH='' cd -- "$root" && find $app_sources -newer "$app/built")
  [ -z "$app_newer" ]
}

# Whether the class archive was made, or given up, for this very JDK and these very jars.
app_is_trained() {
  for app_lib in "$app"/lib/*.jar; do
    # shellcheck disable=SC3013 # every sh knows -nt; POSIX does since 2024
    if [ "$app_lib" -nt "$app/trained" ]; then
      return 1
    fi
  done
  app_trained_for=
  if [ -f "$app/trained" ]; then
    IFS= read -r app_trained_for <"$app/trained" || true
  fi
  [ "$app_trained_for" = "$jdk_build $jdk" ]
}

# Under the C locale Java would read every non-ASCII argument as garbage. That is also what a locale gives which is
# named but not installed, as in most containers; `locale charmap` tells. Only the characters are changed: the language
# of messages stays what the user asked for. Sets java_locale, a flag or nothing.
set_java_locale() {
  java_locale=
  case $(locale charmap 2>/dev/null || true) in
    ANSI_X3.4-1968 | US-ASCII)
      case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in
        zh*) java_locale=-Duser.language=zh ;;
      esac
      export LC_ALL=C.UTF-8
      ;;
  esac
}
