#include "fleet/log_follower.hpp"

#include <algorithm>
#include <utility>

#include "fleet/log_pages.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// What comes within this time is told together.
constexpr Duration read_interval = std::chrono::milliseconds(5);
constexpr Duration idle_interval = std::chrono::minutes(1);
constexpr Duration find_interval = std::chrono::milliseconds(250);
/// A match that has just begun gets its record and its first entry within this.
constexpr Duration beginning_patience = std::chrono::seconds(5);
/// A match in which something happens has several entries a second.
constexpr Duration hearing_silence = std::chrono::seconds(1);
/// Entries that are read of one match before it is the next one's turn.
constexpr int entries_at_once = 256;
/// News that may wait for the relay. Beyond it they stay in the store.
constexpr std::size_t news_most = 4096;

}  // namespace

void LogFollower::pass(Instant now) {
  for (auto& [room, followed] : followed_) {
    if (news_.size() >= news_most) break;
    if (now >= followed.next_try && !followed.reading) find(room, followed, now);
    if (followed.reading) read_on(followed, now);
    const bool has_read = followed.first > 0 && followed.seen >= followed.first;
    while (has_read && !followed.is_lost) {
      auto news = followed.log.take_news();
      if (!news) break;
      followed.is_lost = std::holds_alternative<followed::Lost>(*news);
      news_.push_back({room, std::move(*news)});
    }
    if (!followed.is_lost) look_whether_silent(room, followed, now);
  }
  std::erase_if(followed_, [](const auto& each) { return each.second.is_lost; });
}

void LogFollower::let_go(const std::string& room) {
  followed_.erase(room);
  std::erase_if(news_, [&](const FollowedNews& news) { return news.room == room; });
}

std::optional<FollowedNews> LogFollower::next_news() {
  if (news_.empty()) return std::nullopt;
  FollowedNews news = std::move(news_.front());
  news_.pop_front();
  return news;
}

Instant LogFollower::next_due(Instant now) const {
  return now + (followed_.empty() ? idle_interval : read_interval);
}

void LogFollower::find(const std::string& room, Followed& followed, Instant now) {
  followed.next_try = now + find_interval;
  if (!followed.match) {
    const auto stored = store_->room(room_name_of(room));
    if (!stored) return;
    if (!*stored) return lose(room, followed, "there is no such room");
    followed.match = (*stored)->record.match;
    if (!followed.match) return;
  }
  const auto last = store_->last(*followed.match);
  if (!last || !*last) return;
  followed.first = (*last)->sequence;
  if (followed.seen == 0) {
    const auto pages = store_->pages(*followed.match);
    if (!pages) return;
    for (const StoredEntry& page : newest_whole(*pages)) {
      followed.seen = page.sequence;
      followed.log.take(page);
    }
  }
  auto reading = store_->follow(*followed.match, followed.seen);
  if (!reading) return;
  followed.reading = std::move(*reading);
  followed.heard = now;
}

void LogFollower::read_on(Followed& followed, Instant now) {
  for (int i = 0; i < entries_at_once; ++i) {
    auto entry = followed.reading->next();
    if (!entry) {
      followed.reading.reset();
      return;
    }
    if (!*entry) return;
    followed.heard = now;
    followed.seen = (*entry)->sequence;
    followed.log.take(**entry);
  }
}

/// Whether something came that was not heard; and whether the room has this match still.
void LogFollower::look_whether_silent(const std::string& room, Followed& followed, Instant now) {
  if (!followed.log.is_begun() && now - followed.since >= beginning_patience) {
    return lose(room, followed, "the match has no log outside of its relay");
  }
  const bool is_quiet = followed.reading && now - followed.heard >= hearing_silence;
  if (!is_quiet || followed.log.is_over() || now < next_look_) return;
  followed.heard = now;
  const auto last = store_->last(*followed.match);
  if (!last) next_look_ = now + hearing_silence;
  if (!last || TUTTI_MUTANT(silence_is_believed)) return;
  if (!*last) return lose(room, followed, "the match's log is gone");
  if ((*last)->sequence > followed.seen) {
    ++silences_;
    followed.reading.reset();
    followed.next_try = now;
    return;
  }
  const auto stored = store_->room(room_name_of(room));
  if (!stored) return;
  const bool is_there = *stored && (*stored)->record.match == followed.match;
  if (!is_there) lose(room, followed, "the room has this match no more");
}

void LogFollower::lose(const std::string& room, Followed& followed, std::string sentence) {
  news_.push_back({room, followed::Lost{std::move(sentence)}});
  followed.is_lost = true;
}

}  // namespace tutti::detail
