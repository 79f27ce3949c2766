#pragma once
// A match that was recorded.

#include "source.hpp"

namespace tutti {

class LogSource final : public Source, public Playback {
 public:
  explicit LogSource(MatchRecord record) : record_(std::move(record)) {}

  void receive(Instant now) override;
  const Setup* setup() const override { return &record_.log.setup(); }
  Status status() const override { return is_paused_ ? Status::paused : Status::playing; }
  const Error& failure() const override { return failure_; }
  std::optional<Event> next_event() override;
  Tick horizon() const override { return record_.log.horizon(); }
  Moment present(Instant now) override;
  PlayerId first_player() const override { return {}; }
  std::uint8_t player_count() const override { return 0; }
  std::optional<std::uint32_t> offer(PlayerId, Tick, BytesView) override { return std::nullopt; }
  void announce(Tick) override {}
  std::string room() const override { return record_.room; }
  Playback* playback() override { return this; }
  std::uint64_t rewinds() const override { return rewinds_; }

  Tick length() const override { return record_.log.horizon(); }
  Tick position() const override { return Tick{static_cast<std::int64_t>(position_)}; }
  bool is_paused() const override { return is_paused_; }
  void set_paused(bool is_paused) override { is_paused_ = is_paused; }
  int speed() const override { return speed_; }
  void set_speed(int sixteenths) override { speed_ = std::clamp(sixteenths, 1, 1024); }
  void seek(Tick tick) override;

 private:
  MatchRecord record_;
  std::size_t taken_ = 1;  // MatchStarted is the setup
  std::optional<Instant> last_;
  double position_ = 0;  // in ticks
  int speed_ = 16;
  bool is_paused_ = false;
  std::uint64_t rewinds_ = 0;
  Error failure_{};
};

}  // namespace tutti
