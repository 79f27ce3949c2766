#pragma once
// A match through a relay, played in or watched.

#include <future>
#include <memory>
#include <utility>

#include "source/playhead.hpp"
#include "source/return_ticket.hpp"
#include "source/source.hpp"

namespace tutti {

class HostedRelay;

/// Where a player's ticket is kept, and the one that it came with.
struct Tickets {
  std::string folder{};
  std::string relay{};
  std::optional<ReturnTicket> ticket{};
};

class NetSource final : public Source {
 public:
  struct Options {
    Hello hello{};
    /// The relay on this machine, if this session runs it.
    std::shared_ptr<HostedRelay> hosted{};
    /// Of one who may come back after its process died.
    std::optional<Tickets> tickets{};
    /// The hello's secret is that of a process that died.
    bool is_return = false;
    /// Whether snapshots are packed on a thread of their own; not in virtual time.
    bool packs_aside = false;
  };
  NetSource(std::unique_ptr<Link> link, PeerId relay, Options options);

  void receive(Instant now) override;
  const Setup* setup() const override {
    return client_.welcome() ? &client_.welcome()->setup : nullptr;
  }
  Status status() const override;
  const Error& failure() const override { return client_.failure(); }
  std::optional<Event> next_event() override {
    return view_ ? view_->playhead.next_event(view_->log) : client_.next_event();
  }
  Tick horizon() const override { return view_ ? view_->log.horizon() : client_.horizon(); }
  Moment present(Instant now) override {
    return view_ ? view_->playhead.moment() : client_.clock().present(now);
  }
  PlayerId first_player() const override {
    return client_.welcome() ? client_.welcome()->player.value_or(PlayerId{}) : PlayerId{};
  }
  std::uint8_t player_count() const override { return client_.is_spectator() ? 0 : 1; }
  std::optional<std::uint32_t> offer(PlayerId, Tick stamp, BytesView payload) override {
    return client_.offer(stamp, payload);
  }
  std::optional<std::uint32_t> next_refused() override { return client_.next_refused(); }
  void announce(Tick progress) override { client_.announce(progress); }
  void report(const DigestReport& report) override { client_.report(report); }
  void send(Instant now) override { client_.send(now); }
  bool is_snapshot_wanted() const override {
    return client_.is_snapshot_wanted() && !packing_.valid();
  }
  void give_snapshot(Tick tick, const AnyGame& game, const void* state) override;
  void want_snapshot() override { client_.want_snapshot(); }
  std::optional<PackedSnapshot> take_snapshot() override { return client_.take_snapshot(); }
  double snapshot_progress() const override { return client_.snapshot_progress(); }
  void kick(PlayerId player) override { client_.kick(player); }
  void correct(Correction correction, Tick about, std::string text) override {
    client_.correct(correction, about, std::move(text));
  }
  void change_role(Role role, std::int64_t delay_seconds, const std::string& name) override {
    client_.change_role(role, static_cast<std::uint16_t>(delay_seconds), name);
  }
  std::uint32_t roles_taken() const override { return client_.roles_taken(); }
  const std::string* role_refusal() const override { return &client_.role_refusal(); }
  void end_match() override { client_.end_match(); }
  void leave() override;
  std::uint16_t port() const override;
  std::string room() const override { return client_.welcome() ? client_.welcome()->room : ""; }
  ClientStatistics network() const override { return client_.statistics(); }
  bool has_come_back() const override { return is_return_; }
  double clock_error() const override { return client_.clock().error_ticks(); }
  Playback* playback() override { return view_ ? &view_->playhead : nullptr; }
  bool is_compared() const override { return client_.welcome() && client_.welcome()->player; }
  Tick agreed() const override { return client_.agreed(); }
  std::optional<Diverged> next_diverged() override { return client_.next_diverged(); }
  std::optional<Settled> next_settled() override { return client_.next_settled(); }
  std::optional<TailWanted> next_tail_wanted() override { return client_.next_tail_wanted(); }
  void answer(const ControlMessage& message) override { client_.answer(message); }
  /// Whoever watches is told of it by `next_fold_back`.
  std::uint32_t epoch() const override {
    return client_.welcome() && client_.welcome()->player ? client_.welcome()->epoch : 0;
  }
  void fold_back() override { client_.fold_back(); }
  std::uint32_t watched_epoch() const override { return view_ ? view_->epoch : 0; }
  std::optional<Tick> next_fold_back() override { return std::exchange(fold_back_, std::nullopt); }

 private:
  // What a spectator has of the match, to move through as through a recording.
  struct View {
    View(const Setup& setup, std::uint32_t told_by)
        : log(setup), epoch(told_by), again_epoch(told_by) {}
    Log log;
    Playhead playhead{Playhead::Kind::live, Tick{}};
    // How far the log's final end trails the match clock, in ticks, at worst of late: what is shown
    // trails as far and runs evenly, whenever the news arrives.
    double lag = limits::input_window_ticks;
    double missing = 0;             // ticks that should have been here by now
    double clock = 0;               // in ticks, when this was last looked at
    std::uint32_t epoch = 0;        // of the relay's life that told this log
    std::uint32_t again_epoch = 0;  // of its latest life,
    std::optional<Log> again{};     // and what that tells, until it has told as much
  };
  void follow(Instant now);
  void take_again(View& view);
  void keep_ticket();

  // In this order: the session leaves before its own relay stops.
  std::shared_ptr<HostedRelay> hosted_;
  std::unique_ptr<Link> link_;
  bool is_return_;
  std::optional<Tickets> tickets_;
  Client client_;
  std::optional<View> view_;       // of a spectator
  std::optional<Tick> fold_back_;  // of its log, this is the last tick that remained
  std::uint32_t roles_seen_ = 0;
  bool packs_aside_;
  std::future<PackedSnapshot> packing_;
};

}  // namespace tutti
