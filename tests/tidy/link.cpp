// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// Linking is the test: the whole of one library, with nothing but what it may need.
int main() {
    return 0;
}
