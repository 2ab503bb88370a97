// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// Loaded into a server before the C library (LD_PRELOAD): writes again and again how many KiB of
// its heap are in use to a file of its process, HERD_TEST_HEAP and its number. What is resident
// does not say it, since an allocator keeps what was given back.

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

void watch(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool written = descriptor >= 0;
    while (written) {
        const struct mallinfo2 info = ::mallinfo2();
        std::string text = std::to_string((info.uordblks + info.hblkhd) / 1024);
        text.resize(20, ' ');  // over the one before
        written = ::pwrite(descriptor, text.data(), text.size(), 0) > 0;
        std::this_thread::sleep_for(100ms);
    }
}

struct Watch {
    Watch() {
        if (const char* const path = std::getenv("HERD_TEST_HEAP"); path != nullptr) {
            std::thread(watch, path + ("." + std::to_string(::getpid()))).detach();
        }
    }
} const started;

}  // namespace
