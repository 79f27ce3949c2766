#include "relay/look.hpp"

#include <type_traits>

namespace tutti::tool {

namespace {

/// The value of a member of the look, or of the parts inside it.
template <auto Member>
std::uint64_t value_of(const RelayLook& look) {
  if constexpr (std::is_same_v<decltype(Member), std::uint64_t RelayStatistics::*>) {
    return look.statistics.*Member;
  } else if constexpr (std::is_same_v<decltype(Member), std::uint64_t LinkStatistics::*>) {
    return look.link.*Member;
  } else if constexpr (std::is_same_v<decltype(Member), std::uint64_t FleetStatus::*>) {
    return look.fleet ? (*look.fleet).*Member : 0;
  } else {
    return look.*Member;
  }
}

template <auto Member>
constexpr RelayNumber counter(const char* name, const char* help) {
  return {name, help, RelayNumber::Kind::counter, &value_of<Member>};
}
template <auto Member>
constexpr RelayNumber gauge(const char* name, const char* help) {
  return {name, help, RelayNumber::Kind::gauge, &value_of<Member>};
}

// One row a number: its name, its help, its member.
constexpr std::array number_rows{
    gauge<&RelayLook::rooms>("rooms", "Rooms that are open"),
    gauge<&RelayLook::matches_running>("matches_running", "Matches that are not over"),
    gauge<&RelayLook::connections>("connections",
                                   "Connections of players, spectators and newcomers"),
    gauge<&RelayLook::unkept>("matches_only_in_journal",
                              "Matches that are over and of which no file could be written"),
    gauge<&RelayLook::journal_bytes>("journal_bytes", "Bytes in the journal"),
    RelayNumber{"journal_failing", "1 while the disk does not take the journal",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) { return std::uint64_t{!look.trouble.empty()}; }},
    gauge<&FleetStatus::matches>("fleet_matches", "Matches whose logs are sent to the fleet"),
    gauge<&FleetStatus::lag_bytes>("fleet_lag_bytes",
                                   "Bytes of the journal that the fleet does not have yet"),
    RelayNumber{"fleet_lag_milliseconds", "The age of the oldest of them, since it was read",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) {
                  const Duration lag = look.fleet ? look.fleet->lag : Duration{};
                  return static_cast<std::uint64_t>(lag / std::chrono::milliseconds(1));
                }},
    gauge<&FleetStatus::archive_waiting>("fleet_archive_waiting",
                                         "Match files that the fleet's archive does not have yet"),
    gauge<&FleetStatus::rooms>("fleet_rooms", "Rooms that the fleet has as this relay's"),
    gauge<&RelayLook::mirrors>("fleet_mirrors", "Matches of other relays that are watched here"),
    gauge<&RelayLook::mirrored>("fleet_mirror_spectators", "Spectators of those"),
    RelayNumber{"fleet_lease_milliseconds", "How long the relay's matches are surely its own still",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) {
                  const Duration lease = look.fleet ? look.fleet->lease : Duration{};
                  return static_cast<std::uint64_t>(lease / std::chrono::milliseconds(1));
                }},
    RelayNumber{"fleet_failing", "1 while the fleet takes nothing", RelayNumber::Kind::gauge,
                [](const RelayLook& look) {
                  return std::uint64_t{look.fleet && !look.fleet->trouble.empty()};
                }},
    RelayNumber{"not_ready", "1 while no newcomer is let in, or none can open a room, see /ready",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) { return std::uint64_t{!look.no_newcomers.empty()}; }},
    RelayNumber{"draining", "1 while the relay opens no new rooms, before it is stopped",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) { return std::uint64_t{look.is_draining}; }},
    RelayNumber{"folder_full", "1 while no room is opened, since the folder has its most matches",
                RelayNumber::Kind::gauge,
                [](const RelayLook& look) { return std::uint64_t{!look.folder_full.empty()}; }},

    counter<&RelayStatistics::matches_finished>("matches", "Matches that are over"),
    counter<&RelayStatistics::events>("events", "Events that were accepted"),
    counter<&RelayStatistics::matches_unwritten>(
        "matches_unwritten", "Matches of which something was told before it was written"),
    counter<&RelayStatistics::taken_up>("matches_taken_up", "Matches of a relay before this one"),
    counter<&RelayStatistics::adopted>("matches_adopted",
                                       "Of these, those whose lost end the players brought back"),
    counter<&RelayLook::files>("files_written", "Files of matches and evidence that were written"),
    counter<&RelayLook::files_deleted>("files_deleted",
                                       "Match files that were deleted, since the archive has them"),
    counter<&RelayLook::journals>("journals_renewed", "Times that the journal was begun anew"),
    counter<&RelayLook::records_dropped>("journal_records_dropped",
                                         "Records that the present journal had no memory for"),
    counter<&FleetStatus::entries>("fleet_entries", "Pieces of logs that the fleet has taken"),
    counter<&FleetStatus::repeated>("fleet_entries_repeated",
                                    "Of these, sent again since nobody had answered"),
    counter<&FleetStatus::fenced>("fleet_matches_fenced",
                                  "Matches whose logs another relay writes into the fleet"),
    counter<&FleetStatus::lost>("fleet_matches_lost",
                                "Matches whose logs in the fleet are not whole any more"),
    counter<&FleetStatus::archived>("fleet_archived", "Match files that went into the archive"),
    counter<&FleetStatus::archive_lost>("fleet_archive_lost",
                                        "Match files that were gone before they could be sent"),
    counter<&FleetStatus::leases>("fleet_leases", "Leases that were got: 1, and 1 for each loss"),
    counter<&FleetStatus::taken_over>("fleet_matches_taken_over",
                                      "Matches of relays that were gone, gone on with here"),
    counter<&RelayStatistics::ticks>("ticks", "Ticks of all matches"),
    counter<&RelayStatistics::ticks_missed>(
        "ticks_missed", "Ticks by which match clocks were set back, because a pass came too late"),
    counter<&RelayStatistics::rooms_due>("rooms_due",
                                         "Times that a room had something to do in a pass"),
    counter<&RelayStatistics::moved>("events_moved",
                                     "Events that came late and were given a later tick"),
    counter<&RelayStatistics::diverged>("states_diverged", "Times that players' states differed"),
    counter<&RelayStatistics::mended>("states_mended", "Of these, settled by folding again"),
    counter<&RelayStatistics::disputed>("states_disputed", "Of these, settled by nobody"),
    counter<&RelayStatistics::resumed>("players_back", "Players who came back by their secret"),
    counter<&RelayStatistics::spectators>("spectators", "Times that somebody came to watch"),
    counter<&RelayStatistics::snapshots>("snapshots", "States handed on to latecomers"),
    counter<&RelayStatistics::snapshots_refused>("snapshots_refused",
                                                 "States of players who sent something else"),
    counter<&RelayStatistics::refused_hellos>("hellos_refused", "Clients that were not let in"),
    counter<&RelayStatistics::sent_on>("hellos_sent_on",
                                       "Clients that were sent on to the relay that has the room"),
    counter<&RelayStatistics::refused_connections>(
        "connections_refused", "Connections that were let go for want of a place"),
    counter<&RelayStatistics::refused_hello_rate>(
        "hellos_too_often", "Of the hellos refused, those that came too often from one place"),
    counter<&RelayStatistics::wrong_codes>(
        "wrong_codes",
        "Of the hellos refused, those with the code of no room, or another password"),
    counter<&RelayStatistics::refused_guesses>(
        "guesses_refused", "Of the hellos refused, those after too many wrong codes"),
    counter<&RelayStatistics::turned_away>(
        "turned_away", "Of the hellos refused, those by the word of a room's host"),
    counter<&RelayStatistics::refused_joins>("joins_refused",
                                             "Newcomers who came too often, or too many at a time"),
    counter<&RelayStatistics::refused_role_changes>("role_changes_refused",
                                                    "Changes of role that came too often"),
    counter<&RelayStatistics::refused_rooms>("rooms_refused",
                                             "Rooms that were not opened because of a limit"),
    counter<&RelayStatistics::refused_terms>(
        "terms_refused", "Rooms with a tick rate or a patience beyond the limit"),
    counter<&RelayStatistics::refused_datagrams>(
        "datagrams_unread", "Play that was not read, as its sender sent too much"),
    counter<&RelayStatistics::refused_events>("events_refused",
                                              "Events beyond a limit, in matches that are over"),
    counter<&RelayStatistics::holds_ended>("holds_ended",
                                           "Matches that have stood still for as long as they may"),
    counter<&RelayStatistics::refused_messages>("messages_refused",
                                                "Messages that made no sense or were out of place"),
    counter<&LinkStatistics::datagrams_received>("datagrams_received", "Datagrams that came"),
    counter<&LinkStatistics::datagrams_sent>("datagrams_sent", "Datagrams that were sent"),
    counter<&LinkStatistics::bytes_received>("received_bytes", "Bytes of UDP that came"),
    counter<&LinkStatistics::bytes_sent>("sent_bytes", "Bytes of UDP that were sent"),
    counter<&LinkStatistics::refused>("datagrams_refused",
                                      "Datagrams of strangers, or that no key opened"),
    counter<&RelayLook::log_lines_lost>("log_lines_lost",
                                        "Lines of the log that nobody read in time"),
};

