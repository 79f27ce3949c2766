#pragma once
// Several relays with one directory over a storm network, each with a disk of its own.

#include <deque>
#include <map>
#include <set>

#include "board_follower.hpp"
#include "tutti/net/room_directory.hpp"

namespace tutti::test {

/// Who has which room, as the relays of a fleet agree on it.
struct Board {
  struct Owner {
    std::size_t relay = 0;
    std::uint32_t epoch = 0;
  };
  std::map<std::string, Owner> owners{};
  std::set<std::size_t> gone{};  ///< relays whose leases are over
  std::optional<std::size_t> less_loaded{};
  std::map<std::string, std::size_t> record_of{};  ///< who wrote it, if not its owner
  /// The log of a relay's room as it lies outside of that relay.
  std::function<MatchRecord(std::size_t relay, const std::string& room)> record{};

  void forget_lease(std::size_t relay) { gone.insert(relay); }
};

class BoardDirectory final : public RoomDirectory {
 public:
  BoardDirectory(Board& board, std::size_t own) : board_(&board), own_(own) {}

  bool ask(const RoomQuestion& question) override {
    if (is_cut_off) return false;
    answers_.push_back({question.number, answer_to(question)});
    return true;
  }
  std::optional<RoomAnswer> next_answer() override { return take(answers_); }
  void close(const std::string& room) override {
    has_.erase(room);
    const auto found = board_->owners.find(room);
    if (found != board_->owners.end() && found->second.relay == own_) board_->owners.erase(found);
  }
  bool is_prepared(const std::string& room) override {
    asked_to_prepare.insert(room);
    return prepares_at_once;
  }
  void hand_over(const std::string& room) override {
    if (!board_->less_loaded || *board_->less_loaded == own_) {
      return moved.push_back({.room = room, .relay = {}, .is_kept = true});
    }
    board_->owners[room].relay = *board_->less_loaded;
    board_->record_of[room] = own_;
    has_.erase(room);
    moved.push_back({room, address_of(*board_->less_loaded)});
  }
  std::optional<RoomMoved> next_moved() override { return take(moved); }
  std::size_t on_the_way() const override { return waited_for; }
  Tick replicated(const std::string&) const override { return through; }
  bool has_lease(Instant) const override { return is_leased && moved.empty(); }

  Tick through{};  ///< the log is kept elsewhere
  bool is_leased = true;
  bool is_cut_off = false;
  std::deque<RoomMoved> moved{};
  bool prepares_at_once = true;
  std::set<std::string> asked_to_prepare{};
  std::size_t waited_for = 0;  ///< rooms with which nobody has gone on yet

 private:
  template <class T>
  static std::optional<T> take(std::deque<T>& queue) {
    if (queue.empty()) return std::nullopt;
    T first = std::move(queue.front());
    queue.pop_front();
    return first;
  }
  static Address address_of(std::size_t relay) {
    return {"10.0.0.1", static_cast<std::uint16_t>(5000 + relay)};
  }
  decltype(RoomAnswer::is) answer_to(const RoomQuestion& question) {
    const bool may_go = question.opens && question.may_be_opened_elsewhere;
    if (may_go && board_->less_loaded && *board_->less_loaded != own_) {
      return room_answer::Elsewhere{address_of(*board_->less_loaded)};
    }
    const auto found = board_->owners.find(question.room);
    if (found == board_->owners.end()) {
      if (!question.opens) return room_answer::Nowhere{};
      board_->owners[question.room] = {own_, 0};
      has_.insert(question.room);
      return room_answer::Opened{};
    }
    Board::Owner& owner = found->second;
    if (owner.relay == own_ && has_.contains(question.room)) return room_answer::Opened{};
    if (owner.relay != own_ && !board_->gone.contains(owner.relay)) {
      return room_answer::Elsewhere{address_of(owner.relay)};
    }
    const auto writer = board_->record_of.find(question.room);
    MatchRecord record = board_->record(
        writer == board_->record_of.end() ? owner.relay : writer->second, question.room);
    owner = {own_, owner.epoch + 1000};
    has_.insert(question.room);
    return room_answer::TakenOver{std::move(record), owner.epoch};
  }

