// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonDocument>
#include <QJsonObject>

#include "common/adminmessage.h"
#include "common/check.h"
#include "common/jsontext.h"
#include "server/admin/adminrequest.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

/// Whatever a console sends, what is repeated of it in each answer is short and is JSON, and a line
/// to run is one line.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const AdminRequest request = parseAdminRequest(FuzzInput(data, size).rest());
    HERD_CHECK(request.kind.size() <= AdminRequest::repeatedBytesMax);
    std::string head = "{\"kind\":";
    appendJsonString(head, request.kind);
    head += request.id.empty() ? "}" : ",\"id\":" + request.id + "}";
    HERD_CHECK(head.find('\n') == std::string::npos);
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(head)).object();
    HERD_CHECK(json.size() == (request.id.empty() ? 1 : 2));
    if (const auto* const run = std::get_if<RunRequest>(&request.body)) {
        HERD_CHECK(run->line.find('\n') == std::string::npos);
    }
    if (const auto* const status = std::get_if<StatusRequest>(&request.body)) {
        HERD_CHECK(status->everyMs == 0 || (status->everyMs >= AdminRequest::everyMsMin &&
                                            status->everyMs <= AdminRequest::everyMsMax));
    }
    if (const auto* const log = std::get_if<LogRequest>(&request.body)) {
        HERD_CHECK(log->tail >= 0 && log->tail <= AdminRequest::logTailMax);
    }
    return 0;
}
