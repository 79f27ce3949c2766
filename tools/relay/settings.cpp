#include "relay/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "base/command.hpp"

namespace tutti::tool {

namespace {

/// The place of a member of the settings, or of the parts inside them.
template <auto Member>
Place place_of(Settings& settings) {
  if constexpr (requires { &(settings.*Member); }) {
    return &(settings.*Member);
  } else if constexpr (requires { &(settings.service.*Member); }) {
    return &(settings.service.*Member);
  } else if constexpr (requires { &(settings.service.folder.*Member); }) {
    return &(settings.service.folder.*Member);
  } else if constexpr (requires { &(settings.service.server.*Member); }) {
    return &(settings.service.server.*Member);
  } else {
    return &(settings.service.link.*Member);
  }
}

/// The place of a limit on what comes from one household or neighbourhood.
template <auto Limit, auto Part>
Place place_of_limit(Settings& settings) {
  return &(settings.service.server.*Limit.*Part);
}

using ServiceOptions = RelayService::Options;

constexpr Setting at_start(Setting setting) {
  setting.is_for_start = true;
  return setting;
}
constexpr Setting one_of(const char* words, Setting setting) {
  setting.words = words;
  return setting;
}
constexpr Setting number_from(std::uint64_t low, Setting setting) {
  setting.low = low;
  return setting;
}
constexpr Setting number_to(std::uint64_t high, Setting setting) {
  setting.high = high;
  return setting;
}
constexpr Setting bytes_from(std::uint64_t low, Setting setting) {
  setting.low = low;
  setting.high = std::uint64_t{1} << 40;
  return setting;
}

// One row an option: its name, its help, its member.
constexpr std::array setting_rows{
    at_start({"listen", "address and UDP port; port 0 takes a free one",
              &place_of<&ServiceOptions::listen>}),
    at_start(number_from(1, number_to(limits::relay_shards,
                                      {"shards",
                                       "relays on so many ports from that one on, a core each; a "
                                       "client may ask any of them for any room",
                                       &place_of<&Settings::shards>}))),
    at_start({"logs", "the folder for match files, journal and key; else the user's data folder",
              &place_of<&ServiceOptions::logs>}),
    at_start({"match-files-max",
              "match files in that folder; beyond it those that the archive has are deleted, and "
              "else no room is opened; 0 for no limit",
              &place_of<&FolderLimits::files_max>}),
    at_start(bytes_from(0, {"match-bytes-max", "the same, bytes of all match files together",
                            &place_of<&FolderLimits::bytes_max>})),
    at_start({"match-age-max",
              "match files that the archive has are deleted after this time; 0s for never",
              &place_of<&FolderLimits::age_max>}),
    at_start({"archive",
              "a folder to which somebody copies the match files, under their names; without one "
              "the relay deletes none",
              &place_of<&FolderLimits::archive>}),
    at_start({"status",
              "address and TCP port of metrics and health, or off; else loopback and the number "
              "of the UDP port",
              &place_of<&Settings::status>}),
    one_of("text json",
           {"log-format", "lines of the log: text or json", &place_of<&Settings::log_format>}),
    one_of("info warning error", {"log-level", "the least that is logged: info, warning or error",
                                  &place_of<&Settings::log_level>}),
    Setting{"drain-time",
            "after SIGTERM, matches get this long to end; the next relay goes on with the rest",
            &place_of<&Settings::drain_time>},
    number_from(1, {"rooms-max", "rooms at a time", &place_of<&RelayOptions::rooms_max>}),
    at_start(number_from(
        1, {"peers-max", "connections at a time", &place_of<&RelayOptions::peers_max>})),
    at_start(number_from(
        1, {"peers-per-household-max", "connections at a time from one IPv4 address or IPv6 /64",
            &place_of<&SealedLinkOptions::peers_per_household_max>})),
    at_start(number_from(
        1, {"peers-per-neighbourhood-max", "connections at a time from one IPv4 /24 or IPv6 /56",
            &place_of<&SealedLinkOptions::peers_per_neighbourhood_max>})),
    at_start({"handshakes-per-neighbourhood",
              "handshakes a second from one IPv4 /24 or IPv6 /56, on average",
              &place_of<&SealedLinkOptions::handshakes_per_neighbourhood>}),
    at_start({"handshakes-in-all", "handshakes a second from everywhere",
              &place_of<&SealedLinkOptions::handshakes_in_all>}),
    Setting{"rooms-per-household-max",
            "rooms at a time that one IPv4 address or IPv6 /64 has opened; 0 for no limit",
            &place_of_limit<&RelayOptions::rooms_from_one_place, &PlaceLimit::per_household>},
    Setting{"rooms-per-neighbourhood-max",
            "rooms at a time that one IPv4 /24 or IPv6 /56 has opened",
            &place_of_limit<&RelayOptions::rooms_from_one_place, &PlaceLimit::per_neighbourhood>},
    Setting{"rooms-opened-per-household",
            "rooms that are opened a second from one IPv4 address or IPv6 /64; 0 for no limit",
            &place_of_limit<&RelayOptions::rooms_opened, &PlaceRate::per_household>},
    Setting{"rooms-opened-per-neighbourhood",
            "rooms that are opened a second from one IPv4 /24 or IPv6 /56",
            &place_of_limit<&RelayOptions::rooms_opened, &PlaceRate::per_neighbourhood>},
    Setting{"hellos-per-household",
            "hellos a second from one IPv4 address or IPv6 /64; 0 for no limit",
            &place_of_limit<&RelayOptions::hellos, &PlaceRate::per_household>},
    Setting{"hellos-per-neighbourhood", "hellos a second from one IPv4 /24 or IPv6 /56",
            &place_of_limit<&RelayOptions::hellos, &PlaceRate::per_neighbourhood>},
    Setting{"wrong-codes-per-household",
            "codes a second that lead nowhere from one IPv4 address or IPv6 /64; 0 for no limit",
            &place_of_limit<&RelayOptions::wrong_codes, &PlaceRate::per_household>},
    Setting{"wrong-codes-per-neighbourhood",
            "codes a second that lead nowhere from one IPv4 /24 or IPv6 /56",
            &place_of_limit<&RelayOptions::wrong_codes, &PlaceRate::per_neighbourhood>},
    Setting{"joins-per-household",
            "newcomers to rooms a second from one IPv4 address or IPv6 /64; 0 for no limit",
            &place_of_limit<&RelayOptions::joins, &PlaceRate::per_household>},
    Setting{"joins-per-neighbourhood", "newcomers to rooms a second from one IPv4 /24 or IPv6 /56",
            &place_of_limit<&RelayOptions::joins, &PlaceRate::per_neighbourhood>},
    Setting{"role-changes-per-household",
            "changes a second between playing and watching from one IPv4 address or IPv6 /64; 0 "
            "for no limit",
            &place_of_limit<&RelayOptions::role_changes, &PlaceRate::per_household>},
    Setting{"role-changes-per-neighbourhood",
            "changes a second between playing and watching from one IPv4 /24 or IPv6 /56",
            &place_of_limit<&RelayOptions::role_changes, &PlaceRate::per_neighbourhood>},
    Setting{"joins-per-room", "players a second who may come into one match; 0 for no limit",
            &place_of<&RelayOptions::joins_per_room>},
    Setting{"events-per-second", "events a second of one player's client; 0 for no limit",
            &place_of<&RelayOptions::events_per_second>},
    number_from(1, {"tick-rate-max", "ticks a second of a match that is opened here",
                    &place_of<&RelayOptions::tick_rate_max>}),
    Setting{"hold-seconds-max", "the longest that a match may wait for lost players, in seconds",
            &place_of<&RelayOptions::hold_seconds_max>},
    Setting{"spectators-before-mirrors",
            "spectators of a match; the next are sent on to another relay of the fleet",
            &place_of<&RelayOptions::spectators_before_mirrors>},
    Setting{"mirrors-max", "matches of other relays of the fleet that are watched here at a time",
            &place_of<&RelayOptions::mirrors_max>},
    Setting{"places-kept", "connections beyond peers-max, for players who come back",
            &place_of<&RelayOptions::places_kept>},
    bytes_from(1024 * 1024,
               {"memory-bytes-max", "bytes that matches may take; beyond it no room is opened",
                &place_of<&RelayOptions::memory_bytes_max>}),
    Setting{"events-kept-max",
            "events of one match in memory where the disk does not take the older ones",
            &place_of<&RelayOptions::events_kept_max>},
    number_to(20, {"code-characters",
                   "characters of the rooms' codes, in fives; 0 for 10 at an address of the "
                   "internet and 5 at others",
                   &place_of<&RelayOptions::code_characters>}),
    Setting{"spectators-max", "spectators of one match", &place_of<&RelayOptions::spectators_max>},
    number_from(
        limits::bytes_per_second_least,
        {"client-bytes-per-second", "bytes a second of play to each client, and as many from it",
         &place_of<&RelayOptions::client_bytes_per_second>}),
    bytes_from(0, {"snapshot-bytes-max", "bytes of packed states kept for players who come late",
                   &place_of<&RelayOptions::snapshot_bytes_max>}),
    at_start(bytes_from(4096, {"journal-bytes-max", "bytes at which the journal is begun anew",
                               &place_of<&ServiceOptions::journal_bytes_max>})),
    Setting{"peer-timeout", "silence after which a connection is taken for lost",
            &place_of<&RelayOptions::peer_timeout>},
    Setting{"newcomers-max", "newcomers who wait before one room for its host's word",
            &place_of<&RelayOptions::newcomers_max>},
    Setting{"answer-time", "the time that a room's host has for its word on a newcomer",
            &place_of<&RelayOptions::answer_time>},
    Setting{"reconnect-time", "the time for which a lost player's slot is kept",
            &place_of<&RelayOptions::reconnect_time>},
    Setting{"return-time", "after a restart, matches wait so long for their players",
            &place_of<&RelayOptions::return_time>},
    Setting{"empty-room-timeout", "the time after which a room without players is closed",
            &place_of<&RelayOptions::empty_room_timeout>},
    at_start({"admission-key",
              "an operator's public key, or a file with it: nobody comes without a token that it "
              "has signed (tutti token)",
              &place_of<&Settings::admission_key>}),
    at_start({"fleet",
              "NATS servers with JetStream, such as nats://a:4222,b:4222: the matches' logs are "
              "kept there too",
              &place_of<&Settings::fleet>}),
    at_start({"fleet-credentials", "a file that nsc has made, for these servers",
              &place_of<&Settings::fleet_credentials>}),
    at_start(number_from(
        1, number_to(5, {"fleet-copies", "servers on which each log is kept; 1 for a single server",
                         &place_of<&Settings::fleet_copies>}))),
    at_start({"fleet-address",
              "host:port at which players reach this relay of the fleet, a numeric address; needed "
              "if --listen names no such host",
              &place_of<&Settings::fleet_address>}),
    at_start({"referee",
              "fold a match with its game's module where players' states differ and the cause is "
              "unknown",
              &place_of<&Settings::is_referee>}),
    at_start({"games-dir", "a folder that is searched for game modules first; repeatable",
              &place_of<&Settings::games_folders>}),
};

Unexpected refuse_value(const Setting& setting, const std::string& why) {
  return fail(Fault::usage, fmt::format("{} {}", setting.name, why));
}

Result<void> set_text(std::string& value, const Setting& setting, std::string_view text) {
  std::istringstream words{std::string(setting.words)};
  bool is_one = words.str().empty();
  for (std::string word; words >> word;)
    is_one = is_one || word == text;
  if (!is_one) {
    return refuse_value(setting, fmt::format("is one of {}, not '{}'", setting.words, text));
  }
  value = text;
  return {};
}

template <class Number>
Result<void> set_number(Number& value, const Setting& setting, std::string_view text) {
  const std::uint64_t high =
      std::min<std::uint64_t>(setting.high, std::numeric_limits<Number>::max());
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc{} && rest == text.data() + text.size();
  if (!is_whole || number < setting.low || number > high) {
    return refuse_value(setting, fmt::format("takes a whole number from {} to {}, not '{}'",
                                             setting.low, high, text));
  }
  value = static_cast<Number>(number);
  return {};
}

Result<void> set_rate(double& value, const Setting& setting, std::string_view text) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && rest == text.data() + text.size();
  if (!is_number || !(number >= 0) || number > static_cast<double>(setting.high)) {
    return refuse_value(setting,
                        fmt::format("takes a number from 0 to {}, not '{}'", setting.high, text));
  }
  value = number;
  return {};
}

Result<void> set_duration(Duration& value, const Setting& setting, std::string_view text) {
  const Result<Duration> duration = parse_duration(text);
  if (!duration) return refuse_value(setting, "takes a time: " + duration.error().sentence);
  value = *duration;
  return {};
}

Result<void> set_bool(bool& value, const Setting& setting, std::string_view text) {
  if (text != "true" && text != "false") {
    return refuse_value(setting, fmt::format("is true or false, not '{}'", text));
  }
  value = text == "true";
  return {};
}

/// In the largest unit of which it is a whole number, so that nothing of it is lost.
std::string exact_text(Duration duration) {
  const std::int64_t us = duration / std::chrono::microseconds(1);
  if (us % 3'600'000'000 == 0 && us > 0) return fmt::format("{}h", us / 3'600'000'000);
  if (us % 60'000'000 == 0 && us > 0) return fmt::format("{}m", us / 60'000'000);
  if (us % 1'000'000 == 0) return fmt::format("{}s", us / 1'000'000);
  if (us % 1000 == 0) return fmt::format("{}ms", us / 1000);
  return fmt::format("{}us", us);
}

}  // namespace

