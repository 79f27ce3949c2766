#pragma once
// Relays of a fleet without threads and sockets, and the time that passes for them.

#include "fleet/lease.hpp"
#include "fleet/memory_store.hpp"
#include "fleet/played_relay.hpp"
#include "fleet/room_book.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::test {

inline constexpr Duration step = std::chrono::milliseconds(50);
inline const std::string room = "K7Q2M";

inline Address address_of(RelayId relay) {
  return {"10.0.0." + std::to_string(std::to_integer<int>(relay.bytes[0])), 4747};
}

/// A relay of a fleet, without threads and sockets.
class Member {
 public:
  Member(RelayId relay_id, const std::shared_ptr<MemoryServers>& servers, std::uint64_t seed,
         const std::string& journal)
      : id(relay_id),
        store(seed, servers),
        book(store, id, address_of(id), seed),
        relay(journal),
        streaming(store, id) {
    streaming.follow(relay.start());
    REQUIRE(store.be_found(id));
  }

  RelayId id;
  MemoryStore store;
  detail::Lease lease;
  detail::RoomBook book;
  PlayedRelay relay;
  Streaming streaming;
  std::vector<RoomAnswer> answers;
  std::uint32_t rooms_said = 0;  // else as many as it has
  bool is_draining = false;
  bool is_paused = false;
  bool has_room = false;
  bool is_leaving = false;  // it stands still, to be handed over
  std::vector<std::string> prepared;
  std::uint64_t kept = 0;
  std::uint32_t epoch = 0;
  std::uint64_t taken_over = 0;

  bool has_lease(Instant now) const {
    const detail::LeaseView view = lease.view(now);
    return view.is_held && view.life == book.affirmed();
  }
  bool plays(Instant now) const { return has_room && !is_leaving && has_lease(now); }
  /// Its process ends, and the servers notice.
  void die() {
    is_paused = true;
    store.servers().connected.erase(id);
  }
  void hand_over() {
    is_leaving = true;
    streaming.reach(relay.flush());
    streaming.streamer().make_ready(room);
  }
  /// As far as it can.
  void pass(Instant now) {
    if (is_paused) return;
    while (const auto renewal = store.next_announced())
      lease.take_stored(*renewal, now);
    if (lease.is_due(now)) {
      const auto rooms = static_cast<std::uint32_t>(book.room_count());
      const RelayCard card{.relay = id,
                           .address = address_of(id),
                           .rooms = rooms_said > 0 ? rooms_said : rooms,
                           .renewal = lease.send(now),
                           .is_draining = is_draining};
      static_cast<void>(store.announce(card));
    }
    stream(now);
    book.pass(lease.view(now), now);
    while (const auto wanted = book.next_to_read())
      book.read_ahead(*wanted, now);
    while (const auto code = book.next_prepared())
      prepared.push_back(*code);
    while (const auto match = book.next_taken_over())
      streaming.streamer().expect(match->match, match->fence);
    while (auto news = book.next_news())
      take(std::move(*news));
  }
  void stream(Instant now) {
    streaming.reach(relay.flush());
    streaming.pass_at(now);
    for (const auto& [code, match] : streaming.streamer().take_openings())
      book.begin(code, match);
    for (const MatchId& match : streaming.streamer().take_fenced())
      book.note_fenced(match);
    for (const auto& [code, is_stored] : streaming.streamer().take_ready())
      book.hand_over(code, is_stored, now);
  }
  std::uint64_t ask(Instant now, bool opens, bool may_be_elsewhere = false,
                    const std::string& code = room) {
    book.ask({.number = ++asked,
              .room = code,
              .opens = opens,
              .may_be_opened_elsewhere = may_be_elsewhere},
             now);
    return asked;
  }
  template <class Answer>
  const Answer* answer(std::uint64_t number) const {
    for (const RoomAnswer& each : answers) {
      if (each.number == number) return std::get_if<Answer>(&each.is);
    }
    return nullptr;
  }
  Played& match() { return relay.matches().back(); }
  bool is_all_stored() const {
    return streaming.is_done() && streaming.status().fenced + streaming.status().lost == 0;
  }

  std::uint64_t asked = 0;
  std::int64_t opened = 1'700'000'000;

 private:
  void take(detail::RoomBook::News news) {
    if (const auto* moved = std::get_if<RoomMoved>(&news); moved != nullptr && moved->is_kept) {
      is_leaving = false;
      ++kept;
      return;
    }
    if (const auto* moved = std::get_if<RoomMoved>(&news)) {
      streaming.streamer().let_go(moved->room);
      is_leaving = false;
      relay.drop(moved->room);
      has_room = has_room && moved->room != room;
      return;
    }
    RoomAnswer& given = std::get<RoomAnswer>(news);
    if (std::holds_alternative<room_answer::Opened>(given.is)) {
      relay.open_match(room, opened += 1 + std::to_integer<int>(id.bytes[0]) * 1000);
      has_room = true;
    }
    if (auto* over = std::get_if<room_answer::TakenOver>(&given.is)) {
      ++taken_over;
      CHECK(over->epoch > Roster::of(over->record.log).epoch());
      epoch = over->epoch;
      relay.take_up(std::move(over->record));
      has_room = true;
      given.is = room_answer::Nowhere{};  // it is not looked at any more
    }
    answers.push_back(std::move(given));
  }
};

/// Some relays, and the time that passes for them.
class Members {
 public:
  explicit Members(std::uint64_t seed, std::size_t count = 2) {
    for (std::size_t i = 0; i < count; ++i) {
      const RelayId id{{std::byte(i + 1)}};
      all_.push_back(std::make_unique<Member>(id, servers, seed * 10 + i,
                                              folder_.file("relay-" + std::to_string(i))));
    }
    pass(std::chrono::seconds(3));
  }

  std::shared_ptr<MemoryServers> servers = std::make_shared<MemoryServers>();
  Instant now{std::chrono::hours(1)};

  Member& operator[](std::size_t i) { return *all_[i]; }
  std::size_t count() const { return all_.size(); }
  void pass(Duration time) {
    for (const Instant end = now + time; now < end;) {
      servers->now = now += step;
      for (const auto& member : all_)
        member->pass(now);
      REQUIRE(playing() <= 1);
    }
  }
  std::size_t playing() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [this](const auto& member) { return member->plays(now); }));
  }

 private:
  Folder folder_;
  std::vector<std::unique_ptr<Member>> all_;
};

/// The match as it is now.
inline MatchRecord prefix_of(Member& member) {
  const MatchRecord& record = member.match().record;
  return prefix(record, record.log.horizon());
}

inline void play(Member& member, Random& random, int times = 20) {
  for (int i = 0; i < times; ++i)
    member.relay.play(member.match(), random);
}

}  // namespace tutti::test
