# shellcheck shell=sh
#
# What the scripts say to a person, in English and Chinese, always to stderr.

message_language() {
  case ${JGPT_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG-}}}} in
    zh*) echo zh ;;
    *) echo en ;;
  esac
}

# message KEY [ARGUMENT...]: prints the text of KEY. A key that this table lacks is a fault of the script.
message() {
  message_key=$(message_language).$1
  shift
  case $message_key in
    en.no_jdk) set -- "no JDK 25 or newer found (newest: %s); install one and set JAVA_HOME, or let jgpt fetch Temurin with JGPT_FETCH=yes" "$@" ;;
    zh.no_jdk) set -- "找不到 JDK 25 或更新版本（现有最新：%s）；请安装并设置 JAVA_HOME，或设置 JGPT_FETCH=yes 让 jgpt 下载 Temurin" "$@" ;;
    en.none) set -- "none" ;;
    zh.none) set -- "无" ;;
    en.bad_java_home) set -- "JGPT_JAVA_HOME is %s, which holds no JDK 25 or newer; correct it or unset it" "$@" ;;
    zh.bad_java_home) set -- "JGPT_JAVA_HOME 是 %s，其中没有 JDK 25 或更新版本；请改正或取消设置" "$@" ;;
    en.jdk_unusable) set -- "the JDK that was fetched into %s cannot be used; remove it and try again" "$@" ;;
    zh.jdk_unusable) set -- "下载到 %s 的 JDK 无法使用；请删除后重试" "$@" ;;
    en.no_maven) set -- "no Maven 3.8 or newer found (newest: %s), and jgpt must be built once; install Maven, or let jgpt fetch it with JGPT_FETCH=yes" "$@" ;;
    zh.no_maven) set -- "找不到 Maven 3.8 或更新版本（现有最新：%s），而 jgpt 需要构建一次；请安装 Maven，或设置 JGPT_FETCH=yes 让 jgpt 下载" "$@" ;;
    en.ask_fetch) set -- "%s is missing. Fetch it from %s into %s? [y/N] " "$@" ;;
    zh.ask_fetch) set -- "缺少 %s。从 %s 下载到 %s？[y/N] " "$@" ;;
    en.fetching) set -- "fetching %s from %s" "$@" ;;
    zh.fetching) set -- "正在下载 %s：%s" "$@" ;;
    en.fetch_failed) set -- "could not fetch %s (exit code %s); check the network, or name a mirror (docs/launcher.md)" "$@" ;;
    zh.fetch_failed) set -- "无法下载 %s（退出码 %s）；请检查网络，或指定镜像（见 docs/launcher.md）" "$@" ;;
    en.bad_checksum) set -- "what came from %s has checksum %s, not %s; nothing of it was kept; try again or name another mirror" "$@" ;;
    zh.bad_checksum) set -- "从 %s 下载的内容校验和是 %s，应为 %s；未保留任何内容；请重试或换一个镜像" "$@" ;;
    en.bad_archive) set -- "what came from %s cannot be unpacked as %s; nothing of it was kept" "$@" ;;
    zh.bad_archive) set -- "从 %s 下载的内容无法解包为 %s；未保留任何内容" "$@" ;;
    en.no_downloader) set -- "neither curl nor wget is here to fetch %s; install one of them" "$@" ;;
    zh.no_downloader) set -- "没有 curl 或 wget，无法下载 %s；请安装其中之一" "$@" ;;
    en.no_tool) set -- "this needs %s, which is not on the PATH; install it" "$@" ;;
    zh.no_tool) set -- "需要 %s，但 PATH 中没有；请安装" "$@" ;;
    en.no_cache) set -- "cannot write to %s; set JGPT_HOME to a directory that can be written" "$@" ;;
    zh.no_cache) set -- "无法写入 %s；请把 JGPT_HOME 设为可写的目录" "$@" ;;
    en.no_platform) set -- "there is no Temurin 25 to fetch for %s; install a JDK 25 and set JAVA_HOME" "$@" ;;
    zh.no_platform) set -- "没有适用于 %s 的 Temurin 25；请自行安装 JDK 25 并设置 JAVA_HOME" "$@" ;;
    en.read_only) set -- "jgpt must be built once, but %s cannot be written; make it writable, or copy the checkout to where you can write" "$@" ;;
    zh.read_only) set -- "jgpt 需要构建一次，但无法写入 %s；请改为可写，或把代码复制到可写的位置" "$@" ;;
    en.bundle_broken) set -- "the bundle in %s is not whole: %s is missing; unpack the archive again" "$@" ;;
    zh.bundle_broken) set -- "%s 中的程序包不完整：缺少 %s；请重新解包" "$@" ;;
    en.waiting) set -- "waiting for another jgpt that is building" ;;
    zh.waiting) set -- "另一个 jgpt 正在构建，等待中" ;;
    en.building) set -- "building, once; this takes about half a minute, the first time longer while Maven downloads" ;;
    zh.building) set -- "正在构建（仅此一次），约需半分钟；首次还需等待 Maven 下载" ;;
    en.built) set -- "built in %s s" "$@" ;;
    zh.built) set -- "构建完成，用时 %s 秒" "$@" ;;
    en.training) set -- "preparing a quick start, once" ;;
    zh.training) set -- "正在为快速启动做准备（仅此一次）" ;;
    en.build_failed) set -- "the build failed; the whole log is in %s" "$@" ;;
    zh.build_failed) set -- "构建失败；完整日志在 %s" "$@" ;;
    *) set -- "%s" "$message_key" "$@" ;;
  esac
  message_format=$1
  shift
  # shellcheck disable=SC2059 # the table above is where formats are
  printf "$message_format" "$@"
}

# One line to stderr.
say() {
  printf 'jgpt: %s\n' "$(message "$@")" >&2
}

# die EXIT_CODE KEY [ARGUMENT...]: says it and ends.
die() {
  status=$1
  shift
  say "$@"
  exit "$status"
}
