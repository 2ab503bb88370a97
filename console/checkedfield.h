// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>
#include <functional>

class QAction;

namespace herd {

/// A text field that says what is wrong with its content while it is typed: with a sign in the
/// field, in its tool tip and for screen readers. Owned by its form.
class CheckedField : public QLineEdit {
    Q_OBJECT

  public:
    /// The fault of a text, in a sentence; empty when there is none.
    using Check = std::function<QString(const QByteArray& text)>;

    explicit CheckedField(Check check, QWidget* parent = nullptr);

    [[nodiscard]] QByteArray bytes() const { return text().toUtf8(); }
    [[nodiscard]] const QString& fault() const { return fault_; }

  private:
    void onTextChanged();

    Check check_;
    QString fault_;
    QAction* sign_;
};

}  // namespace herd
