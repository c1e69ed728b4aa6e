#!/usr/bin/env bash
#
# Tests scripts/jgpt: on stand-ins for the JDK and Maven where only its decisions matter, on the real JVM where what
# reaches Java matters. Usage: launcher.sh [PART OF A TEST'S NAME]

set -euo pipefail

# shellcheck source=scripts/test/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# shellcheck disable=SC2034 # read by what is sourced
root=$checkout
# shellcheck source=scripts/lib/layout.sh
source "$checkout/scripts/lib/layout.sh"
# shellcheck source=scripts/lib/jdk.sh
source "$checkout/scripts/lib/jdk.sh"
find_jdk || fail "these tests need a JDK $jdk_minimum"
real_jdk=$jdk

# --- stand-ins ------------------------------------------------------------------------------------------------------

# A PATH with what the launcher needs, and no more: no java, no mvn, no downloader.
tools=$scratch/tools
mkdir "$tools"
for tool in sh awk basename cat chmod cksum cp cut date dirname env find flock grep gzip head locale mkdir mktemp mv perl \
  printf readlink rm sed sha256sum sha512sum sleep sort tail tar touch tr uname; do
  if path=$(command -v "$tool"); then
    ln -s "$path" "$tools/$tool"
  fi
done

# make_jdk HOME VERSION: its java prints its home and its arguments, its javac only exists.
make_jdk() {
  mkdir -p "$1/bin"
  cat >"$1/bin/java" <<END
#!/bin/sh
if [ "\$1" = -version ]; then
  echo 'openjdk version "$2" 2025-09-16' >&2
  exit
fi
echo "java of $1"
printf '[%s]\n' "\$@"
END
  printf '#!/bin/sh\n' >"$1/bin/javac"
  chmod +x "$1/bin/java" "$1/bin/javac"
  printf 'IMPLEMENTOR="Test"\nJAVA_RUNTIME_VERSION="%s+1"\nJAVA_VERSION="%s"\n' "$2" "$2" >"$1/release"
}

# make_maven FOLDER VERSION: its mvn notes its process in pid, each build in builds, and puts app.jar, all beside it,
# where the launcher looks for jgpt. Where MAVEN_AWAITS names a file, it builds until that is there; MAVEN_FAILS makes it
# fail.
make_maven() {
  mkdir -p "$1"
  cat >"$1/mvn" <<END
#!/bin/sh
case "\$*" in
  *--version*) echo 'Apache Maven $2 (stand-in)'; exit ;;
esac
echo "\$\$" >'$1/pid'
echo "\$JAVA_HOME" >>'$1/builds'
echo '[INFO] --- maven-compiler-plugin:3.16.0:compile (default-compile) @ jgpt-runtime ---'
# Nor for longer than there is a place for the file: a test that failed has made none.
while [ -d "\${MAVEN_AWAITS%/*}" ] && [ ! -e "\$MAVEN_AWAITS" ]; do sleep 0.05; done
if [ -n "\${MAVEN_FAILS-}" ]; then
  echo '[ERROR] Foo.java:[7,3] cannot find symbol'
  exit 1
fi
mkdir -p agent-cli/target/jgpt/lib
cp '$1/app.jar' agent-cli/target/jgpt/lib/jgpt-cli-0.1.0.jar
END
  chmod +x "$1/mvn"
  : >"$1/app.jar"
  : >"$1/builds"
}

# make_checkout FOLDER: the scripts as they are, over sources of a few bytes.
make_checkout() {
  mkdir -p "$1"/{.mvn,runtime/src/main/java,kernels/src/main/ptx,agent-cli/src/main/java,models}
  cp -R "$checkout/scripts" "$1/scripts"
  touch "$1/pom.xml" "$1/runtime/pom.xml" "$1/agent-cli/pom.xml"
  echo 'class A {}' >"$1/runtime/src/main/java/A.java"
  echo 'class B {}' >"$1/agent-cli/src/main/java/B.java"
}

