#include "model/changes.hpp"

#include <algorithm>

#include "model/state_tree.hpp"

namespace tutti::inspect {

namespace {

/// A history goes ahead only, and needs no snapshots to come back to.
constexpr Cursor::Options history_cursor{.memory_bytes = 1024 * 1024};

std::string value_at(const Cursor& cursor, const std::string& path) {
  return value_of(list_fields(cursor.game(), cursor.state()), path);
}

}  // namespace

ChangeSearch::ChangeSearch(Cursor& cursor, std::string path, Tick from, Towards towards)
    : cursor_(&cursor), path_(std::move(path)), towards_(towards) {
  const Tick begin = std::clamp(from, Tick{0}, cursor.length());
  const bool is_earlier = towards == Towards::earlier;
  first_ = is_earlier ? Tick{std::max<std::int64_t>(begin.value - stretch_ticks_, 0)} : begin;
  last_ = is_earlier ? begin : cursor.length();
  position_ = first_;
}

bool ChangeSearch::advance(std::int64_t ticks) {
  while (ticks > 0 && !is_over_) {
    // Far ahead of all snapshots, come there in small steps too.
    if (cursor_->filled() < position_) {
      const std::int64_t part = std::min(ticks, position_ - cursor_->filled());
      cursor_->fill(part);
      ticks -= part;
      continue;
    }
    cursor_->seek(position_);
    if (!is_begun_) {
      value_ = value_at(*cursor_, path_);
      is_begun_ = true;
    }
    for (; ticks > 0 && position_ < last_ && !is_over_; --ticks) {
      cursor_->forward();
      position_ = cursor_->position();
      look(value_at(*cursor_, path_));
    }
    if (!is_over_ && position_ >= last_) begin_stretch();
  }
  return is_over_;
}

void ChangeSearch::look(const std::string& value) {
  if (value == value_) return;
  found_ = Change{position_, value_, value};
  value_ = value;
  is_over_ = towards_ == Towards::later;  // earlier: the last one of the stretch counts
}

/// The one before it, unless something was found.
void ChangeSearch::begin_stretch() {
  if (found_ || towards_ == Towards::later || first_ == Tick{0}) {
    is_over_ = true;
    return;
  }
  stretch_ticks_ *= 2;
  last_ = first_;
  first_ = Tick{std::max<std::int64_t>(first_.value - stretch_ticks_, 0)};
  position_ = first_;
  is_begun_ = false;
}

Result<ChangeHistory> ChangeHistory::open(const AnyGame& game, const Log& log) {
  Result<Cursor> cursor = Cursor::open(game, log, history_cursor);
  if (!cursor) return Unexpected{cursor.error()};
  return ChangeHistory(std::move(*cursor));
}

void ChangeHistory::follow(std::vector<std::string> paths) {
  paths_ = std::move(paths);
  values_.assign(paths_.size(), {});
  cursor_.seek(Tick{0});
  look();
}

bool ChangeHistory::advance(std::int64_t ticks) {
  for (; ticks > 0 && !paths_.empty() && cursor_.forward(); --ticks)
    look();
  return paths_.empty() || cursor_.position() == cursor_.length();
}

void ChangeHistory::look() {
  const std::vector<Field> fields = list_fields(cursor_.game(), cursor_.state());
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    std::string value = value_of(fields, paths_[i]);
    std::map<Tick, std::string>& values = values_[i];
    if (values.empty() || values.rbegin()->second != value) {
      values.emplace(cursor_.position(), std::move(value));
    }
  }
}

}  // namespace tutti::inspect