std::span<const Setting> all_settings() { return setting_rows; }

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(setting_rows.begin(), setting_rows.end(),
                                  [&](const Setting& row) { return row.name == name; });
  return found == setting_rows.end() ? nullptr : &*found;
}

Result<void> set(Settings& settings, const Setting& setting, std::string_view text) {
  const auto write = [&](auto* place) -> Result<void> {
    using Value = std::remove_pointer_t<decltype(place)>;
    if constexpr (std::is_same_v<Value, std::string>) {
      return set_text(*place, setting, text);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      place->emplace_back(text);
      return {};
    } else if constexpr (std::is_same_v<Value, bool>) {
      return set_bool(*place, setting, text);
    } else if constexpr (std::is_same_v<Value, Duration>) {
      return set_duration(*place, setting, text);
    } else if constexpr (std::is_same_v<Value, double>) {
      return set_rate(*place, setting, text);
    } else {
      return set_number(*place, setting, text);
    }
  };
  return std::visit(write, setting.place(settings));
}

std::vector<std::string> texts_of(Settings& settings, const Setting& setting) {
  const auto read = [](const auto* place) -> std::vector<std::string> {
    using Value = std::remove_cvref_t<decltype(*place)>;
    if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      return *place;
    } else if constexpr (std::is_same_v<Value, Duration>) {
      return {exact_text(*place)};
    } else {
      return {fmt::format("{}", *place)};
    }
  };
  return std::visit(read, setting.place(settings));
}

}  // namespace tutti::tool
