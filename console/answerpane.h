// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTreeView;

namespace herd {

class JsonTree;
struct NodeAnswer;

/// How the JSON of an answer is shown.
enum class AnswerForm { tree, text, received };

/// One node's answer: times, the first line with the words marked that are not the reference's, and
/// the JSON in one of three forms. Owned by the answers view.
class AnswerPane : public QFrame {
    Q_OBJECT

  public:
    /// Longer text is cut, and says so.
    static constexpr qsizetype textCharactersMax = 1'048'576;

    explicit AnswerPane(QWidget* parent = nullptr);

    /// `reference`: what to compare with; null, or the answer itself: nothing is marked.
    void show(const NodeAnswer& answer, const NodeAnswer* reference);
    void setForm(AnswerForm form);

    /// High enough for the lines as they wrap at its width, and a few of the JSON.
    [[nodiscard]] QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showFirstLine(const NodeAnswer& answer, const NodeAnswer* reference);
    void showJson(const NodeAnswer& answer, const NodeAnswer* reference);

    QLabel* node_;
    QLabel* times_;
    QLabel* verdict_;
    QLabel* firstLine_;
    QStackedWidget* forms_;
    QTreeView* tree_;
    JsonTree* treeModel_;
    QPlainTextEdit* text_;
    QPlainTextEdit* received_;
    QLabel* attributions_;
};

}  // namespace herd