const char* state_of(const RoomSummary& room) {
  if (room.is_over) return "over";
  return room.is_held ? "waits" : "plays";
}

Json json_of(const RoomSummary& room) {
  return {{"room", room.room},
          {"rules", room.rules},
          {"players", room.players},
          {"slots", room.slots},
          {"spectators", room.spectators},
          {"tick", room.clock.value},
          {"tick_rate", room.tick_rate},
          {"age_seconds", room.age / std::chrono::seconds(1)},
          {"state", state_of(room)}};
}

Json json_of(const FleetStatus& fleet) {
  return {{"matches", fleet.matches},
          {"rooms", fleet.rooms},
          {"lease_seconds", std::chrono::duration<double>(fleet.lease).count()},
          {"archive_waiting", fleet.archive_waiting},
          {"lag_bytes", fleet.lag_bytes},
          {"lag_seconds", std::chrono::duration<double>(fleet.lag).count()},
          {"trouble", fleet.trouble}};
}

}  // namespace

std::span<const RelayNumber> relay_numbers() { return number_rows; }

Report summary_of(const RelayLook& look, SummaryRows rows) {
  Report report;
  report.add("matches", look.statistics.matches_finished);
  for (const RelayNumber& number : number_rows) {
    const bool is_shown = rows == SummaryRows::all || number.of(look) > 0;
    if (number.kind == RelayNumber::Kind::counter && is_shown) {
      report.add(number.name, number.of(look));
    }
  }
  report.add("matches_only_in_journal", look.unkept);
  return report;
}

Json json_of(const RelayLook& look) {
  Json numbers = Json::object();
  for (const RelayNumber& number : number_rows)
    numbers[number.name] = number.of(look);
  Json rooms = Json::array();
  for (const RoomSummary& room : look.newest)
    rooms.push_back(json_of(room));
  return {{"version", TUTTI_VERSION},
          {"listen", look.listen},
          {"shard", look.shard.index},
          {"shards", look.shard.count},
          {"key", look.key},
          {"up_seconds", look.up / std::chrono::seconds(1)},
          {"state", look.is_draining ? "drains" : "serves"},
          {"no_newcomers", look.no_newcomers},
          {"trouble", look.trouble},
          {"fleet", look.fleet ? json_of(*look.fleet) : Json()},
          {"pass_seconds_mean",
           look.passes.count == 0 ? 0 : look.passes.sum / static_cast<double>(look.passes.count)},
          {"numbers", std::move(numbers)},
          {"rooms", std::move(rooms)}};
}

}  // namespace tutti::tool
