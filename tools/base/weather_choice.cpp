#include "base/weather_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tutti::tool {

namespace {

constexpr std::uint32_t mtu_most = 65'535;

std::string percent(Chance chance) { return fmt::format("{:.7g}%", chance.ppm / 1e4); }

Result<void> set(Duration& field, std::string_view value) {
  const Result<Duration> duration = parse_duration(value);
  if (!duration) return Unexpected{duration.error()};
  field = *duration;
  return {};
}

Result<void> set(std::uint32_t& field, std::string_view value) {
  const Result<Chance> chance = parse_chance(value);
  if (!chance) return Unexpected{chance.error()};
  field = chance->ppm;
  return {};
}

Result<void> set_bytes(std::size_t& field, std::string_view value) {
  std::size_t bytes = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, bytes);
  if (error != std::errc{} || rest != end || bytes > mtu_most) {
    return fail(Fault::usage,
                fmt::format("mtu={}: it is a number of bytes, at most {}", value, mtu_most));
  }
  field = bytes;
  return {};
}

Result<void> set(WeatherOptions& weather, std::string_view name, std::string_view value) {
  if (name == "delay") return set(weather.delay, value);
  if (name == "jitter") return set(weather.jitter, value);
  if (name == "loss") return set(weather.loss_ppm, value);
  if (name == "duplicate") return set(weather.duplicate_ppm, value);
  if (name == "reorder") return set(weather.reorder_ppm, value);
  if (name == "outage") return set(weather.outage, value);
  if (name == "outage-every") return set(weather.outage_every, value);
  if (name == "mtu") return set_bytes(weather.datagram_bytes_max, value);
  return fail(Fault::usage,
              fmt::format("'{}' is no weather: it is delay, jitter, loss, duplicate, reorder, "
                          "outage, outage-every or mtu, such as delay=120ms,loss=5%",
                          name));
}

/// Changes the weather by a text such as "delay=120ms,loss=5%".
Result<void> change(WeatherOptions& weather, std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, comma);
    const std::size_t equals = std::min(item.find('='), item.size());
    const std::string_view value = item.substr(std::min(equals + 1, item.size()));
    if (const auto done = set(weather, item.substr(0, equals), value); !done) return done;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return {};
}

/// Changes the weather of this player if the text is about it: "2:delay=120ms", counted from 1;
/// "2:up:..." changes one way only.
Result<void> change(TwoWays& ways, std::size_t player, std::string_view text) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest == end || *rest != ':' || number == 0) {
    return fail(Fault::usage,
                fmt::format("--player {}: it is a player's number and what differs there, such "
                            "as 2:delay=120ms or 2:up:loss=5%",
                            text));
  }
  if (number != player + 1) return {};
  std::string_view changes(rest + 1, static_cast<std::size_t>(end - rest) - 1);
  const bool is_up_only = changes.starts_with("up:");
  const bool is_down_only = changes.starts_with("down:");
  if (is_up_only || is_down_only) changes.remove_prefix(changes.find(':') + 1);
  if (!is_down_only) {
    if (const auto done = change(ways.up, changes); !done) return done;
  }
  return is_up_only ? Result<void>() : change(ways.down, changes);
}

}  // namespace

void WeatherChoice::add_to(Command& command) {
  command.option("--delay", delay, "the time one way on every path; a round trip takes twice that");
  command.option("--jitter", jitter, "at most so much is added to each delay, by chance");
  command.option("--loss", loss, "the share of datagrams that never arrive");
  command.option("--duplicate", duplicate, "the share of datagrams that arrive twice");
  command.option("--reorder", reorder, "the share of datagrams that later ones pass");
  command.option("--outage", outage,
                 "nothing arrives for so long now and then: 200ms is a burst of losses, 10s a path "
                 "that breaks");
  command.option("--outage-every", outage_every, "the average time between two outages");
  command.option("--mtu", mtu, 0, mtu_most,
                 "datagrams with more bytes than this never arrive; 0 for no such limit");
  command.option("--up", up,
                 "the differences on the way to the relay, such as delay=120ms,loss=5%");
  command.option("--down", down, "the differences on the way from the relay");
}

void WeatherChoice::add_players_to(Command& command) {
  command.option("--player", players,
                 "the differences on one player's path, counted from 1, such as 2:delay=120ms, or "
                 "one way of it, such as 2:up:loss=5%; repeatable");
}

Result<TwoWays> WeatherChoice::ways() const {
  const WeatherOptions both{.delay = delay,
                            .jitter = jitter,
                            .loss_ppm = loss.ppm,
                            .duplicate_ppm = duplicate.ppm,
                            .reorder_ppm = reorder.ppm,
                            .outage = outage,
                            .outage_every = outage_every,
                            .datagram_bytes_max = mtu};
  TwoWays ways{both, both};
  if ((outage > Duration{}) != (outage_every > Duration{})) {
    return fail(Fault::usage, "--outage and --outage-every go together: how long, and how often");
  }
  if (const auto done = change(ways.up, up); !done) return Unexpected{done.error()};
  if (const auto done = change(ways.down, down); !done) return Unexpected{done.error()};
  return ways;
}

Result<TwoWays> WeatherChoice::ways(std::size_t player) const {
  Result<TwoWays> ways = this->ways();
  for (const std::string& text : players) {
    if (!ways) return ways;
    if (const auto done = change(*ways, player, text); !done) return Unexpected{done.error()};
  }
  return ways;
}

bool WeatherChoice::has_outages() const {
  const auto speaks_of_outages = [](const std::string& text) {
    return text.find("outage") != std::string::npos;
  };
  return outage > Duration{} || speaks_of_outages(up) || speaks_of_outages(down) ||
         std::any_of(players.begin(), players.end(), speaks_of_outages);
}

std::string WeatherChoice::text() const {
  std::string text;
  if (delay != Duration{}) text += fmt::format(" --delay {}", to_text(delay));
  if (jitter != Duration{}) text += fmt::format(" --jitter {}", to_text(jitter));
  if (loss.ppm != 0) text += fmt::format(" --loss {}", percent(loss));
  if (duplicate.ppm != 0) text += fmt::format(" --duplicate {}", percent(duplicate));
  if (reorder.ppm != 0) text += fmt::format(" --reorder {}", percent(reorder));
  if (outage != Duration{}) text += fmt::format(" --outage {}", to_text(outage));
  if (outage_every != Duration{}) text += fmt::format(" --outage-every {}", to_text(outage_every));
  if (mtu != 0) text += fmt::format(" --mtu {}", mtu);
  if (!up.empty()) text += fmt::format(" --up {}", up);
  if (!down.empty()) text += fmt::format(" --down {}", down);
  for (const std::string& player : players)
    text += fmt::format(" --player {}", player);
  return text;
}

}  // namespace tutti::tool
