// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/zeroedarray.h"

#include <sys/mman.h>

#include <memory>

#include "common/check.h"

namespace herd {

ZeroedMemory::ZeroedMemory(std::size_t bytes, Pages pages) {
    const bool huge = pages == Pages::huge && bytes >= hugePageBytes;
    const std::size_t reserved = bytes + (huge ? hugePageBytes : 0);
    void* const memory =
        ::mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HERD_CHECK(memory != MAP_FAILED);
    reserved_ = {static_cast<std::byte*>(memory), reserved};
    data_ = memory;
    if (huge) {
        std::size_t room = reserved;
        data_ = std::align(hugePageBytes, bytes, data_, room);
        // Without them it works as well, only slower.
        ::madvise(data_, bytes / hugePageBytes * hugePageBytes, MADV_HUGEPAGE);
    }
}

ZeroedMemory::~ZeroedMemory() {
    if (!reserved_.empty()) {
        ::munmap(reserved_.data(), reserved_.size());
    }
}

}  // namespace herd
