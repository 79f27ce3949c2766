// tutti fleet: what the relays of a fleet keep outside of their machines.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "base/commands.hpp"
#include "base/print.hpp"
#include "base/report.hpp"
#include "fleet/fleet_choice.hpp"
#include "relay/status_table.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

struct StatusOptions {
  FleetChoice fleet;
  bool json = false;
};

struct SaveOptions {
  FleetChoice fleet;
  std::string folder;
  std::string room;
  bool json = false;
};

/// One match of the fleet as a file.
struct Saved {
  KeptFile file{};
  bool is_over = false;
  bool has_hole = false;
};

Result<std::optional<Saved>> save_one(FleetStore& store, const MatchId& id,
                                      const SaveOptions& options, const std::string& room) {
  const auto entries = read_log(store, id);
  if (!entries) return Unexpected{entries.error()};
  const auto log = assemble(*entries);
  if (!log) return fail(log.error().fault, to_hex(id.digest) + ": " + log.error().sentence);
  auto match = read_match(log->journal);
  if (!match) return fail(match.error().fault, to_hex(id.digest) + ": " + match.error().sentence);
  MatchRecord& record = match->record;
  if (!room.empty() && record.room != room) return std::optional<Saved>();
  Saved saved{.is_over = record.end.has_value(), .has_hole = log->has_hole};
  if (!saved.is_over) close_lost(record);
  const auto kept =
      keep_match_file(record, options.folder,
                      match_file_name(record.started_utc, record.log.setup().rules, record.room));
  if (!kept) return Unexpected{kept.error()};
  saved.file = *kept;
  return std::optional(std::move(saved));
}

// ---- tutti fleet status -------------------------------------------------------------------------

Report row_of(const RelayCard& card) {
  Report row;
  row.add("relay", to_hex(BytesView(card.relay.bytes)));
  row.add("host", card.host);
  row.add("listen", card.listen);
  row.add("address", card.address.text());
  row.add("version", card.version);
  row.add("state", card.is_draining ? "drains" : "serves");
  row.add("rooms", card.rooms);
  row.add("matches", card.matches);
  row.add("connections", card.connections);
  row.add("mirrors", card.mirrors);
  row.add("mirror_spectators", card.mirrored);
  row.add("lease_ms", card.lease_milliseconds);
  row.add("lag_bytes", card.lag_bytes);
  row.add("lag_ms", card.lag_milliseconds);
  row.add("up_seconds", card.up_seconds);
  return row;
}

constexpr const char* status_columns =
    "{:<20}  {:<22}  {:<7} {:>6} {:>8} {:>8} {:>13} {:>7}  {:>16}  {}";

Exit status(const StatusOptions& options) {
  const auto store = open_store(options.fleet);
  if (!store) return complain(store.error());
  auto relays = (*store)->relays();
  if (!relays) return complain(relays.error());
  const auto matches = (*store)->matches();
  if (!matches) return complain(matches.error());
  const auto rooms = (*store)->rooms();
  if (!rooms) return complain(rooms.error());
  // Relays of an earlier version have made none.
  const auto archive = open_archive(options.fleet);
  const auto archived = archive ? (*archive)->contents() : ArchiveContents{};
  if (!archived) return complain(archived.error());
  std::ranges::sort(*relays, {}, [](const RelayCard& card) {
    return std::tuple(card.host, card.listen, card.relay);
  });
  if (options.json) {
    std::vector<Report> rows;
    for (const RelayCard& card : *relays)
      rows.push_back(row_of(card));
    Report report;
    report.add("relays", std::move(rows));
    report.add("rooms", rooms->size());
    report.add("logs", matches->size());
    report.add("archive_matches", archived->files);
    report.add("archive_bytes", archived->bytes);
    report.print(true);
    return Exit::done;
  }
  say("relays {}   rooms {}   logs of matches of the last day {}   archive {} matches, {} MB",
      relays->size(), rooms->size(), matches->size(), archived->files, archived->bytes / 1'000'000);
  if (relays->empty()) return Exit::done;
  say("");
  say(status_columns, "host", "players reach it at", "state", "rooms", "matches", "peers",
      "mirrors", "lease", "logs behind by", "up for");
  for (const RelayCard& card : *relays) {
    say(status_columns, cut_text(presentable(card.host), 20),
        cut_text(presentable(card.address.text()), 22), card.is_draining ? "drains" : "serves",
        card.rooms, card.matches, card.connections,
        fmt::format("{} for {}", card.mirrors, card.mirrored),
        fmt::format("{:.1f} s", card.lease_milliseconds / 1000.0),
        fmt::format("{} KB, {} ms", card.lag_bytes / 1000, card.lag_milliseconds),
        time_text(card.up_seconds));
  }
  return Exit::done;
}

