// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/dialect.h"

#include "tests/bench/answercheck.h"

namespace herd::bench {

namespace {

class HerdDialect : public Dialect {
  public:
    explicit HerdDialect(std::string_view server) : check_(server) {}

    void appendRequest(std::string& out, const Request& request) const override {
        out.append("IAMAT ").append(request.text()).append(1, '\n');
    }

    const char* wrong(std::string_view line, const Request& request, std::int64_t nowNs) override {
        const AnswerCheck::Verdict verdict = check_.check(line, request, nowNs);
        return verdict == AnswerCheck::Verdict::right ? nullptr : describe(verdict);
    }

  private:
    AnswerCheck check_;
};

class RedisDialect : public Dialect {
  public:
    void appendRequest(std::string& out, const Request& request) const override {
        const std::string_view text = request.text();
        const std::size_t clientBytes = text.find(' ');
        const std::string_view position =
            text.substr(clientBytes + 1, text.rfind(' ') - clientBytes - 1);
        const std::size_t latitudeBytes = position.find_first_of("+-", 1);
        out.append("*5\r\n");
        appendWord(out, "GEOADD");
        appendWord(out, "fleet");
        appendWord(out, position.substr(latitudeBytes));
        appendWord(out, position.substr(0, latitudeBytes));
        appendWord(out, text.substr(0, clientBytes));
    }

    const char* wrong(std::string_view line, const Request&, std::int64_t) override {
        return line == ":0\r" || line == ":1\r" ? nullptr : "not a count of new members";
    }

  private:
    /// Redis takes no sign of plus.
    static void appendWord(std::string& out, std::string_view word) {
        word.remove_prefix(word.starts_with('+') ? 1 : 0);
        out.append(1, '$').append(std::to_string(word.size())).append("\r\n");
        out.append(word).append("\r\n");
    }
};

}  // namespace

std::unique_ptr<Dialect> makeHerdDialect(std::string_view server) {
    return std::make_unique<HerdDialect>(server);
}

std::unique_ptr<Dialect> makeRedisDialect() {
    return std::make_unique<RedisDialect>();
}

}  // namespace herd::bench