# What every test starts from: a checkout, a JDK 25 in JAVA_HOME, a Maven, an empty home.
set_up() {
  make_checkout "$work/checkout"
  make_jdk "$work/jdk25" 25.0.3
  make_maven "$work/maven" 3.9.9
  mkdir "$work/home"
  export HOME=$work/home JAVA_HOME=$work/jdk25 JGPT_JDK_PLACES='' LANG=C.UTF-8
  unset JGPT_JAVA_HOME JGPT_HOME JGPT_FETCH JGPT_LANG JGPT_JAVA_OPTS LC_ALL LC_MESSAGES MAVEN_OPTS JAVA_TOOL_OPTIONS
  jgpt=$work/checkout/scripts/jgpt
  launch_path=$work/maven:$tools
}

# launch ARGUMENT...: runs $jgpt with nothing on its PATH but launch_path.
launch() {
  run env PATH="$launch_path" "$jgpt" "$@"
}

builds() {
  wc -l <"$work/maven/builds"
}
# The one archive of classes that a JVM makes of EchoArguments, for the tests on the real JVM.
echo_jar=$scratch/echo.jar
make_echo_jar() {
  [[ ! -f $echo_jar ]] || return 0
  "$real_jdk/bin/javac" -d "$scratch/echo" "$here/EchoArguments.java"
  "$real_jdk/bin/jar" --create --file "$echo_jar.new" --main-class EchoArguments -C "$scratch/echo" .
  mv "$echo_jar.new" "$echo_jar"
}

set_up_real_jvm() {
  set_up
  export JAVA_HOME=$real_jdk
  make_echo_jar
  cp "$echo_jar" "$work/maven/app.jar"
  cat >"$work/manifest" <<END
Enable-Native-Access: ALL-UNNAMED
END
  "$real_jdk/bin/jar" --update --file "$work/maven/app.jar" --manifest "$work/manifest"
}

# --- finding a JDK --------------------------------------------------------------------------------------------------

test_without_any_jdk_one_line_says_what_to_do() {
  set_up
  unset JAVA_HOME
  launch --version
  assert_equal 1 "$status"
  assert_equal '' "$stdout"
  assert_equal 1 "$(wc -l <"$work/.stderr")"
  assert_contains "$stderr" 'no JDK 25 or newer found (newest: none)'
  assert_contains "$stderr" 'JGPT_FETCH=yes'
}

test_the_same_in_Chinese() {
  set_up
  unset JAVA_HOME
  LANG=zh_CN.UTF-8 launch --version
  assert_contains "$stderr" '找不到 JDK 25'
  JGPT_LANG=en LANG=zh_CN.UTF-8 launch --version
  assert_contains "$stderr" 'no JDK 25'
}

test_every_message_exists_in_both_languages() {
  local keys
  for language in en zh; do
    keys=$(sed -n "s/^ *$language\.\([a-z_]*\)) .*/\1/p" "$checkout/scripts/lib/messages.sh" | sort)
    printf '%s\n' "$keys" >"$work/$language"
  done
  [[ $(wc -l <"$work/en") -gt 15 ]] || fail 'the table was not read'
  diff "$work/en" "$work/zh"
  # Every key that a script says is in the table.
  grep -ohE '\b(say|message|die [^ ]+) [a-z_]+\b' "$checkout/scripts/jgpt" "$checkout"/scripts/lib/{jdk,app,build,fetch,maven}.sh |
    awk '{ print $NF }' | sort -u >"$work/said"
  assert_equal '' "$(comm -23 "$work/said" "$work/en")"
}

test_a_JDK_that_is_too_old_is_named() {
  set_up
  make_jdk "$work/jdk17" 17.0.15
  make_jdk "$work/places/jdk8" 1.8.0_292
  unset JAVA_HOME
  launch_path=$work/jdk17/bin:$launch_path JGPT_JDK_PLACES=$work/places launch --version
  assert_equal 1 "$status"
  assert_contains "$stderr" "newest: 17, $work/jdk17"
}

