// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/lineclient.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace herd {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t readBytesMax = 256 * 1024;

int millisecondsLeft(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

/// Lines go out as they are given, and no call blocks.
void prepare(int descriptor) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

}  // namespace

LineClient::LineClient(quint16 port, int receiveBytes)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receiveBytes > 0) {
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receiveBytes, sizeof receiveBytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(std::exchange(descriptor_, -1));
        return;
    }
    prepare(descriptor_);
}

LineClient LineClient::adopt(int descriptor) {
    LineClient client;
    client.descriptor_ = descriptor;
    prepare(descriptor);
    return client;
}

LineClient::LineClient(LineClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      received_(std::move(other.received_)),
      end_(other.end_) {}

LineClient::~LineClient() {
    if (isOpen()) {
        ::close(descriptor_);
    }
}

bool LineClient::wait(short events, Clock::time_point deadline) const {
    pollfd watched{descriptor_, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&watched, 1, millisecondsLeft(deadline));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

std::size_t LineClient::sendWhatFits(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size()) {
        const ssize_t count =
            ::send(descriptor_, bytes.data() + taken, bytes.size() - taken, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        taken += static_cast<std::size_t>(count);
    }
    return taken;
}

bool LineClient::send(std::string_view bytes, Deadline deadline) {
    const auto end = Clock::now() + deadline;
    while (true) {
        bytes.remove_prefix(sendWhatFits(bytes));
        const bool mayWait = bytes.empty() || errno == EAGAIN;
        if (bytes.empty() || !mayWait || !wait(POLLOUT, end)) {
            return bytes.empty();
        }
    }
}

bool LineClient::sendInSingleBytes(std::string_view bytes, Deadline deadline) {
    const auto end = Clock::now() + deadline;
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        if (!send(bytes.substr(index, 1), Deadline(millisecondsLeft(end)))) {
            return false;
        }
    }
    return true;
}

void LineClient::halfClose() {
    ::shutdown(descriptor_, SHUT_WR);
}

void LineClient::abort() {
    const linger noGoodbye{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &noGoodbye, sizeof noGoodbye);
    ::close(std::exchange(descriptor_, -1));
}

void LineClient::receive() {
    thread_local char scratch[readBytesMax];
    const ssize_t count = ::recv(descriptor_, scratch, readBytesMax, 0);
    if (count > 0) {
        received_.append(scratch, static_cast<std::size_t>(count));
    } else if (count == 0) {
        end_ = End::closed;
    } else if (errno != EAGAIN && errno != EINTR) {
        end_ = End::reset;
    }
}

std::optional<std::string> LineClient::readUntil(std::string_view delimiter, Deadline deadline) {
    const auto until = Clock::now() + deadline;
    std::size_t scanned = 0;
    while (true) {
        const std::size_t found = received_.find(delimiter, scanned);
        if (found != std::string::npos) {
            std::string answer = received_.substr(0, found + delimiter.size());
            received_.erase(0, answer.size());
            return answer;
        }
        scanned = received_.size() - std::min(received_.size(), delimiter.size() - 1);
        if (!isOpen() || end_ != End::open || !wait(POLLIN, until)) {
            return std::nullopt;
        }
        receive();
    }
}

std::optional<std::string> LineClient::readLine(Deadline deadline) {
    return readUntil("\n", deadline);
}

const std::string& LineClient::arrived() {
    while (isOpen() && end_ == End::open && wait(POLLIN, Clock::now())) {
        receive();
    }
    return received_;
}

std::string LineClient::readOnce(Deadline deadline) {
    if (received_.empty() && isOpen() && wait(POLLIN, Clock::now() + deadline)) {
        receive();
    }
    return std::exchange(received_, {});
}

LineClient::Rest LineClient::readToEnd(Deadline deadline) {
    const auto until = Clock::now() + deadline;
    while (isOpen() && end_ == End::open && wait(POLLIN, until)) {
        receive();
    }
    return {std::exchange(received_, {}), end_};
}

LineClient::Rest LineClient::converse(std::string_view bytes, Deadline deadline) {
    const auto until = Clock::now() + deadline;
    while (isOpen() && end_ == End::open && !bytes.empty() && wait(POLLIN | POLLOUT, until)) {
        bytes.remove_prefix(sendWhatFits(bytes));
        receive();
    }
    if (isOpen()) {
        halfClose();
    }
    return readToEnd(Deadline(millisecondsLeft(until)));
}

std::string LineClient::ask(std::string_view line, Deadline deadline) {
    const bool sent = isOpen() && send(std::string(line) + '\n', deadline);
    return sent ? readLine(deadline).value_or(std::string()) : std::string();
}

bool LineClient::waitUntilGone(Deadline deadline) const {
    // POLLHUP and POLLERR are always reported.
    return !isOpen() || wait(POLLRDHUP, Clock::now() + deadline);
}

}  // namespace herd