  Board* board_;
  std::size_t own_;
  std::deque<RoomAnswer> answers_{};
  std::set<std::string> has_{};  // opened or taken over by this relay
};

class FleetWorld {
 public:
  struct Relay {
    std::unique_ptr<SimulatedStorage> storage{};
    std::unique_ptr<Link> link{};
    std::optional<Journal> journal{};
    std::unique_ptr<BoardDirectory> directory{};
    std::unique_ptr<BoardFollower> follower{};
    std::optional<RelayServer> server{};
    bool is_asleep = false;
  };

  struct Options {
    bool has_mirrors = false;
    RelayServer::Options server{};
  };

  explicit FleetWorld(std::size_t count) : FleetWorld(count, Options{}) {}
  FleetWorld(std::size_t count, Options options) {
    for (std::size_t i = 0; i < count; ++i) {
      Relay& relay = relays.emplace_back();
      relay.storage = std::make_unique<SimulatedStorage>();
      relay.link = network.listen(address(i).port);
      relay.journal.emplace(open_journal(*relay.storage));
      relay.directory = std::make_unique<BoardDirectory>(board, i);
      options.server.seed = {i + 1};
      relay.server.emplace(*relay.link, *relay.journal, options.server);
      relay.server->use_directory(*relay.directory);
      if (!options.has_mirrors) continue;
      relay.follower =
          std::make_unique<BoardFollower>([this](const std::string& room) { return kept(room); });
      relay.server->use_follower(*relay.follower);
    }
    board.record = [this](std::size_t relay, const std::string& room) {
      return std::move(read_room(*relays[relay].storage->read(journal_path), room).record);
    };
  }
  static Address address(std::size_t relay) {
    return {"10.0.0.1", static_cast<std::uint16_t>(5000 + relay)};
  }

  /// Somebody who knows all relays, and asks this one first.
  Player& join(std::size_t first, Hello hello) {
    const std::uint64_t seed = 2 * players.size() + 1;
    if (!hello.resume && hello.role == Role::player) {
      hello.resume.emplace();
      hello.resume->fill(static_cast<std::byte>(seed));
    }
    Player& player = *players.emplace_back(std::make_unique<Player>(
        network, *relays[first].link, std::move(hello), calm, calm, StormDice{seed, seed + 1}));
    for (std::size_t i = 1; i < relays.size(); ++i) {
      const auto& link = relays[(first + i) % relays.size()].link;
      if (link) network.also_knows(player.peer(), *link);
    }
    return player;
  }

  void run(Duration length) {
    for (const Instant end = now + length; now < end; now += std::chrono::milliseconds(4)) {
      for (Relay& relay : relays) {
        if (relay.server && !relay.is_asleep) relay.server->pass(now);
      }
      ++passes_;
      for (Relay& relay : relays) {
        if (relay.server && relay.follower && passes_ % 8 == 0) relay.follower->look();
      }
      if (passes_ % 4 != 0) continue;
      for (const auto& player : players)
        player->frame(now);
    }
  }
  bool run_until(const std::function<bool()>& holds, Duration most) {
    for (const Instant end = now + most; now < end && !holds();)
      run(std::chrono::milliseconds(16));
    return holds();
  }

  /// The relay's machine is gone; its lease ends 2 s later.
  void kill(std::size_t which) {
    relays[which].server.reset();
    relays[which].link.reset();
    run(std::chrono::seconds(2));
    board.forget_lease(which);
  }
  /// The relay goes on, but its lease ends.
  void cut_off(std::size_t which) {
    relays[which].directory->is_leased = false;
    relays[which].directory->is_cut_off = true;
    board.forget_lease(which);
  }

  Board board;
  StormNetwork network{1};
  std::deque<Relay> relays;
  std::vector<std::unique_ptr<Player>> players;
  Instant now{std::chrono::seconds(1000)};

 private:
  /// A room's log as its latest writer has written it.
  std::optional<BoardFollower::Kept> kept(const std::string& room) {
    const auto owner = board.owners.find(room);
    if (owner == board.owners.end()) return std::nullopt;
    const auto read = [&](std::size_t relay) {
      return find_room(*relays[relay].storage->read(journal_path), room);
    };
    auto match = read(owner->second.relay);
    if (match) writers_[room] = owner->second.relay;
    if (!match && writers_.contains(room)) match = read(writers_[room]);
    if (!match) return std::nullopt;
    return BoardFollower::Kept{writers_[room], std::move(match->record)};
  }

  std::map<std::string, std::size_t> writers_{};
  int passes_ = 0;
};

}  // namespace tutti::test
