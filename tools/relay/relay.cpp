// tutti relay: orders and rebroadcasts the events of any number of matches, of any games.

#include <unistd.h>

#include <map>

#include "base/commands.hpp"
#include "base/print.hpp"
#include "relay/parts.hpp"
#include "relay/running_relay.hpp"
#include "relay/shards.hpp"
#include "relay/signals.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/net/address.hpp"

namespace tutti::tool {

namespace {

struct RelayChoice {
  std::string file;
  std::vector<GivenSetting> given;
  std::map<const Setting*, std::vector<std::string>> lists;  // of these, those that are lists
  bool is_shown = false;
  bool json = false;
};

Exit serve_alone(const RelayChoice& choice, const Settings& settings,
                 const std::vector<GivenSetting>& given) {
  auto relay = RunningRelay::open(settings, {choice.file, given});
  if (!relay) return complain(relay.error());
  const RelayService& service = (*relay)->service();
  // The first line is for scripts: with port 0 it is how they learn the port.
  say("relay on {}, matches in {}", (*relay)->listens_at(), service.logs());
  say("its key is {}", to_hex(service.key()));
  const auto trouble = (*relay)->run();
  // The names of files have codes in them, which a service's journal should not have.
  const bool is_wanted = choice.json || ::isatty(STDOUT_FILENO) != 0;
  if (!is_wanted) return trouble ? complain(*trouble) : Exit::done;
  Report report =
      summary_of((*relay)->look(), choice.json ? SummaryRows::all : SummaryRows::counted);
  report.add("files", service.files());
  report.add("evidence", service.evidence());
  report.print(choice.json);
  return trouble ? complain(*trouble) : Exit::done;
}

Exit serve_in_shards(const RelayChoice& choice, const Settings& settings,
                     const std::vector<GivenSetting>& given) {
  const auto listen = Address::parse(settings.service.listen);
  if (!listen) return complain(listen.error());
  const std::uint32_t last = std::uint32_t{listen->port} + settings.shards - 1;
  if (listen->port == 0 || last > UINT16_MAX) {
    return complain(
        {Fault::usage, fmt::format("--shards {} takes {} ports one after the other, and "
                                   "{} is no port from which there are so many",
                                   settings.shards, settings.shards, listen->port)});
  }
  if (choice.json) {
    return complain(
        {Fault::usage,
         "--json is for one relay; of several, each answers tutti relay status --json"});
  }
  const auto serve = [&](std::uint16_t index, const std::function<bool()>& ready) {
    auto relay = RunningRelay::open(settings, {choice.file, given, index});
    if (!relay) return complain(relay.error());
    if (!ready()) return Exit::bad;
    const auto trouble = (*relay)->run();
    return trouble ? complain(*trouble) : Exit::done;
  };
  catch_signals({.reloads = !choice.file.empty()});
  return run_shards(settings.shards, serve, [&] {
    const std::string logs = settings.service.logs;
    say("relay on {}, and on the ports behind it to {}; matches in {}", settings.service.listen,
        last, logs.empty() ? default_matches_folder() : logs);
    if (const auto key =
            load_key((logs.empty() ? default_matches_folder() : logs) + "/relay.key")) {
      say("its key is {}", to_hex(key->public_key()));
    }
  });
}

Exit run(const RelayChoice& choice) {
  std::vector<GivenSetting> given = choice.given;
  for (const auto& [setting, texts] : choice.lists) {
    for (const std::string& text : texts)
      given.push_back({setting, text});
  }
  Result<Settings> settings = load_settings(choice.file, given);
  if (!settings) return complain(settings.error());
  if (choice.is_shown) {
    std::fputs(to_toml(*settings).c_str(), stdout);
    return Exit::done;
  }
  if (settings->shards > 1 && !settings->fleet.empty()) {
    return complain({Fault::usage,
                     "a relay of a fleet is one of its own on each port: start one for each core "
                     "instead of --shards"});
  }
  return settings->shards == 1 ? serve_alone(choice, *settings, given)
                               : serve_in_shards(choice, *settings, given);
}

/// A flag for each setting.
void add_settings(Command& command, RelayChoice& choice) {
  for (const Setting& setting : all_settings()) {
    Settings scratch;
    const Place place = setting.place(scratch);
    const std::vector<std::string> shown = texts_of(scratch, setting);
    const char* type = std::holds_alternative<Duration*>(place)        ? "DURATION"
                       : std::holds_alternative<std::uint32_t*>(place) ? "N"
                       : std::holds_alternative<std::uint64_t*>(place) ? "N"
                       : std::holds_alternative<double*>(place)        ? "N"
                                                                       : "TEXT";
    const auto take = [&choice, &setting](const std::string& text) -> Result<void> {
      Settings tried;
      if (Result<void> done = set(tried, setting, text); !done) return done;
      choice.given.push_back({&setting, text});
      return {};
    };
    const std::string name = std::string("--") + setting.name;
    if (std::holds_alternative<std::vector<std::string>*>(place)) {
      command.option(name, choice.lists[&setting], setting.help);
    } else if (std::holds_alternative<bool*>(place)) {
      command.flag(name, setting.help, take);
    } else {
      command.option(name, type, shown.empty() ? "" : shown.front(), setting.help, take);
    }
  }
}

}  // namespace

void add_relay(Command& tutti) {
  Command& command =
      tutti.subcommand("relay", "Host matches: order their events and keep the logs");
  auto choice = std::make_shared<RelayChoice>();
  command.option("--config", choice->file, "a file of options in TOML; flags count more");
  add_settings(command, *choice);
  command.flag("--show-config", choice->is_shown,
               "print the options as a file, and do nothing else; or say what is wrong in them");
  command.json(choice->json,
               "print the summary at the end as JSON; a terminal gets one without this");
  command.examples(R"(
A relay knows no game: players of any game may open rooms on it. Each match becomes a file in the
folder when it is over. Where players' states differ, the relay writes the evidence to a .desync
file in the folder; tutti desync explains that file.
Ctrl-C (SIGINT) ends all matches, tells the players and writes the files. SIGTERM drains: no new
rooms, and after --drain-time the next relay with this folder and port goes on with the matches that
are left. SIGHUP reads --config again. The log is on standard error.
With --shards each relay is a process with a journal and a status port of its own. Change their
number while no match runs.
Examples:
  tutti relay
  tutti relay --listen 127.0.0.1:0 --logs /tmp/matches
  tutti relay --shards 4
  tutti relay --show-config > relay.toml
  tutti relay --config relay.toml)");
  command.action([choice] { return run(*choice); });
  add_relay_status(command);
  add_relay_tag(command);
  command.may_stand_alone();
}

}  // namespace tutti::tool
