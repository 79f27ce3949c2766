#pragma once
// A relay's process in a fleet's storm: the real relay server with its journal, streamer, lease and
// directory, in virtual time. What are threads in a real process are here passes of their own,
// each as late as chance wants.

#include <deque>
#include <functional>

#include "fleet/lease.hpp"
#include "fleet/memory_store.hpp"
#include "fleet/played_relay.hpp"
#include "fleet/room_book.hpp"
#include "tutti/engine/fleet_member.hpp"
#include "tutti/engine/journal_follower.hpp"
#include "tutti/engine/match_keeper.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::test {

/// A link whose process may fall asleep while it sends: what it sent last leaves when it wakes.
class SleepyLink final : public Link {
 public:
  explicit SleepyLink(std::unique_ptr<Link> link) : link_(std::move(link)) {}

  void fall_asleep_after(std::uint32_t sendings) { awake_for_ = sendings; }
  bool is_asleep() const { return awake_for_ == 0U; }
  void wake() { awake_for_.reset(); }

  void service(Instant now) override {
    if (!is_asleep()) link_->service(now);
  }
  std::optional<Arrival> receive() override { return link_->receive(); }
  void send_control(PeerId peer, BytesView bytes) override {
    tire();
    link_->send_control(peer, bytes);
  }
  void send_play(PeerId peer, BytesView bytes) override {
    tire();
    link_->send_play(peer, bytes);
  }
  void disconnect(PeerId peer) override { link_->disconnect(peer); }
  std::optional<NetworkPlace> place_of(PeerId peer) const override { return link_->place_of(peer); }
  LinkStatistics statistics() const override { return link_->statistics(); }
  Link& storm() { return *link_; }

 private:
  void tire() {
    if (awake_for_ && *awake_for_ > 0) --*awake_for_;
  }

  std::unique_ptr<Link> link_;
  std::optional<std::uint32_t> awake_for_{};
};

class StormFleetRelay final : public RoomDirectory, public JournalFollower {
 public:
  struct Birth {
    RelayId id{};
    std::uint16_t port = 0;
    std::string folder{};           ///< of its machine's disk
    std::vector<RelayId> before{};  ///< whom the journal there belonged to
    std::uint64_t seed = 0;
  };
  StormFleetRelay(Birth birth, StormNetwork& network, std::shared_ptr<MemoryServers> servers)
      : birth_(std::move(birth)),
        network_(&network),
        random_(birth_.seed, 7),
        store_(std::make_unique<MemoryStore>(birth_.seed, std::move(servers))),
        streamer_(*store_, birth_.id, 512),  // a match of 20 s has some pages, too
        book_(*store_, birth_.id, address(), birth_.seed) {}

  /// What happens in its process by now.
  void pass(Instant now) {
    if (is_due(lease_due_, now, 20)) keep_lease(now);
    if (!server_) return enter(now);
    if (link_->is_asleep()) link_->wake();
    server_->pass(now);
    keeper_->pass(*server_, now);
    if (is_due(streamer_due_, now, 8)) stream(now);
    if (is_due(book_due_, now, 16)) ask_around(now);
  }
  /// Its process falls asleep in the middle of what a pass sends.
  void pass_into_sleep(Instant now) {
    if (!server_) return;
    link_->fall_asleep_after(random_.below(6));
    server_->pass(now);
  }
  /// What was on its way to the servers arrives after its death.
  std::unique_ptr<MemoryStore> die() {
    server_.reset();
    keeper_.reset();
    link_.reset();
    return std::move(store_);
  }

  RelayServer* server() { return server_.get(); }
  MemoryStore& store() { return *store_; }
  const Birth& birth() const { return birth_; }
  Link& link() { return link_->storm(); }
  bool is_serving() const { return server_ != nullptr; }
  std::vector<std::string> files() const {
    return keeper_ ? keeper_->files() : std::vector<std::string>();
  }
  std::uint64_t taken_over() const { return book_.taken_over(); }
  std::uint64_t handed_over = 0, read_ahead = 0;
  FleetStatus status() const { return streamer_.status(); }

