# Writes docs/kernels.md: awk -f kernels-page.awk MANIFEST SOURCE.cu...
# The contract above each kernel is the one place that says what it moves and computes; the manifest has what ptxas said.

function ceil_to(x, unit) { return int((x + unit - 1) / unit) * unit }

function least(a, b) { return a < b ? a : b }

# Warps of a multiprocessor that this kernel can fill, of all that it has. Static shared memory only.
function occupancy(arch, threads, registers, shared,   warps, blocks) {
  warps = int((threads + 31) / 32)
  blocks = least(block_slots[arch], int(warp_slots[arch] / warps))
  # Registers go to warps in units of 256.
  blocks = least(blocks, int(65536 / ceil_to(registers * 32, 256) / warps))
  blocks = least(blocks, int(shared_memory[arch] / ceil_to(shared + reserved[arch], 128)))
  return sprintf("%d%%", 100 * blocks * warps / warp_slots[arch])
}

# "gemv_{f32,bf16}" -> members[1..], through every pair of braces; how many
function expand(pattern, members,   parts, n, done) {
  members[1] = pattern
  done = 1
  while (match(members[1], /[{][^}]*[}]/)) {
    n = split(substr(members[1], RSTART + 1, RLENGTH - 2), parts, ",")
    done = expand_first(members, done, parts, n)
  }
  return done
}

# Replaces the first braces of every member by each of the parts.
function expand_first(members, count, parts, n,   old, i, j, made) {
  for (i = 1; i <= count; i++) old[i] = members[i]
  for (i = 1; i <= count; i++) {
    match(old[i], /[{][^}]*[}]/)
    for (j = 1; j <= n; j++) {
      members[++made] = substr(old[i], 1, RSTART - 1) parts[j] substr(old[i], RSTART + RLENGTH)
    }
  }
  return made
}

function figures(name,   i, arch, row, f) {
  row = "| `" name "` |"
  for (i = 1; i <= architectures; i++) {
    arch = order[i]
    if (!((arch "/" name) in facts)) {
      print "kernels-page: the manifest has no " arch "/" name > "/dev/stderr"
      exit failed = 1
    }
    split(facts[arch "/" name], f, " ")
    row = row " " f[2] " | " f[3] " | " occupancy(arch, f[1], f[2], f[3]) " |"
    seen[arch "/" name] = 1
  }
  return row
}

# What the driver must be able to read, by architecture.
function ptx_versions(name,   stem, i, text) {
  stem = name
  sub(/\.cu$/, ".ptx", stem)
  for (i = 1; i <= architectures; i++) {
    text = text (i > 1 ? ", " : "") order[i] " " version[order[i] "/" stem]
  }
  return "PTX: " text "."
}

function finish_kernel(   n, members, i) {
  if (!("kernel" in tag)) return
  print "\n### " tag["kernel"] "\n"
  print tag["does"] "\n"
  print "| | |\n| --- | --- |"
  for (i = 1; i <= tags; i++) if (tag_order[i] in tag) print "| " tag_order[i] " | " tag[tag_order[i]] " |"
  print "\n| registers, static shared bytes, occupancy | sm_75 | | | sm_80 | | | sm_90 | | |"
  print "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
  n = expand(tag["kernel"], members)
  for (i = 1; i <= n; i++) print figures(members[i])
  delete tag
  current = ""
}

BEGIN {
  architectures = split("sm_75 sm_80 sm_90", order, " ")
  warp_slots["sm_75"] = 32; warp_slots["sm_80"] = 64; warp_slots["sm_90"] = 64
  block_slots["sm_75"] = 16; block_slots["sm_80"] = 32; block_slots["sm_90"] = 32
  shared_memory["sm_75"] = 65536; shared_memory["sm_80"] = 167936; shared_memory["sm_90"] = 233472
  reserved["sm_75"] = 0; reserved["sm_80"] = 1024; reserved["sm_90"] = 1024
  tags = split("shapes grid block shared bytes flops bound", tag_order, " ")
  while ((getline line < "scripts/lib/kernels-page.md") > 0) print line
}

FILENAME == ARGV[1] {
  if ($1 == "kernel") facts[$2] = $3 " " $4 " " $5 " " $6 " " $7
  if ($1 == "ptx") version[$2] = $4
  next
}

FNR == 1 {
  finish_kernel()
  name = FILENAME
  sub(/.*\//, "", name)
  print "\n## " name "\n"
  opening = 1
}

# A file opens with what it is for.
opening && /^\/\// { print substr($0, 4); next }
opening {
  print "\n" ptx_versions(name)
  opening = 0
}

/^\/\/ @[a-z]+ / {
  current = substr($2, 2)
  if (current == "kernel") {
    finish_kernel()
    current = "kernel"
  }
  text = $0
  sub(/^\/\/ @[a-z]+ +/, "", text)
  tag[current] = text
  next
}
current != "" && /^\/\/    / {
  text = $0
  sub(/^\/\/ +/, "", text)
  tag[current] = tag[current] " " text
  next
}
{ finish_kernel() }

END {
  if (failed) exit 1
  finish_kernel()
  for (key in facts) {
    if (!(key in seen)) {
      print "kernels-page: " key " has no contract" > "/dev/stderr"
      missing = 1
    }
  }
  exit missing
}
