# shellcheck shell=sh
# shellcheck disable=SC2034 # read by fetch.sh
#
# What scripts/jgpt and scripts/check fetch when it is missing. Each base address can be replaced by a mirror.

# Temurin, from the vendor's releases. Its SHA-256 is the one that the vendor publishes beside each archive; it is
# fetched over the same connection, so it guards against damage, not against a mirror that lies. To hold an archive to
# a checksum from elsewhere, set JGPT_JDK_SHA256.
pin_jdk_version=25.0.3
pin_jdk_build=9
pin_jdk_url=${JGPT_JDK_URL:-https://github.com/adoptium/temurin25-binaries/releases/download/jdk-$pin_jdk_version%2B$pin_jdk_build}

# Maven, from Maven Central, held to the SHA-512 published there.
pin_maven_version=3.9.16
pin_maven_sha512=${JGPT_MAVEN_SHA512:-831a8591fe20c8243b1dbe7d71e3244f31d1665b0804b2e825e38cbbe5ce0cafb8338851f90780735568773e0a6cd07bbec107cda0b896b008b861075358b6f6}
pin_maven_url=${JGPT_MAVEN_URL:-https://repo1.maven.org/maven2/org/apache/maven/apache-maven/$pin_maven_version}