  // ---- The directory ----
  bool ask(const RoomQuestion& question) override {
    const Instant now = now_;
    for_book_.push_back([this, question, now] { book_.ask(question, now); });
    return true;
  }
  std::optional<RoomAnswer> next_answer() override { return next<RoomAnswer>(); }
  std::optional<RoomMoved> next_moved() override {
    auto moved = next<RoomMoved>();
    if (moved && moved->is_kept) prepared_.erase(moved->room);
    if (!moved || moved->is_kept) return moved;
    ++handed_over;
    replicated_.erase(moved->room);
    prepared_.erase(moved->room);
    for_streamer_.push_back([this, code = moved->room] { streamer_.let_go(code); });
    return moved;
  }
  std::size_t on_the_way() const override { return book_.on_the_way(); }
  void close(const std::string& code) override {
    replicated_.erase(code);
    for_book_.push_back([this, code] { book_.close(code); });
  }
  bool is_prepared(const std::string& code) override {
    const auto [known, is_new] = prepared_.try_emplace(code, false);
    if (is_new) for_book_.push_back([this, code] { book_.prepare(code, now_); });
    return known->second;
  }
  void hand_over(const std::string& code) override {
    for_streamer_.push_back([this, code] { streamer_.make_ready(code); });
  }
  Tick replicated(const std::string& code) const override {
    const auto found = replicated_.find(code);
    return found == replicated_.end() ? Tick{} : found->second;
  }
  bool has_lease(Instant now) const override {
    const detail::LeaseView view = lease_.view(now);
    const bool has_moved = std::ranges::any_of(
        news_, [](const auto& each) { return std::holds_alternative<RoomMoved>(each); });
    return view.is_held && view.life == affirmed_ && !has_moved;
  }

  // ---- The journal ----
  void begin(const JournalStart& start) override {
    // At once, since the file may lose its name.
    auto journal =
        std::make_shared<Result<detail::FollowedJournal>>(detail::FollowedJournal::open(start));
    REQUIRE(*journal);
    for_streamer_.push_back([this, journal] { streamer_.follow(std::move(**journal)); });
  }
  void reach(JournalPosition written) override {
    for_streamer_.push_back([this, written] { streamer_.reach(written); });
  }

 private:
  Address address() const { return {"10.0.0.1", birth_.port}; }
  bool is_due(Instant& due, Instant now, std::uint32_t most_ms) {
    now_ = now;
    if (now < due) return false;
    due = now + std::chrono::milliseconds(1 + random_.below(most_ms));
    return true;
  }
  template <class T>
  std::optional<T> next() {
    if (news_.empty() || !std::holds_alternative<T>(news_.front())) return std::nullopt;
    std::optional<T> first = std::get<T>(std::move(news_.front()));
    news_.pop_front();
    return first;
  }

