#pragma once
// A match without a network: the relay's own match, asked directly.

#include "source/source.hpp"
#include "tutti/net/relay_match.hpp"
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
  const LocalPlayers& players() const override { return players_; }
  std::optional<Event> next_event() override;
  Tick horizon() const override { return match_.horizon(); }
  Moment present(Instant now) override;
  std::optional<std::uint32_t> offer(PlayerId player, Tick stamp, BytesView payload,
                                     PlayerEvent is) override;
  void announce(Tick progress) override;
  void say(const HostWord& word) override;

 private:
  Setup setup_;
  LocalPlayers players_;
  RelayMatch match_;
  bool is_continued_ = false;
  std::optional<Instant> origin_;  // when the match clock stood at zero
  std::uint32_t taken_ = 0;
  Error failure_{};
};

}  // namespace tutti
