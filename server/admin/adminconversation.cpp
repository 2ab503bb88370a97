// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/adminconversation.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <algorithm>
#include <utility>

#include "common/jsontext.h"

namespace herd {

namespace {

/// An open object; what follows begins with a comma.
std::string headOf(const AdminRequest& request) {
    std::string head = "{\"kind\":";
    appendJsonString(head, request.kind);
    if (!request.id.empty()) {
        head.append(",\"id\":").append(request.id);
    }
    return head;
}

std::string jsonOf(const std::string& bytes) {
    std::string json;
    appendJsonBytes(json, bytes);
    return json;
}

/// Writes the fields of `object`, which has some, into the object that `head` opens.
void appendObject(std::string& out, std::string_view head, const QJsonObject& object) {
    const QByteArray text = QJsonDocument(object).toJson(QJsonDocument::Compact);
    out.append(head).append(",").append(text.constData() + 1,
                                        static_cast<std::size_t>(text.size()) - 1);
    out += '\n';
}

}  // namespace

AdminConversation::AdminConversation(const Shared& shared, std::string who,
                                     std::function<void()> onAnswer)
    : shared_(shared),
      who_(std::move(who)),
      onAnswer_(std::move(onAnswer)),
      access_(shared.service.accessOf({})),
      self_(std::make_shared<AdminConversation*>(this)) {}

AdminConversation::~AdminConversation() = default;

bool AdminConversation::onLine(std::string_view line, std::int64_t nowMs) {
    nowMs_ = nowMs;
    const AdminRequest request = parseAdminRequest(line);
    head_ = headOf(request);
    if (access_ < accessNeeded(request)) {
        on(RefusedRequest{access_ == AdminAccess::none ? "say hello with a token first"
                                                       : "the token is for looking only"});
    } else {
        std::visit([this](const auto& body) { on(body); }, request.body);
    }
    return !over_;
}

AdminAccess AdminConversation::accessNeeded(const AdminRequest& request) {
    if (std::holds_alternative<HelloRequest>(request.body) ||
        std::holds_alternative<NoRequest>(request.body)) {
        return AdminAccess::none;
    }
    const bool acts = std::holds_alternative<RunRequest>(request.body) ||
                      std::holds_alternative<ForgetRequest>(request.body) ||
                      std::holds_alternative<LinkRequest>(request.body) ||
                      std::holds_alternative<StopRequest>(request.body);
    return acts ? AdminAccess::full : AdminAccess::read;
}

void AdminConversation::onLineTooLong() {
    AdminRequest request;
    head_ = headOf(request);
    on(NoRequest{"the line is longer than " + std::to_string(adminRequestBytesMax) + " bytes"});
}

void AdminConversation::onInputEnded() {
    status_.reset();
    if (stamps_) {
        stamps_->endAfterTable();
    }
    if (log_) {
        log_->endAfterTail();
    }
    endIfOver();
}

void AdminConversation::onTick(std::int64_t nowMs) {
    if (status_ && nowMs >= status_->nextMs) {
        status_->due = true;
        // A console that was too slow for some gets none of them later.
        status_->nextMs = std::max(status_->nextMs + status_->everyMs, nowMs);
    }
    if (stamps_) {
        stamps_->onTick(nowMs);
    }
    if (log_) {
        log_->onTick();
    }
}

bool AdminConversation::wantsFill() const {
    return (status_ && status_->due) || (stamps_ && stamps_->wantsFill()) ||
           (log_ && log_->wantsFill());
}

void AdminConversation::fill() {
    if (status_ && status_->due) {
        status_->due = false;
        writeStatus(status_->head);
    }
    if (stamps_ && stamps_->wantsFill()) {
        stamps_->fill(output_);
    }
    if (log_ && log_->wantsFill()) {
        log_->fill(output_);
    }
    endIfOver();
}

void AdminConversation::endIfOver() {
    if (stamps_ && stamps_->over()) {
        stamps_.reset();
    }
    if (log_ && log_->over()) {
        log_.reset();
    }
}

void AdminConversation::on(const NoRequest& request) {
    ++shared_.counters.linesInvalid;
    over_ = true;
    sayError(request.error);
}

void AdminConversation::on(const RefusedRequest& request) {
    ++shared_.counters.requestsRefused;
    sayError(request.error);
}

void AdminConversation::on(const HelloRequest& request) {
    access_ = std::max(access_, shared_.service.accessOf(request.token));
    if (access_ == AdminAccess::none) {
        if (request.token.empty()) {
            on(RefusedRequest{"a token is needed"});
        } else {
            ++shared_.counters.tokensWrong;
            sayError("the token is wrong");
            over_ = true;
        }
        return;
    }
    ++shared_.counters.requests;
    AdminHello hello = shared_.service.hello();
    hello.fullAccess = access_ == AdminAccess::full;
    appendObject(output_, head_, toJson(hello));
}

void AdminConversation::on(const StatusRequest& request) {
    ++shared_.counters.requests;
    status_.reset();
    if (request.everyMs > 0) {
        status_ = StatusSubscription{head_, request.everyMs, nowMs_ + request.everyMs};
    }
    writeStatus(head_);
}

void AdminConversation::on(const StampsRequest& request) {
    ++shared_.counters.requests;
    stamps_.emplace(shared_.service.followStamps(), head_, request.follow);
    stamps_->begin(output_);
}

void AdminConversation::on(const FindRequest& request) {
    ++shared_.counters.requests;
    const std::optional<std::string> at = shared_.service.find(request.client);
    say("at", at ? jsonOf(*at) : "null");
}

void AdminConversation::on(const LogRequest& request) {
    ++shared_.counters.requests;
    log_.emplace(shared_.service.logRecords(), head_, request);
}

void AdminConversation::on(const RunRequest& request) {
    QElapsedTimer took;
    took.start();
    const auto done = [later = laterAnswer(), took](const std::string& answer) {
        const std::string tookUs = std::to_string(took.nsecsElapsed() / 1'000);
        later("answer", jsonOf(answer) + ",\"took_us\":" + tookUs);
    };
    if (const std::optional<Error> error = shared_.service.run(who_, request.line, done)) {
        --runs_;
        on(RefusedRequest{error->message.toStdString()});
        return;
    }
    ++shared_.counters.requests;
}

void AdminConversation::on(const ForgetRequest& request) {
    const auto done = [later = laterAnswer()](bool known) {
        later("known", known ? "true" : "false");
    };
    if (const std::optional<Error> error = shared_.service.forget(who_, request.client, done)) {
        --runs_;
        on(RefusedRequest{error->message.toStdString()});
        return;
    }
    ++shared_.counters.requests;
}

void AdminConversation::on(const LinkRequest& request) {
    const Result<LinkState> state = shared_.service.setPaused(who_, request.peer, request.pause);
    if (!state) {
        on(RefusedRequest{state.error().message.toStdString()});
        return;
    }
    ++shared_.counters.requests;
    say("state", jsonOf(std::string(wordOf(state.value()))));
}

void AdminConversation::on(const StopRequest&) {
    ++shared_.counters.requests;
    say("stopping", "true");
    shared_.service.stop(who_);
}

/// Counts the request at hand as awaited, and says its answer when that is there; to nobody, when
/// the conversation is over by then.
AdminConversation::LaterAnswer AdminConversation::laterAnswer() {
    ++runs_;
    const std::weak_ptr<AdminConversation*> self = self_;
    return [self, head = head_](std::string_view key, std::string_view json) {
        if (const std::shared_ptr<AdminConversation*> alive = self.lock()) {
            AdminConversation& conversation = **alive;
            --conversation.runs_;
            conversation.head_ = head;
            conversation.say(key, json);
            conversation.onAnswer_();
        }
    };
}

void AdminConversation::say(std::string_view key, std::string_view json) {
    output_.append(head_).append(",\"").append(key).append("\":").append(json).append("}\n");
}

void AdminConversation::sayError(std::string_view error) {
    std::string json;
    appendJsonString(json, error);
    say("error", json);
}

void AdminConversation::writeStatus(const std::string& head) {
    NodeStatus status = shared_.service.status();
    const AdminCounters& counters = shared_.counters;
    status.adminConnections = counters.connections;
    status.counters["admin_requests"] = counters.requests;
    status.counters["admin_requests_refused"] = counters.requestsRefused;
    status.counters["admin_lines_invalid"] = counters.linesInvalid;
    status.counters["admin_tokens_wrong"] = counters.tokensWrong;
    status.counters["admin_connections_refused"] = counters.connectionsRefused;
    status.counters["admin_connections_stalled"] = counters.connectionsStalled;
    appendObject(output_, head, toJson(status));
}

}  // namespace herd
