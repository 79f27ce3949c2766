#pragma once
// Follows the matches of other relays on a board by what they have written, some time later: what
// lies outside of a relay is that here.

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "rooms.hpp"
#include "tutti/net/match_follower.hpp"

namespace tutti::test {

class BoardFollower final : public MatchFollower {
 public:
  /// A room's log as it is kept, and who wrote it; nothing if there is none.
  struct Kept {
    std::size_t writer = 0;
    MatchRecord record;
  };
  using Look = std::function<std::optional<Kept>(const std::string& room)>;

  explicit BoardFollower(Look look) : look_(std::move(look)) {}

  void follow(const std::string& room) override {
    REQUIRE(followed_.try_emplace(room).second);
    ++begun;
  }
  void let_go(const std::string& room) override { followed_.erase(room); }
  std::optional<FollowedNews> next_news() override {
    if (news_.empty()) return std::nullopt;
    FollowedNews first = std::move(news_.front());
    news_.pop_front();
    return first;
  }
  std::optional<Address> another_relay() override { return another; }

  /// Looks at what there is by now.
  void look() {
    if (is_silent) return;
    for (auto& [room, known] : followed_) {
      auto kept = look_(room);
      if (kept) take(room, known, std::move(*kept));
    }
  }
  /// Says something else than there is.
  template <class News>
  void tell(const std::string& room, News news) {
    news_.push_back({room, std::move(news)});
  }
  void lose(const std::string& room) { tell(room, followed::Lost{"it is gone"}); }

  bool is_silent = false;
  std::optional<Address> another{};
  std::uint64_t begun = 0;

 private:
  using Place = std::tuple<Tick, Author, std::uint32_t>;
  struct Known {
    std::optional<std::size_t> writer{};
    std::set<Place> events{};
    Tick horizon{};
  };
  static Place place_of(const EventView& event) {
    return {event.tick, event.author, event.counter};
  }
  void take(const std::string& room, Known& known, Kept kept) {
    const Log& log = kept.record.log;
    followed::Grown grown{.horizon = log.horizon()};
    for (const EventView& event : log.events()) {
      if (known.events.insert(place_of(event)).second) grown.events.push_back(to_owned(event));
    }
    const bool has_grown = !grown.events.empty() || log.horizon() > known.horizon;
    known.horizon = log.horizon();
    if (known.writer != kept.writer) {
      known.writer = kept.writer;
      known.events.clear();
      for (const EventView& event : log.events())
        known.events.insert(place_of(event));
      news_.push_back({room, followed::Whole{std::move(kept.record)}});
    } else if (has_grown) {
      news_.push_back({room, std::move(grown)});
    }
  }

  Look look_;
  std::map<std::string, Known> followed_{};
  std::deque<FollowedNews> news_{};
};

}  // namespace tutti::test
