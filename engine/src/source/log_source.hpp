#pragma once
// A match that was recorded.

#include "source/playhead.hpp"
#include "source/source.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

class LogSource final : public Source {
 public:
  explicit LogSource(MatchRecord record)
      : record_(std::move(record)),
        length_(record_.log.horizon()),
        playhead_(Playhead::Kind::recording, length_) {}

  const MatchRecord& record() const { return record_; }
  /// It is shown as a participant saw it, who was further or not as far.
  void show_as(PlayerId player, Tick length) {
    players_ = LocalPlayers::none(player);
    length_ = length;
    playhead_ = Playhead(Playhead::Kind::recording, length);
  }

  void receive(Instant now) override {
    playhead_.advance(now, static_cast<double>(length_.value), setup()->tick_rate);
  }
  const Setup* setup() const override { return &record_.log.setup(); }
  Status status() const override {
    return playhead_.is_paused() ? Status::paused : Status::playing;
  }
  const Error& failure() const override { return failure_; }
  const LocalPlayers& players() const override { return players_; }
  std::string room() const override { return record_.room; }
  std::optional<Event> next_event() override { return playhead_.next_event(record_.log); }
  Tick horizon() const override { return record_.log.horizon(); }
  Moment present(Instant) override { return playhead_.moment(); }
  std::optional<std::uint32_t> offer(PlayerId, Tick, BytesView, PlayerEvent) override {
    return std::nullopt;
  }
  Playback* playback() override { return &playhead_; }

 private:
  MatchRecord record_;
  LocalPlayers players_ = LocalPlayers::none({});  // or the participant whose screen is shown
  Tick length_;
  Playhead playhead_;
  Error failure_{};
};

}  // namespace tutti
