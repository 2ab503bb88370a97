// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// Loaded into a server before the C library (LD_PRELOAD): its syncs of files go wrong as the file
// says that HERD_TEST_DISK names. `EIO`: they fail; `hang`: they do not return while it says so;
// a number: they take so many milliseconds; anything else, or no such file: the disk is good.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

std::string wanted() {
    const char* const path = std::getenv("HERD_TEST_DISK");
    const int descriptor = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) {
        return {};
    }
    std::array<char, 16> text{};
    const ssize_t count = ::read(descriptor, text.data(), text.size());
    ::close(descriptor);
    return count > 0 ? std::string(text.data(), static_cast<std::size_t>(count)) : std::string();
}

int sync(const char* name, int descriptor) {
    while (wanted() == "hang") {
        std::this_thread::sleep_for(20ms);
    }
    const std::string fault = wanted();
    if (fault == "EIO") {
        errno = EIO;
        return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(fault.c_str())));
    using Sync = int (*)(int);
    const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name));
    return real(descriptor);
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) {
    return sync("fdatasync", descriptor);
}

int fsync(int descriptor) {
    return sync("fsync", descriptor);
}
}
