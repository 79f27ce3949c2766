#pragma once
// A match through a relay.

#include <memory>

#include "source.hpp"

namespace tutti {

class HostedRelay;

class NetSource final : public Source {
 public:
  /// `hosted` is the relay on this machine, if this session runs it.
  NetSource(std::unique_ptr<Link> link, PeerId relay, Hello hello,
            std::shared_ptr<HostedRelay> hosted = {});

  void receive(Instant now) override { client_.receive(now); }
  const Setup* setup() const override {
    return client_.welcome() ? &client_.welcome()->setup : nullptr;
  }
  Status status() const override;
  const Error& failure() const override { return client_.failure(); }
  std::optional<Event> next_event() override { return client_.next_event(); }
  Tick horizon() const override { return client_.horizon(); }
  Moment present(Instant now) override { return client_.clock().present(now); }
  PlayerId first_player() const override {
    return client_.welcome() ? client_.welcome()->player : PlayerId{};
  }
  std::uint8_t player_count() const override { return 1; }
  std::optional<std::uint32_t> offer(PlayerId, Tick stamp, BytesView payload) override {
    return client_.offer(stamp, payload);
  }
  std::optional<std::uint32_t> next_refused() override { return client_.next_refused(); }
  void announce(Tick progress) override { client_.announce(progress); }
  void report(const DigestReport& report) override { client_.report(report); }
  void send(Instant now) override { client_.send(now); }
  void leave() override;
  std::string room() const override { return client_.welcome() ? client_.welcome()->room : ""; }
  ClientStatistics network() const override { return client_.statistics(); }
  double clock_error() const override { return client_.clock().error_ticks(); }
  std::optional<Tick> diverged() const override { return client_.diverged(); }

 private:
  // In this order: the session leaves before its own relay stops.
  std::shared_ptr<HostedRelay> hosted_;
  std::unique_ptr<Link> link_;
  Client client_;
};

}  // namespace tutti
