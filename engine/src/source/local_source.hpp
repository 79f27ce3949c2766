#pragma once
// A match without a network: the relay's own match, asked directly.

#include <deque>

#include "source/source.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

class LocalSource final : public Source {
 public:
  explicit LocalSource(Setup setup);
  /// Goes on where the log of this match stops, with the players who are in it then.
  explicit LocalSource(const MatchRecord& begun);

  void receive(Instant now) override;
  const Setup* setup() const override { return &setup_; }
  Status status() const override { return Status::playing; }
  const Error& failure() const override { return failure_; }
  std::optional<Event> next_event() override;
  Tick horizon() const override { return match_.horizon(); }
  Moment present(Instant now) override;
  PlayerId first_player() const override { return PlayerId{0}; }
  std::uint8_t player_count() const override { return setup_.players; }
  std::optional<std::uint32_t> offer(PlayerId player, Tick stamp, BytesView payload) override;
  std::optional<std::uint32_t> next_refused() override;
  void announce(Tick progress) override;
  void kick(PlayerId player) override {
    match_.handle(command::Leave{player, LeaveReason::kicked});
  }
  void correct(Correction correction, Tick about, std::string text) override {
    match_.handle(command::Correct{first_player(), correction, about, std::move(text)});
  }
  void end_match() override { match_.handle(command::End{}); }

 private:
  void take(const std::vector<Outcome>& outcomes);

  Setup setup_;
  RelayMatch match_;
  bool is_continued_ = false;
  std::optional<Instant> origin_;  // when the match clock stood at zero
  std::uint32_t taken_ = 0;
  std::deque<std::uint32_t> refused_;
  Error failure_{};
};

}  // namespace tutti