test_an_old_java_on_the_PATH_and_in_JAVA_HOME_is_passed_over() {
  set_up
  make_jdk "$work/jdk17" 17.0.15
  make_jdk "$work/places/a" 21.0.1
  make_jdk "$work/places/b" 25.0.1
  JAVA_HOME=$work/jdk17 launch_path=$work/jdk17/bin:$launch_path JGPT_JDK_PLACES=$work/places launch
  assert_contains "$stdout" "java of $work/places/b"
}

test_the_java_on_the_PATH_is_followed_through_links() {
  set_up
  unset JAVA_HOME
  mkdir "$work/bin"
  ln -s "$work/jdk25/bin/java" "$work/alternative"
  ln -s "$work/alternative" "$work/bin/java"
  launch_path=$work/bin:$launch_path launch
  assert_contains "$stdout" "java of $work/jdk25"
}

test_JDK_25_is_preferred_to_newer_ones_and_a_newer_one_to_none() {
  set_up
  unset JAVA_HOME
  make_jdk "$work/places/a" 27
  JGPT_JDK_PLACES=$work/places launch
  assert_contains "$stdout" "java of $work/places/a"
  make_jdk "$work/places/b" 25.0.9
  make_jdk "$work/places/c" 26.0.1
  JGPT_JDK_PLACES=$work/places launch
  assert_contains "$stdout" "java of $work/places/b"
}

test_JDKs_of_a_home_and_of_the_cache_are_found() {
  set_up
  unset JAVA_HOME
  make_jdk "$HOME/.cache/jgpt/jdk/temurin" 25.0.1
  launch
  assert_contains "$stdout" "java of $HOME/.cache/jgpt/jdk/temurin"
  make_jdk "$HOME/.jdks/x" 25.0.1
  launch
  assert_contains "$stdout" "java of $HOME/.jdks/x"
  make_jdk "$HOME/.sdkman/candidates/java/x" 25.0.1
  launch
  assert_contains "$stdout" "java of $HOME/.sdkman/candidates/java/x"
}

test_JGPT_JAVA_HOME_wins_and_is_never_passed_over() {
  set_up
  make_jdk "$work/mine" 26
  JGPT_JAVA_HOME=$work/mine launch
  assert_contains "$stdout" "java of $work/mine"
  make_jdk "$work/old" 17.0.1
  JGPT_JAVA_HOME=$work/old launch
  assert_equal 1 "$status"
  assert_contains "$stderr" "JGPT_JAVA_HOME is $work/old"
}

test_a_JDK_without_a_release_file_is_asked_and_a_JRE_is_none() {
  set_up
  rm "$work/jdk25/release"
  launch
  assert_contains "$stdout" "java of $work/jdk25"
  rm "$work/jdk25/bin/javac"
  launch
  assert_equal 1 "$status"
}

test_no_HOME_is_no_problem() {
  set_up
  unset HOME
  launch x
  assert_equal 0 "$status"
  assert_contains "$stdout" '[x]'
}

# --- fetching -------------------------------------------------------------------------------------------------------

# The one server of all tests: it serves the folder $work/www of each.
"$real_jdk/bin/java" "$here/ArchiveServer.java" "$scratch" "$scratch/port" &
end_later