// ---- tutti fleet save ---------------------------------------------------------------------------

Exit save(const SaveOptions& options) {
  std::string room;
  if (!options.room.empty()) {
    const auto code = parse_room_code(options.room);
    if (!code) {
      return complain({Fault::usage, options.room + " is no code: " + room_code_rule()});
    }
    room = *code;
  }
  const auto store = open_store(options.fleet);
  if (!store) return complain(store.error());
  const auto matches = (*store)->matches();
  if (!matches) return complain(matches.error());
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  std::uint64_t over = 0, cut = 0, holes = 0, unreadable = 0;
  std::vector<std::string> files;
  for (const MatchId& id : *matches) {
    const auto saved = save_one(**store, id, options, room);
    if (!saved && saved.error().fault != Fault::bad_data) return complain(saved.error());
    if (!saved) {
      ++unreadable;
      warn("{}", saved.error().sentence);
      continue;
    }
    if (!*saved) continue;
    ++((*saved)->is_over ? over : cut);
    holes += (*saved)->has_hole;
    files.push_back((*saved)->file.path);
  }
  Report report;
  report.add("matches_over", over);
  report.add("matches_cut", cut);
  report.add("matches_with_holes", holes);
  report.add("matches_unreadable", unreadable);
  report.add("files", files);
  report.print(options.json);
  return holes + unreadable > 0 ? Exit::bad : Exit::done;
}

void add_status(Command& fleet) {
  Command& command = fleet.subcommand("status", "Show the relays of a fleet, and how much they do");
  auto options = std::make_shared<StatusOptions>();
  options->fleet.add_to(command);
  command.json(options->json);
  command.examples(R"(
A relay says all the time that it is there; one that has not for 2 s is not shown. Its lease is how
long its matches were surely its own when it last said so. What its logs are behind by is what would
be lost with its machine. Exit status 3 if no NATS server answers.
Examples:
  tutti fleet status --fleet nats://10.0.0.1:4222,10.0.0.2:4222
  tutti fleet status --fleet nats://10.0.0.1:4222 --json)");
  command.action([options] { return status(*options); });
}

}  // namespace

void add_fleet(Command& tutti) {
  Command& fleet = tutti.subcommand("fleet", "What a fleet's relays keep off their machines");
  add_status(fleet);
  add_fleet_drain(fleet);
  add_fleet_certify(fleet);
  Command& command = fleet.subcommand("save", "Make match files of the logs that a fleet has");
  auto options = std::make_shared<SaveOptions>();
  options->fleet.add_to(command);
  command.option("--to", options->folder, "the folder for the files");
  command.require("--to");
  command.option("--room", options->room, "only matches of the room with this code");
  command.json(options->json);
  command.examples(R"(
When a relay's machine is lost, this saves its matches: all that its relay had sent off the machine
when it died. A match that had not come to its end is cut there; so is one that still runs. The
files have no relay's signature. A match is in the fleet for a day. Nothing is changed there.
Exit status 3 if something is missing in a match, or cannot be read.
Examples:
  tutti fleet save --fleet nats://10.0.0.1:4222,10.0.0.2:4222 --to saved/
  tutti fleet save --fleet nats://10.0.0.1:4222 --to saved/ --room K7Q2M)");
  command.action([options] { return save(*options); });
}

}  // namespace tutti::tool
