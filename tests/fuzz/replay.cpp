// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/fuzzinput.h"

/// Stands in for the fuzzer's own driver in ordinary builds: tries every file of the folders that
/// are named, so that what a fuzzer once found stays found.
int main(int argc, char** argv) {
    std::size_t tried = 0;
    for (int number = 1; number < argc; ++number) {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(argv[number])) {
            files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        for (const std::filesystem::path& path : files) {
            std::ifstream file(path, std::ios::binary);
            const std::string text((std::istreambuf_iterator<char>(file)),
                                   std::istreambuf_iterator<char>());
            std::fprintf(stderr, "%s\n", path.c_str());
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            ++tried;
        }
    }
    std::fprintf(stderr, "%zu inputs tried\n", tried);
    return tried > 0 ? 0 : 1;
}
