// tutti relay: orders and rebroadcasts the events of any number of matches, of any games.

#include <filesystem>

#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/interrupt.hpp"
#include "base/print.hpp"
#include "base/report.hpp"
#include "tutti/engine/relay_service.hpp"

namespace tutti::tool {

namespace {

struct RelayOptions {
  std::string listen = "[::]:4747";
  std::string logs;
  bool is_referee = false;
  GameChoice choice;
  bool json = false;
};

Exit run(const RelayOptions& options) {
  RelayService::Options chosen{.listen = options.listen, .logs = options.logs};
  if (options.is_referee) chosen.referee = options.choice.catalog();
  auto service = RelayService::open(std::move(chosen));
  if (!service) return complain(service.error());
  RelayService& relay = **service;
  const std::string host = options.listen.substr(0, options.listen.rfind(':'));
  // The first line is for scripts too: with port 0 it is how they learn the port.
  say("relay on {}:{}, matches in {}", host, relay.port(), relay.logs());
  say("its key is {}", to_hex(relay.key()));
  std::size_t files_told = 0;
  std::size_t evidence_told = 0;
  const auto tell_files = [&] {
    for (; evidence_told < relay.evidence().size(); ++evidence_told) {
      warn("players' states differed: see tutti desync {}", relay.evidence()[evidence_told]);
    }
    for (; files_told < relay.files().size(); ++files_told) {
      if (!options.json) say("{}", relay.files()[files_told]);
    }
  };
  catch_interrupts();
  while (!is_interrupted()) {
    if (const auto trouble = relay.pass(std::chrono::milliseconds(2))) complain(*trouble);
    tell_files();
  }
  const auto trouble = relay.close();
  tell_files();
  const RelayServer::Statistics& statistics = relay.server().statistics();
  Report report;
  report.add("matches", statistics.matches_finished);
  report.add("events", statistics.events);
  report.add("matches_unwritten", statistics.matches_unwritten);
  report.add("matches_only_in_journal", relay.unkept());
  report.add("matches_taken_up", statistics.taken_up);
  report.add("matches_adopted", statistics.adopted);
  report.add("events_moved", statistics.moved);
  report.add("states_diverged", statistics.diverged);
  report.add("states_mended", statistics.mended);
  report.add("states_disputed", statistics.disputed);
  report.add("hellos_refused", statistics.refused_hellos);
  report.add("messages_refused", statistics.refused_messages);
  report.add("files", relay.files());
  report.add("evidence", relay.evidence());
  report.print(options.json);
  return trouble ? complain(*trouble) : Exit::done;
}

}  // namespace

void add_relay(Command& tutti) {
  Command& command =
      tutti.subcommand("relay", "Host matches: order their events and keep the logs");
  auto options = std::make_shared<RelayOptions>();
  command.option("--listen", options->listen, "address and UDP port; port 0 takes a free one");
  command.option("--logs", options->logs,
                 "the folder for match files; else the user's data folder");
  command.flag(
      "--referee", options->is_referee,
      "fold a match with its game's module where players' states differ and the cause is unknown");
  options->choice.add_folders_to(command);
  command.json(options->json, "print the summary at the end as JSON");
  command.examples(R"(
A relay knows no game: players of any game may open rooms on it. Each match becomes a file in the
folder when it is over. On Ctrl-C the relay ends all matches, tells the players and writes the
files. Where players' states differ, it writes the evidence to a .desync file in the folder; tutti
desync explains that file.
Examples:
  tutti relay
  tutti relay --listen 127.0.0.1:0 --logs /tmp/matches)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
