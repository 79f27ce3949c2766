// tutti fleet: what the relays of a fleet keep outside of their machines.

#include <fmt/format.h>

#include <ctime>
#include <filesystem>

#include "base/commands.hpp"
#include "base/print.hpp"
#include "base/report.hpp"
#include "fleet/fleet_choice.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti::tool {

namespace {

struct SaveOptions {
  std::string servers;
  std::string credentials;
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
  const auto entries = store.read(id);
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

Exit save(const SaveOptions& options) {
  auto servers = fleet_servers(options.servers);
  if (!servers) return complain(servers.error());
  std::string room;
  if (!options.room.empty()) {
    const auto code = parse_room_code(options.room);
    if (!code) {
      return complain({Fault::usage, options.room + " is no code: " + room_code_rule()});
    }
    room = *code;
  }
  const auto store = open_jetstream(
      {.servers = std::move(*servers), .credentials = options.credentials, .is_for_reading = true});
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

}  // namespace

void add_fleet(Command& tutti) {
  Command& fleet = tutti.subcommand("fleet", "What a fleet's relays keep off their machines");
  Command& command = fleet.subcommand("save", "Make match files of the logs that a fleet has");
  auto options = std::make_shared<SaveOptions>();
  command.option("--fleet", options->servers, "the NATS servers, as tutti relay --fleet has them");
  command.require("--fleet");
  command.option("--fleet-credentials", options->credentials, "a file that nsc has made");
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
