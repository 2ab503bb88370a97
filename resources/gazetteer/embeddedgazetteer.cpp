// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "resources/gazetteer/embeddedgazetteer.h"

// The assembler takes the file as it is, so that the build neither compiles nor copies megabytes
// of generated source. HERD_GAZETTEER_FILE is the path that CMakeLists.txt gives.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".hidden herdGazetteerBegin\n"
    ".hidden herdGazetteerEnd\n"
    ".global herdGazetteerBegin\n"
    ".global herdGazetteerEnd\n"
    "herdGazetteerBegin:\n"
    ".incbin \"" HERD_GAZETTEER_FILE
    "\"\n"
    "herdGazetteerEnd:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte herdGazetteerBegin[];
extern const std::byte herdGazetteerEnd[];
}

namespace herd {

std::span<const std::byte> embeddedGazetteer() {
    return {herdGazetteerBegin, herdGazetteerEnd};
}

}  // namespace herd
