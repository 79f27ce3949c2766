// Datagrams on their way through a storm network.

#include "link/storm_world.hpp"

#include "link/mix.hpp"

namespace tutti::detail {

namespace {

// What the sealed link adds to a piece of control; its sign of life.
constexpr std::size_t control_header_bytes = limits::seal_bytes + 10;
constexpr std::size_t life_bytes = limits::seal_bytes;

// For a heap whose top is the next to arrive.
bool arrives_after(const StormDatagram& a, const StormDatagram& b) {
  return std::pair(a.arrival, a.order) > std::pair(b.arrival, b.order);
}

}  // namespace

std::size_t wire_bytes(const StormDatagram& datagram) {
  if (datagram.kind == StormKind::life) return life_bytes;
  return datagram.bytes.size() +
         (is_piece(datagram.kind) ? control_header_bytes : limits::seal_bytes);
}

void StormInbox::add(StormDatagram datagram, Instant arrival, std::uint64_t order) {
  datagram.arrival = arrival;
  datagram.order = order;
  heap_.push_back(std::move(datagram));
  std::push_heap(heap_.begin(), heap_.end(), arrives_after);
}

std::optional<StormDatagram> StormInbox::next(Instant now) {
  if (heap_.empty() || heap_.front().arrival > now) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), arrives_after);
  StormDatagram datagram = std::move(heap_.back());
  heap_.pop_back();
  return datagram;
}

std::optional<Duration> StormDirection::wait_in_queue(Instant now, std::size_t bytes) {
  const WeatherOptions& options = play.options();
  if (options.bytes_per_second == 0) return Duration{};
  const Instant begin = std::max(now, queued_until);
  if (begin - now > options.queue) return std::nullopt;
  queued_until = begin + std::chrono::nanoseconds(bytes * 1'000'000'000 / options.bytes_per_second);
  return queued_until - now;
}

PeerId StormWorld::add_path(std::size_t client, std::size_t listener, const Sky& sky) {
  const std::uint64_t number = mix(seed_) + 2 * paths_.size();
  const std::uint64_t up = mix(number + mix(sky.dice.up));
  const std::uint64_t down = mix(number + mix(sky.dice.down) + 1);
  paths_.push_back({.client = client,
                    .listener = listener,
                    .up = {Weather(sky.up, up), Weather(sky.up, mix(up))},
                    .down = {Weather(sky.down, down), Weather(sky.down, mix(down))},
                    .dice = {mix(up), mix(down)}});
  return PeerId{static_cast<std::uint32_t>(paths_.size())};
}

bool StormWorld::send(Instant now, std::size_t from, StormDatagram& datagram) {
  StormPath& way = path(datagram.path);
  const bool is_up = from == way.client;
  const bool is_play = datagram.kind == StormKind::play;
  StormDirection& direction = is_up ? way.up : way.down;
  (is_play ? direction.play_bytes : direction.control_bytes) += wire_bytes(datagram);
  Weather::Fate fate =
      (is_play ? direction.play : direction.control).send(now, wire_bytes(datagram));
  const auto wait = direction.wait_in_queue(now, wire_bytes(datagram));
  if (!wait) return false;
  for (Instant& arrival : fate.arrivals)
    arrival += *wait;

  if (!is_up && now < way.known_again) return false;
  if (is_up && fate.count > 0) way.known_again = std::min(way.known_again, fate.arrivals[0]);
  // Nobody there acknowledges nothing; somebody who comes back may get it by a later try.
  StormInbox* inbox = inboxes_[is_up ? listener_at(way.listener) : way.client];
  if (fate.count == 0 || inbox == nullptr || inbox->is_full()) return false;
  if (fate.count == 2) inbox->add(datagram, fate.arrivals[0], next_order_++);
  inbox->add(std::move(datagram), fate.arrivals[fate.count - 1], next_order_++);
  return true;
}

}  // namespace tutti::detail