  void keep_lease(Instant now) {
    while (const auto renewal = store_->next_announced())
      lease_.take_stored(*renewal, now);
    if (!lease_.is_due(now)) return;
    static_cast<void>(
        store_->announce({.relay = birth_.id,
                          .address = address(),
                          .rooms = static_cast<std::uint32_t>(server_ ? server_->room_count() : 0),
                          .renewal = lease_.send(now),
                          .is_draining = server_ && server_->is_draining()}));
  }
  /// As RelayService does it: nothing is served before it is known whose the matches are.
  void enter(Instant now) {
    if (!keeper_) open_journal();
    if (!lease_.view(now).is_held) return;
    if (!claim(now)) return;
    link_ = std::make_unique<SleepyLink>(network_->listen(birth_.port));
    server_ = std::make_unique<RelayServer>(*link_, keeper_->journal(),
                                            RelayServer::Options{.seed = {birth_.seed, 1, 2, 3}});
    server_->use_directory(*this);
    bool is_all_ours = true;
    for (std::size_t i = 0; i < running_.size(); ++i) {
      const detail::ClaimOutcome& claimed = *claimed_[i];
      is_all_ours = is_all_ours && claimed.is_ours;
      if (!claimed.is_ours) continue;
      server_->restore(running_[i].number, running_[i].record, now, claimed.epoch);
    }
    if (!is_all_ours) keeper_->renew_soon();
    running_.clear();
    tell_of_rooms();
  }
  /// Whether it is known of all matches whose they are.
  bool claim(Instant now) {
    claimed_.resize(running_.size());
    bool is_done = true;
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (claimed_[i]) continue;
      const MatchRecord& record = running_[i].record;
      const detail::RoomClaim claim{record.room, match_id_of(record),
                                    Roster::of(record.log).epoch()};
      claimed_[i] = book_.claim({&claim, 1}, birth_.before, lease_.view(now)).front();
      is_done = is_done && claimed_[i];
    }
    return is_done;
  }
  void open_journal() {
    auto opened =
        MatchKeeper::open(posix_storage(), {.folder = birth_.folder,
                                            .journal_path = birth_.folder + "/relay.journal",
                                            .journal_bytes_max = 2000,
                                            .journal = {.sync_interval = std::chrono::hours(1)},
                                            .keeps_unplayed = true,
                                            .follower = this});
    REQUIRE(opened);
    keeper_.emplace(std::move(*opened));
    running_ = keeper_->take_running();
  }
  void stream(Instant now) {
    for (const auto& word : std::exchange(for_streamer_, {}))
      word();
    streamer_.pass(now);
    for (const auto& [code, tick] : streamer_.take_replicated())
      replicated_[code] = tick;
    for (const auto& [code, match] : streamer_.take_openings())
      for_book_.push_back([this, code = code, match = match] { book_.begin(code, match); });
    for (const MatchId& match : streamer_.take_fenced())
      for_book_.push_back([this, match] { book_.note_fenced(match); });
    for (const auto& [code, is_stored] : streamer_.take_ready())
      for_book_.push_back(
          [this, code = code, is_stored = is_stored] { book_.hand_over(code, is_stored, now_); });
  }
  void ask_around(Instant now) {
    for (const auto& word : std::exchange(for_book_, {}))
      word();
    book_.pass(lease_.view(now), now);
    while (const auto wanted = book_.next_to_read()) {
      book_.read_ahead(*wanted, now);
      ++read_ahead;
    }
    tell_of_rooms();
  }
  void tell_of_rooms() {
    while (const auto code = book_.next_prepared())
      prepared_[*code] = true;
    while (const auto match = book_.next_taken_over())
      for_streamer_.push_back(
          [this, taken = *match] { streamer_.expect(taken.match, taken.fence); });
    while (auto news = book_.next_news())
      news_.push_back(std::move(*news));
    affirmed_ = book_.affirmed();
  }

  Birth birth_;
  StormNetwork* network_;
  Random random_;
  std::unique_ptr<MemoryStore> store_;
  detail::LogStreamer streamer_;
  detail::Lease lease_;
  detail::RoomBook book_;
  std::vector<RecoveredJournal::Running> running_;  // before it serves
  std::vector<std::optional<detail::ClaimOutcome>> claimed_;
  std::optional<MatchKeeper> keeper_;
  std::unique_ptr<SleepyLink> link_;
  std::unique_ptr<RelayServer> server_;
  Instant now_{};
  Instant lease_due_{}, streamer_due_{}, book_due_{};
  std::uint64_t affirmed_ = 0;
  std::map<std::string, Tick> replicated_;
  std::map<std::string, bool> prepared_;
  std::deque<detail::RoomBook::News> news_;
  std::deque<std::function<void()>> for_streamer_, for_book_;
};

}  // namespace tutti::test