# Puts stand-ins for the pinned archives on the server. curl is the one of this machine.
set_up_server() {
  set_up
  # shellcheck source=scripts/lib/pins.sh
  source "$checkout/scripts/lib/pins.sh"
  make_jdk "$work/pack/jdk-$pin_jdk_version+$pin_jdk_build" "$pin_jdk_version"
  # Half of this archive must be more than what travels in one piece.
  head -c 300000 /dev/urandom >"$work/pack/jdk-$pin_jdk_version+$pin_jdk_build/filler"
  mkdir "$work/www"
  for platform in x64_linux aarch64_linux x64_alpine-linux aarch64_alpine-linux; do
    jdk_archive=$work/www/OpenJDK25U-jdk_${platform}_hotspot_${pin_jdk_version}_$pin_jdk_build.tar.gz
    tar -C "$work/pack" -czf "$jdk_archive" "jdk-$pin_jdk_version+$pin_jdk_build"
    (cd "$work/www" && sha256sum "${jdk_archive##*/}") >"$jdk_archive.sha256.txt"
  done
  make_maven "$work/pack/apache-maven-$pin_maven_version/bin" "$pin_maven_version"
  tar -C "$work/pack" -czf "$work/www/apache-maven-$pin_maven_version-bin.tar.gz" "apache-maven-$pin_maven_version"

  ln -sf "$(command -v curl)" "$work/maven/curl"
  eventually 60 test -f "$scratch/port"
  server=http://127.0.0.1:$(<"$scratch/port")
  www=${work##*/}/www
  export JGPT_JDK_URL=$server/good/$www JGPT_MAVEN_URL=$server/good/$www JGPT_FETCH=yes
  unset JAVA_HOME http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
  cache=$HOME/.cache/jgpt
}

nothing_half_written() {
  assert_missing "$cache/jdk"
  assert_equal '' "$(find "$cache" -mindepth 1)"
}

test_a_JDK_is_fetched_once_told_to() {
  set_up_server
  launch x
  assert_contains "$stderr" "fetching Temurin $pin_jdk_version from $server/good/$www/"
  assert_contains "$stdout" "java of $work/pack/jdk-$pin_jdk_version" # where that stand-in was made
  assert_equal "temurin-$pin_jdk_version+$pin_jdk_build" "$(ls "$cache/jdk")"
  assert_equal '' "$(find "$cache" -name '.fetch*')"
  JGPT_FETCH=no launch x
  assert_equal 0 "$status"
  assert_lacks "$stderr" fetching
}

test_a_JDK_is_fetched_with_wget_where_curl_is_missing() {
  set_up_server
  rm "$work/maven/curl"
  ln -s "$(command -v wget)" "$work/maven/wget"
  launch x
  assert_equal 0 "$status"
  assert_contains "$stdout" '[x]'
  rm -r "$cache" "$work/maven/wget"
  launch x
  assert_contains "$stderr" 'neither curl nor wget'
  nothing_half_written
}

test_nothing_is_fetched_unasked() {
  set_up_server
  for answer in no ''; do
    JGPT_FETCH=$answer launch x
    assert_equal 1 "$status"
    assert_lacks "$stderr" fetching
    assert_missing "$cache"
  done
}

# on_terminal ANSWER: runs jgpt on a terminal where a person types ANSWER.
on_terminal() {
  status=0
  printf '%s\n' "$1" | SHELL=/bin/sh timeout 300 script --quiet --return --command "PATH='$launch_path' '$jgpt' x" \
    "$work/typescript" >"$work/.stdout" || status=$?
  stdout=$(<"$work/.stdout")
}

test_on_a_terminal_a_person_is_asked() {
  set_up_server
  unset JGPT_FETCH
  on_terminal n
  assert_contains "$stdout" "Temurin $pin_jdk_version is missing. Fetch it from $server/good/$www into $cache? [y/N]"
  assert_contains "$stdout" 'no JDK 25 or newer found'
  assert_missing "$cache"
  on_terminal y
  assert_equal 0 "$status"
  assert_contains "$stdout" '[x]'
}

test_a_wrong_checksum_keeps_nothing() {
  set_up_server
  JGPT_JDK_SHA256=$(printf '0%.0s' {1..64}) launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'has checksum'
  nothing_half_written
  for sum in "$work"/www/*.txt; do
    echo 'not a checksum' >"$sum"
  done
  launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'has checksum'
  nothing_half_written
}

test_a_truncated_archive_keeps_nothing() {
  set_up_server
  for archive in "$work"/www/OpenJDK*.gz; do
    head -c 1000 "$archive" >"$work/short"
    mv "$work/short" "$archive"
  done
  launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'has checksum'
  nothing_half_written
}

test_a_broken_connection_keeps_nothing() {
  set_up_server
  JGPT_JDK_URL=$server/cut/$www launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" "could not fetch $server/cut/$www/OpenJDK25U"
  nothing_half_written
}

test_an_archive_that_holds_something_else_keeps_nothing() {
  set_up_server
  for archive in "$work"/www/OpenJDK*.gz; do
    cp "$work/www/apache-maven-$pin_maven_version-bin.tar.gz" "$archive"
    sha256sum "$archive" >"$archive.sha256.txt"
  done
  launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'cannot be unpacked'
  nothing_half_written
}

test_a_missing_archive_and_a_dead_server_say_so() {
  set_up_server
  rm "$work"/www/OpenJDK*.gz
  launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'could not fetch'
  nothing_half_written
  JGPT_JDK_URL=http://127.0.0.1:1 launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" 'could not fetch'
  nothing_half_written
}

test_an_interrupted_fetch_leaves_nothing() {
  set_up_server
  JGPT_JDK_URL=$server/slow/$www PATH=$launch_path "$jgpt" x 2>"$work/stderr" &
  launcher=$!
  eventually 60 find_archive
  kill -TERM "$launcher"
  status=0
  wait "$launcher" || status=$?
  assert_equal 143 "$status"
  nothing_half_written
}

find_archive() {
  [[ -n $(find "$cache" -name archive -size +0) ]]
}

test_a_cache_that_cannot_be_written_is_named() {
  set_up_server
  : >"$work/file"
  JGPT_HOME=$work/file/cache launch x
  assert_equal 1 "$status"
  assert_contains "$stderr" "cannot write to $work/file/cache"
}

test_Maven_is_fetched_where_it_is_missing_or_too_old() {
  set_up_server
  export JAVA_HOME=$work/jdk25
  mkdir "$work/old"
  make_maven "$work/old" 3.6.3
  mv "$work/maven/mvn" "$work/old/mvn.25"
  launch_path=$work/old:$launch_path JGPT_FETCH=no launch x
  assert_equal 1 "$status"
  assert_contains "$stderr" 'no Maven 3.8 or newer found (newest: 3.6.3)'

  # The pin holds the stand-in off.
  launch_path=$work/old:$launch_path launch x
  assert_equal 6 "$status"
  assert_contains "$stderr" "not $pin_maven_sha512"
  assert_missing "$cache/maven"

  JGPT_MAVEN_SHA512=$(sha512sum <"$work/www/apache-maven-$pin_maven_version-bin.tar.gz" | cut -d' ' -f1)
  export JGPT_MAVEN_SHA512
  launch x
  assert_equal 0 "$status"
  assert_contains "$stdout" '[x]'
  assert_equal "$pin_maven_version" "$(ls "$cache/maven")"
}

# --- building -------------------------------------------------------------------------------------------------------

test_it_builds_once_and_says_so() {
  set_up
  launch x
  assert_equal 0 "$status"
  assert_equal 'jgpt: building, once; this takes about half a minute, the first time longer while Maven downloads
jgpt: preparing a quick start, once' "$stderr"
  assert_equal "$work/jdk25" "$(<"$work/maven/builds")"
  launch x
  assert_equal '' "$stderr"
  assert_equal 1 "$(builds)"
}

test_it_builds_again_when_a_source_changes_comes_or_goes() {
  set_up
  launch
  local source=$work/checkout/runtime/src/main/java
  echo 'class A { int a; }' >"$source/A.java"
  launch
  assert_equal 2 "$(builds)"
  echo 'class C {}' >"$source/C.java"
  launch
  assert_equal 3 "$(builds)"
  rm "$source/C.java"
  launch
  assert_equal 4 "$(builds)"
  launch
  assert_equal 4 "$(builds)"
}

test_a_source_that_was_only_touched_is_no_reason_to_build() {
  set_up
  launch
  touch "$work/checkout/runtime/src/main/java/A.java"
  launch
  assert_equal '' "$stderr"
  assert_equal 1 "$(builds)"
}

test_a_source_that_changes_during_the_build_is_built_again() {
  set_up
  MAVEN_AWAITS=$work/change PATH=$launch_path "$jgpt" 2>/dev/null >/dev/null &
  launcher=$!
  eventually 60 test -s "$work/maven/builds"
  echo 'class A { int late; }' >"$work/checkout/runtime/src/main/java/A.java"
  touch "$work/change"
  wait "$launcher"
  launch
  assert_equal 2 "$(builds)"
}

test_starts_at_the_same_time_build_once() {
  set_up
  local pids=() pid
  for i in 1 2 3; do
    MAVEN_AWAITS=$work/others PATH=$launch_path "$jgpt" "$i" >"$work/out$i" 2>"$work/err$i" &
    pids+=("$!")
  done
  eventually 60 wait_for_another 2
  touch "$work/others"
  for pid in "${pids[@]}"; do
    wait "$pid"
  done
  assert_equal 1 "$(builds)"
  for i in 1 2 3; do
    assert_contains "$(<"$work/out$i")" "[$i]"
  done
  wait_for_another 2
}

# wait_for_another N: whether so many of those whose errors are in err1, err2, ... say that they do.
wait_for_another() {
  [[ $(cat "$work"/err? | grep -c 'waiting for another jgpt') == "$1" ]]
}

test_the_lock_works_without_flock() {
  set_up
  mkdir "$work/tools"
  cp -P "$tools"/* "$work/tools/"
  rm "$work/tools/flock"
  launch_path=$work/maven:$work/tools
  local first second
  MAVEN_AWAITS=$work/second PATH=$launch_path "$jgpt" 1 >/dev/null 2>"$work/err1" &
  first=$!
  eventually 60 test -s "$work/maven/builds"
  PATH=$launch_path "$jgpt" 2 >/dev/null 2>"$work/err2" &
  second=$!
  eventually 60 wait_for_another 1
  touch "$work/second"
  wait "$first"
  wait "$second"
  assert_equal 1 "$(builds)"
  assert_contains "$(<"$work/err2")" 'waiting for another jgpt'
}

test_a_failed_build_shows_why_and_is_tried_again() {
  set_up
  MAVEN_FAILS=1 launch
  assert_equal 1 "$status"
  assert_equal '' "$stdout"
  assert_contains "$stderr" '[ERROR] Foo.java:[7,3] cannot find symbol'
  assert_contains "$stderr" "the whole log is in $work/checkout/target/jgpt-build.log"
  launch x
  assert_equal 0 "$status"
  assert_contains "$stdout" '[x]'
}

test_an_interrupted_build_ends_Maven_and_is_tried_again() {
  set_up
  MAVEN_AWAITS=$work/never PATH=$launch_path "$jgpt" >/dev/null 2>&1 &
  launcher=$!
  eventually 60 test -s "$work/maven/builds"
  kill -TERM "$launcher"
  status=0
  wait "$launcher" || status=$?
  assert_equal 143 "$status"
  eventually 60 maven_has_ended
  launch x
  assert_equal 0 "$status"
  assert_equal 2 "$(builds)"
}

maven_has_ended() {
  ! kill -0 "$(<"$work/maven/pid")"
}

test_progress_is_shown_on_a_terminal_only() {
  set_up
  : >"$work/.stdout"
  { eventually 60 grep -q 'jgpt-runtime: compiler' "$work/.stdout" && touch "$work/shown"; } &
  MAVEN_AWAITS=$work/shown on_terminal ''
  assert_contains "$stdout" 'jgpt-runtime: compiler'
  assert_contains "$stdout" 'built in'
}

test_a_checkout_that_cannot_be_written_is_named() {
  set_up
  chmod -R a+rX "$scratch"
  chmod a-w "$work/checkout"
  # Root may write anywhere.
  if [[ $EUID == 0 ]]; then
    run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$launch_path" "$jgpt" x
  else
    launch x
  fi
  assert_equal 1 "$status"
  assert_equal "jgpt: jgpt must be built once, but $work/checkout cannot be written; make it writable, or copy the checkout to where you can write" "$stderr"
}

test_a_built_checkout_that_cannot_be_written_starts_on_any_JDK() {
  set_up
  launch x
  make_jdk "$work/other" 25.0.9
  chmod -R a+rX "$scratch"
  chmod a-w "$work/checkout/agent-cli/target/jgpt"
  export JAVA_HOME=$work/other
  if [[ $EUID == 0 ]]; then
    run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$launch_path" "$jgpt" x
  else
    launch x
  fi
  assert_equal 0 "$status"
  assert_contains "$stdout" "java of $work/other"
  assert_equal '' "$stderr"
}

# --- what reaches Java ----------------------------------------------------------------------------------------------

test_arguments_pass_untouched_from_anywhere_through_links_and_spaces() {
  set_up
  mv "$work/checkout" "$work/check out \$HOME"
  mkdir -p "$work/bin dir"
  ln -s "../check out \$HOME/scripts/jgpt" "$work/bin dir/relative"
  ln -s "$work/bin dir/relative" "$work/absolute"
  cd /
  for jgpt in "$work/absolute" "$work/bin dir/relative" "$work/check out \$HOME/scripts/jgpt"; do
    launch 'a  b' '' '*' "c'd\"e" $'f\ng' --h=1
    assert_equal 0 "$status"
    assert_contains "$stdout" $'\n[a  b]\n[]\n[*]\n[c\'d"e]\n[f\ng]\n[--h=1]'
  done
  cd "$work/check out \$HOME/scripts"
  run env PATH="$launch_path" sh jgpt last
  assert_contains "$stdout" '[last]'
  run env PATH="$PWD:$launch_path" jgpt found
  assert_contains "$stdout" '[found]'
  assert_equal 1 "$(builds)"
}

test_JGPT_JAVA_OPTS_reaches_the_JVM_and_models_and_recipes_are_named() {
  set_up
  JGPT_JAVA_OPTS='-Xmx3g -Da=b' launch x
  assert_contains "$stdout" $'\n[-Xmx3g]\n[-Da=b]\n'
  assert_contains "$stdout" "[-Djgpt.bundled=$work/checkout/models]"
  assert_contains "$stdout" "[-Djgpt.recipes=$work/checkout/recipes]"
  assert_contains "$stdout" '[-XX:+UseSerialGC]'
  JGPT_JAVA_OPTS='-Xmx3g -XX:+UseZGC' launch x
  assert_lacks "$stdout" UseSerialGC
}

test_Chinese_arguments_survive_every_locale_and_the_language_stays() {
  set_up_real_jvm
  local locale
  for locale in C POSIX C.UTF-8 zh_CN.UTF-8 en_US.UTF-8 xx_YY.UTF-8 ''; do
    LANG=$locale launch '你好，世界' '😀'
    assert_contains "$stdout" $'[你好，世界]\n[😀]\n'
    case $locale in
      zh*) assert_contains "$stdout" 'language zh' ;;
      *) assert_contains "$stdout" 'language en' ;;
    esac
    LC_ALL=$locale LANG=C launch '你好，世界'
    assert_contains "$stdout" '[你好，世界]'
  done
  LANG=en_US.UTF-8 LC_MESSAGES=zh_CN.UTF-8 launch
  assert_contains "$stdout" 'language zh'
  assert_equal '' "$stderr"
}

test_the_first_start_too_keeps_the_language() {
  set_up_real_jvm
  LANG=zh_CN.UTF-8 launch '你好'
  assert_contains "$stdout" $'[你好]\nlanguage zh'
}

test_the_JVM_warns_of_nothing() {
  set_up_real_jvm
  launch
  assert_equal '' "$(<"$work/.stdout" grep -i warning)"
  launch x
  assert_equal '' "$stderr"
  assert_equal "[x]
language en
bundled $work/checkout/models" "$stdout"
}

test_the_class_archive_is_made_and_used_also_under_a_path_with_spaces() {
  set_up_real_jvm
  mv "$work/checkout" "$work/check out"
  jgpt="$work/check out/scripts/jgpt"
  launch
  local archive="$work/check out/agent-cli/target/jgpt/classes.aot"
  [[ -s $archive ]] || fail "no class archive: $(cat "${archive%/*}/training.log")"
  JGPT_JAVA_OPTS='-Xlog:class+load:file=loaded.log' launch
  assert_equal 0 "$status"
  grep -q 'EchoArguments source: shared objects file' loaded.log
}

test_an_unusable_class_archive_is_passed_over_in_silence() {
  set_up_real_jvm
  launch
  local archive=$work/checkout/agent-cli/target/jgpt/classes.aot
  cp "$archive" "$work/good.aot"
  for damage in empty garbage short; do
    case $damage in
      empty) : >"$archive" ;;
      garbage) head -c 100000 /dev/urandom >"$archive" ;;
      short) head -c 100000 "$work/good.aot" >"$archive" ;;
    esac
    launch x
    assert_equal 0 "$status"
    assert_equal '' "$stderr"
    assert_equal "[x]
language en
bundled $work/checkout/models" "$stdout"
  done
  # Jars that are not those of the archive.
  cp "$work/good.aot" "$archive"
  touch -d '2001-01-01' "$work/checkout"/agent-cli/target/jgpt/lib/*.jar
  launch x
  assert_equal '' "$stderr"
  assert_contains "$stdout" '[x]'
}

test_jars_that_Maven_made_anew_get_a_class_archive_of_their_own() {
  set_up_real_jvm
  launch x
  local lib=$work/checkout/agent-cli/target/jgpt/lib
  cp "$work/maven/app.jar" "$lib/jgpt-cli-0.1.0.jar"
  launch x
  assert_equal 'jgpt: preparing a quick start, once' "$stderr"
  JGPT_JAVA_OPTS='-Xlog:class+load:file=loaded.log' launch
  grep -q 'EchoArguments source: shared objects file' loaded.log
  assert_equal 1 "$(builds)"
}

test_classes_of_old_formats_are_in_the_class_archive_too() {
  set_up_real_jvm
  # The oldest release that javac still knows, as if compiled for an older one.
  "$real_jdk/bin/javac" -nowarn --release 8 -d "$work/old" "$here/OldClass.java" 2>/dev/null
  printf '\0\0\0\061' | dd of="$work/old/OldClass.class" bs=1 seek=4 conv=notrunc status=none
  "$real_jdk/bin/jar" --create --file "$work/old.jar" -C "$work/old" .
  cat >"$work/manifest" <<END
Class-Path: old.jar
END
  "$real_jdk/bin/jar" --update --file "$work/maven/app.jar" --manifest "$work/manifest"
  cat >>"$work/maven/mvn" <<END
cp '$work/old.jar' agent-cli/target/jgpt/lib/old.jar
END
  launch
  assert_equal 0 "$status"
  JGPT_JAVA_OPTS='-Xlog:class+load:file=loaded.log' launch
  assert_contains "$stdout" 'an old class'
  grep -q 'OldClass source: shared objects file' loaded.log
}

test_another_JDK_gets_a_class_archive_of_its_own() {
  set_up_real_jvm
  launch
  local trained=$work/checkout/agent-cli/target/jgpt/trained
  assert_contains "$(<"$trained")" "$real_jdk"
  ln -s "$real_jdk" "$work/same"
  JAVA_HOME=$work/same launch x
  assert_equal 0 "$status"
  assert_equal 'jgpt: preparing a quick start, once' "$stderr"
  assert_contains "$(<"$trained")" "$work/same"
  assert_equal 1 "$(builds)"
}

test_signals_and_exit_codes_are_those_of_Java() {
  set_up_real_jvm
  launch exit 7
  assert_equal 7 "$status"
  PATH=$launch_path "$jgpt" sleep >"$work/out" 2>&1 &
  launcher=$!
  eventually 60 grep -q bundled "$work/out"
  assert_equal "$(readlink -f "$real_jdk/bin/java")" "$(readlink -f "/proc/$launcher/exe")"
  kill -TERM "$launcher"
  status=0
  wait "$launcher" || status=$?
  assert_equal 143 "$status"
}

run_tests "${1-}"
