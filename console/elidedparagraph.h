// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>
#include <QStringList>

namespace herd {

/// A text over a few lines at most, in the width it is given: what does not fit is cut, and whole
/// in the tool tip and for screen readers. Never widens a window. Owned by the view it stands in.
class ElidedParagraph : public QLabel {
    Q_OBJECT

  public:
    explicit ElidedParagraph(int linesMax, QWidget* parent = nullptr);

    /// Line ends in it are ends of sentences: kept in the tool tip, shown as a dot between.
    void setWhole(const QString& text);
    [[nodiscard]] const QString& whole() const { return whole_; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QStringList linesIn(int width) const;
    void fit();

    int linesMax_;
    QString whole_;
    QString running_;  ///< without line ends, and no longer than could ever be shown
};

}  // namespace herd
