// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/faultyproxy.h"

namespace herd {

FaultyProxy::FaultyProxy() : net_(new FaultyNet) {
    net_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, net_, &QObject::deleteLater);
    connect(net_, &FaultyNet::wasCut, this, &FaultyProxy::wasCut);
    thread_.start();
    inNet([this] {
        net_->setOpen(true);
        port_ = net_->port();
    });
}

FaultyProxy::~FaultyProxy() {
    thread_.quit();
    thread_.wait();
}

void FaultyProxy::setTarget(quint16 port) {
    inNet([this, port] { net_->setTarget(port); });
}

void FaultyProxy::setSilent(Way way, bool silent) {
    setFault(way, [silent](FaultyNet::Fault& fault) { fault.silent = silent; });
}

void FaultyProxy::setDelay(Way way, std::chrono::milliseconds delay) {
    setFault(way, [delay](FaultyNet::Fault& fault) { fault.delay = delay; });
}

void FaultyProxy::setBytesPerSecond(Way way, int bytes) {
    setFault(way, [bytes](FaultyNet::Fault& fault) { fault.bytesPerSecond = bytes; });
}

void FaultyProxy::cutInside(Way way, const QByteArray& text) {
    setFault(way, [&text](FaultyNet::Fault& fault) { fault.cutText = text; });
}

void FaultyProxy::inject(Way way, const QByteArray& bytes) {
    inNet([&] { net_->inject(way, bytes); });
}

void FaultyProxy::cut() {
    inNet([this] { Q_EMIT net_->cutAll(); });
}

void FaultyProxy::setHangingUp(bool hangsUp) {
    inNet([this, hangsUp] { net_->setHangingUp(hangsUp); });
}

void FaultyProxy::setOpen(bool open) {
    inNet([this, open] { net_->setOpen(open); });
}

qint64 FaultyProxy::carried(Way way) const {
    qint64 bytes = 0;
    inNet([&] { bytes = net_->at(way).carried; });
    return bytes;
}

int FaultyProxy::connectionCount() const {
    int count = 0;
    inNet([&] { count = net_->connectionCount(); });
    return count;
}

}  // namespace herd
