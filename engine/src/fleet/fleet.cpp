#include "tutti/engine/fleet.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "fleet/archivist.hpp"
#include "fleet/follow_clerk.hpp"
#include "fleet/identity.hpp"
#include "fleet/lease_keeper.hpp"
#include "fleet/log_streamer.hpp"
#include "fleet/room_clerk.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti {

namespace {

/// What comes within this time is looked at together: each turn costs several changes between
/// threads, however little it has to do.
constexpr Duration pass_interval = std::chrono::milliseconds(8);
/// For the first word from the fleet's servers that this relay is there.
constexpr Duration lease_patience = std::chrono::seconds(10);

RelayId draw_relay_id() {
  RelayId id;
  std::random_device dice;
  for (std::byte& byte : id.bytes)
    byte = static_cast<std::byte>(dice() & 0xFF);
  return id;
}

Instant clock_now() { return std::chrono::steady_clock::now(); }

/// What the streamer is told, in order.
struct Word {
  std::optional<Result<detail::FollowedJournal>> journal{};  // begins
  std::optional<detail::TakenMatch> taken_over{};            // goes on here
  std::string ready_room{};                                  // is to go elsewhere
  std::string gone_room{};                                   // has gone there
  JournalPosition written{};                                 // else the latest one reaches this

  bool is_position() const {
    return !journal && !taken_over && ready_room.empty() && gone_room.empty();
  }
};

}  // namespace

struct Fleet::Body {
  JournalPosition reached{};  // the relay's thread alone has this
  Address address{};

  std::mutex mutex{};
  std::condition_variable changed{};
  // Under the mutex.
  std::deque<Word> words{};
  bool is_woken = false;
  bool is_ending = false;
  bool is_entered = false;  // before that, nobody knows whose the journal's matches are
  bool is_done = true;
  FleetStatus status{};
  std::map<std::string, Tick> replicated{};  // by room

  RelayId id = draw_relay_id();
  std::unique_ptr<FleetStore> store{};  // wakes this, so it goes before the rest
  std::optional<detail::LogStreamer> streamer{};
  std::thread thread{};
  detail::LeaseKeeper lease{id, [this] { clerk.wake(); }};
  detail::Archivist archivist{};
  detail::FollowClerk followed{};
  detail::RoomClerk clerk{lease,
                          [this](const detail::TakenMatch& taken) { hear({.taken_over = taken}); }};

  void hear(Word word) {
    {
      const std::lock_guard lock(mutex);
      is_woken = true;
      is_done = false;
      const bool is_further = word.is_position() && !words.empty() && words.back().is_position();
      if (is_further) {
        words.back() = std::move(word);
      } else {
        words.push_back(std::move(word));
      }
    }
    changed.notify_all();
  }
  void take(std::deque<Word>& heard) {
    for (Word& word : heard) {
      if (word.taken_over) {
        streamer->expect(word.taken_over->match, word.taken_over->fence);
      } else if (!word.ready_room.empty()) {
        streamer->make_ready(word.ready_room);
      } else if (!word.gone_room.empty()) {
        streamer->let_go(word.gone_room);
      } else if (!word.journal) {
        streamer->reach(word.written);
      } else if (*word.journal) {
        streamer->follow(std::move(**word.journal));
      } else {
        streamer->note(word.journal->error());
      }
    }
    heard.clear();
  }
  /// What the journal and the logs say of rooms.
  void tell_clerk() {
    for (auto& [room, match] : streamer->take_openings()) {
      clerk.say([room = room, match = match](detail::RoomBook& book) { book.begin(room, match); });
    }
    for (const MatchId& match : streamer->take_fenced())
      clerk.say([match](detail::RoomBook& book) { book.note_fenced(match); });
    for (auto& [room, is_stored] : streamer->take_ready()) {
      clerk.say([room = room, is_stored = is_stored](detail::RoomBook& book) {
        book.hand_over(room, is_stored, clock_now());
      });
    }
  }
};

Fleet::Fleet() : body_(std::make_unique<Body>()) {}

Result<std::unique_ptr<Fleet>> Fleet::open(const FleetOptions& options) {
  std::unique_ptr<Fleet> fleet(new Fleet());
  Body& body = *fleet->body_;
  body.address = options.address;
  auto store = open_jetstream(options.store);
  if (!store) return Unexpected{store.error()};
  body.store = std::move(*store);
  body.streamer.emplace(*body.store, body.id);
  if (const auto opened = body.lease.open(options.store); !opened) {
    return Unexpected{opened.error()};
  }
  if (const auto opened = body.clerk.open(options.store); !opened)
    return Unexpected{opened.error()};
  if (const auto opened = body.archivist.open(options.store); !opened) {
    return Unexpected{opened.error()};
  }
  if (const auto opened = body.followed.open(options.store); !opened) {
    return Unexpected{opened.error()};
  }
  body.thread = std::thread([fleet = fleet.get()] { fleet->run(); });
  return fleet;
}

Fleet::~Fleet() {
  if (body_->thread.joinable()) {
    {
      const std::lock_guard lock(body_->mutex);
      body_->is_ending = true;
    }
    body_->changed.notify_all();
    body_->thread.join();
  }
  body_->archivist.stop();
  body_->followed.stop();
  body_->clerk.stop();
  body_->lease.stop();
}

// ---- The journal --------------------------------------------------------------------------------

void Fleet::begin(const JournalStart& start) {
  // At once, since the file may lose its name.
  body_->reached = start.written;
  body_->hear({.journal = detail::FollowedJournal::open(start)});
}

void Fleet::reach(JournalPosition written) {
  if (std::exchange(body_->reached, written) != written) body_->hear({.written = written});
}

