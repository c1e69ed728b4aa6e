// The two builds of cudasim: `checked`, where every memory access of a kernel calls a hook, and `fast`, without.
#pragma once

#if !defined(CUDASIM_CHECKED)
#error "compile with -DCUDASIM_CHECKED=1 or 0: scripts/build-native --cudasim does"
#endif

namespace cudasim {

inline constexpr bool checked = CUDASIM_CHECKED;

}  // namespace cudasim
