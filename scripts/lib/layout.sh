# shellcheck shell=sh
# shellcheck disable=SC2034 # for who sources it
#
# Where things are: in a checkout where Maven puts them, in a bundle where scripts/bundle does. Needs: root.
#
# A bundle is for a machine without JDK, Maven and network: it is built, and brings a Java of its own.

if [ -x "$root/java/bin/java" ]; then
  bundled=yes
  app=$root/app
else
  bundled=
  app=$root/agent-cli/target/jgpt
fi