bool Fleet::finish(Duration patience) {
  const Instant deadline = clock_now() + patience;
  {
    std::unique_lock lock(body_->mutex);
    if (!body_->changed.wait_until(lock, deadline, [this] { return body_->is_done; })) return false;
  }
  return body_->clerk.finish(deadline) && body_->archivist.finish(deadline);
}

void Fleet::run() {
  Body& body = *body_;
  std::deque<Word> heard;
  std::unique_lock lock(body.mutex);
  while (!body.is_ending) {
    body.is_woken = false;
    if (body.is_entered) std::swap(heard, body.words);
    lock.unlock();
    const Instant now = clock_now();
    body.take(heard);
    body.streamer->pass(now);
    body.tell_clerk();
    FleetStatus status = body.streamer->status();
    body.lease.note_lag(status);
    const bool is_done = body.streamer->is_done();
    const Instant due = body.streamer->next_due(clock_now());
    std::this_thread::sleep_until(now + pass_interval);
    lock.lock();
    for (const auto& [room, tick] : body.streamer->take_replicated())
      body.replicated[room] = tick;
    body.status = std::move(status);
    body.is_done = is_done && body.words.empty();
    if (body.is_done) body.changed.notify_all();
    body.changed.wait_until(lock, due, [&body] { return body.is_woken || body.is_ending; });
  }
}

// ---- The lease ----------------------------------------------------------------------------------

void Fleet::announce(RelayCard card) {
  const bool is_draining = card.is_draining;
  body_->lease.say(std::move(card));
  body_->clerk.say([is_draining](detail::RoomBook& book) { book.drain(is_draining); });
}

bool Fleet::has_lease(Instant now) const {
  // In this order: what has moved is counted before a lease counts that was got anew.
  return body_->lease.has_lease(now) && !body_->clerk.has_moved();
}

bool Fleet::is_asked_to_drain() const { return body_->lease.is_asked_to_drain(); }

FleetStatus Fleet::status() const {
  FleetStatus status;
  {
    const std::lock_guard lock(body_->mutex);
    status = body_->status;
  }
  body_->clerk.add_to(status);
  body_->archivist.add_to(status);
  status.lease = body_->lease.left();
  status.leases = body_->lease.view().life;
  if (status.trouble.empty()) status.trouble = body_->lease.trouble();
  return status;
}

// ---- The directory ------------------------------------------------------------------------------

Result<std::vector<std::optional<std::uint32_t>>> Fleet::enter(const FleetEntrance& entrance) {
  Address address = body_->address;
  if (address.port == 0) address.port = entrance.port;
  const auto lives = detail::read_identity(entrance.identity_path);
  if (!lives) return Unexpected{lives.error()};
  // Whatever is said in the name of this process, the next one must know it for its own.
  std::vector<RelayId> all{body_->id};
  if (*lives) all.insert(all.end(), (**lives).begin(), (**lives).end());
  const Result<void> noted = detail::write_identity(entrance.identity_path, all);
  if (!noted) return Unexpected{noted.error()};
  body_->lease.set_address(address);
  body_->lease.say({.listen = address.text()});
  if (!body_->lease.wait_for_lease(lease_patience)) {
    return fail(Fault::system, "the fleet's servers do not confirm that this relay is there");
  }
  std::vector<detail::RoomClaim> claims;
  for (const RecoveredJournal::Running& match : entrance.running) {
    claims.push_back(
        {match.record.room, match_id_of(match.record), Roster::of(match.record.log).epoch()});
  }
  const auto outcomes = body_->clerk.enter(body_->id, address, claims, *lives);
  if (!outcomes) return Unexpected{outcomes.error()};
  const Result<void> settled = detail::write_identity(entrance.identity_path, {&body_->id, 1});
  if (!settled) return Unexpected{settled.error()};
  {
    const std::lock_guard lock(body_->mutex);
    body_->is_entered = body_->is_woken = true;
  }
  body_->changed.notify_all();
  body_->archivist.begin(entrance.outbox);
  std::vector<std::optional<std::uint32_t>> epochs;
  for (const detail::ClaimOutcome& outcome : *outcomes) {
    epochs.push_back(outcome.is_ours ? std::optional(outcome.epoch) : std::nullopt);
  }
  return epochs;
}

bool Fleet::ask(const RoomQuestion& question) { return body_->clerk.ask(question); }

std::optional<RoomAnswer> Fleet::next_answer() { return body_->clerk.next_answer(); }

Tick Fleet::replicated(const std::string& room) const {
  const std::lock_guard lock(body_->mutex);
  const auto found = body_->replicated.find(room);
  return found == body_->replicated.end() ? Tick{} : found->second;
}

void Fleet::close(const std::string& room) {
  forget(room);
  body_->clerk.close(room);
}

bool Fleet::is_prepared(const std::string& room) { return body_->clerk.is_prepared(room); }

void Fleet::hand_over(const std::string& room) { body_->hear({.ready_room = room}); }

std::optional<RoomMoved> Fleet::next_moved() {
  auto moved = body_->clerk.next_moved();
  if (!moved || moved->is_kept) return moved;
  forget(moved->room);
  body_->hear({.gone_room = moved->room});
  return moved;
}

std::size_t Fleet::on_the_way() const { return body_->clerk.on_the_way(); }

// ---- Other relays' matches ----------------------------------------------------------------------

void Fleet::follow(const std::string& room) { body_->followed.follow(room); }

void Fleet::let_go(const std::string& room) { body_->followed.let_go(room); }

std::optional<FollowedNews> Fleet::next_news() { return body_->followed.next_news(); }

std::optional<Address> Fleet::another_relay() { return body_->clerk.another_relay(); }

void Fleet::forget(const std::string& room) {
  const std::lock_guard lock(body_->mutex);
  body_->replicated.erase(room);
}

}  // namespace tutti
