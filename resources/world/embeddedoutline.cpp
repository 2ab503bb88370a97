// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "resources/world/embeddedoutline.h"

// The assembler takes the file as it is, so that the build neither compiles nor copies it as
// generated source. HERD_OUTLINE_FILE is the path that CMakeLists.txt gives.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".hidden herdOutlineBegin\n"
    ".hidden herdOutlineEnd\n"
    ".global herdOutlineBegin\n"
    ".global herdOutlineEnd\n"
    "herdOutlineBegin:\n"
    ".incbin \"" HERD_OUTLINE_FILE
    "\"\n"
    "herdOutlineEnd:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte herdOutlineBegin[];
extern const std::byte herdOutlineEnd[];
}

namespace herd {

std::span<const std::byte> embeddedOutline() {
    return {herdOutlineBegin, herdOutlineEnd};
}

}  // namespace herd
