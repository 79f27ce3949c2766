// tutti replay branch: a match that goes on differently from a tick on, in a file or as a room.

#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "base/interrupt.hpp"
#include "base/match_rows.hpp"
#include "base/output_file.hpp"
#include "base/print.hpp"
#include "replay/parts.hpp"
#include "tutti/engine/relay_service.hpp"

namespace tutti::tool {

namespace {

struct BranchOptions {
  GameChoice choice;
  std::string file;
  std::string out;
  std::string bots;
  std::string listen = "[::]:4747";
  std::string logs;
  std::int64_t at = 0;
  std::int64_t ticks = -1;
  std::uint64_t seed = 1;
  bool is_online = false;
  bool json = false;
};

/// A bit for each slot of a match.
std::uint64_t slots_of(std::uint8_t players) {
  return players >= limits::players ? ~std::uint64_t{0} : (std::uint64_t{1} << players) - 1;
}

bool is_end(const EventView& event) {
  const auto relay = relay_event_of(event);
  return relay && relay->kind == EventKind::match_ended;
}

/// Continues a branch: the game's bot plays the slots of `bots`, the record the others. The
/// parent's end is the branch's only if the branch is as long.
void continue_branch(MatchRecord& branched, const MatchRecord& parent, const AnyGame& game,
                     std::uint64_t bots, const BranchOptions& options) {
  const Tick at{options.at};
  const Tick last =
      options.ticks >= 0 ? at + options.ticks : std::max(at + 1, parent.log.horizon());
  StateBox state = start(game, branched.log.setup());
  std::map<std::uint8_t, std::uint32_t> counters;
  for (const EventView& event : branched.log.events())
    counters[event.author.value] = std::max(counters[event.author.value], event.counter + 1);
  Random random(options.seed);
  Progress progress("playing on");
  for (Tick tick{1}; tick <= last; ++tick) {
    if (tick > at) {
      for (const EventView& event : parent.log.events_at(tick)) {
        EventView copy = event;
        if (is_end(event) && last > tick) continue;
        if (event.author.is_relay()) {
          copy.counter = counters[0]++;
        } else if ((bots >> event.author.player().value & 1U) != 0) {
          continue;
        }
        branched.log.add(copy);
      }
      for (std::uint8_t slot = 0; slot < branched.log.setup().players; ++slot) {
        if ((bots >> slot & 1U) == 0) continue;
        const auto wish = game.play(state.get(), PlayerId{slot}, random);
        const Author author = author_of(PlayerId{slot});
        if (wish) branched.log.add({tick, author, counters[author.value]++, *wish});
      }
      branched.log.close(tick);
    }
    step_state(game, state.get(), branched.log.events_at(tick), nullptr);
    progress.show(tick.value, last.value);
  }
  branched.digests.push_back({last, branched.log.head(), digest_state(game, state.get())});
  branched.end = EndReason::recording_stopped;
}

/// "1" or "0,1", as a bit for each slot.
Result<std::uint64_t> read_slots(const std::string& text, std::uint8_t players) {
  std::uint64_t slots = 0;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* after = nullptr;
    const long slot = std::strtol(at, &after, 10);
    if (after == at || slot < 0 || slot >= players) {
      return fail(Fault::usage, fmt::format("there is no player {}", at));
    }
    slots |= std::uint64_t{1} << slot;
    at = *after == ',' ? after + 1 : after;
  }
  return slots;
}

/// Runs a relay that hosts the branch, until it is over.
Exit open_online(const BranchOptions& options, const MatchRecord& parent) {
  auto service = RelayService::open({.listen = options.listen, .logs = options.logs});
  if (!service) return complain(service.error());
  RelayService& relay = **service;
  const std::uint8_t players = parent.log.setup().players;
  const std::string room = relay.open_branch(branch(parent, Tick{options.at}, slots_of(players)));
  say("room {} on port {}", room, relay.port());
  catch_interrupts();
  const auto told = [&] { return relay.server().match(room) != nullptr; };
  while (!is_interrupted() && told()) {
    if (const auto trouble = relay.pass(std::chrono::milliseconds(2))) complain(*trouble);
  }
  const auto trouble = relay.close();
  Report report;
  report.add("room", room);
  report.add("files", relay.files());
  report.print(options.json);
  return trouble ? complain(*trouble) : Exit::done;
}

Exit branch_off(const BranchOptions& options) {
  if (const auto writable = check_output(options.out); !writable) return complain(writable.error());
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const MatchRecord& parent = playable->match.record;
  if (const auto known = check_tick(parent.log, Tick{options.at}); !known) {
    return complain(known.error());
  }
  if (const auto end = parent.log.ended(); end && Tick{options.at} >= *end) {
    return complain({Fault::usage, fmt::format("the match is over at tick {}", end->value)});
  }
  const auto bots = read_slots(options.bots, parent.log.setup().players);
  if (!bots) return complain(bots.error());
  if (options.is_online) return open_online(options, parent);
  if (*bots != 0 && !playable->game.has_bot()) {
    return complain({Fault::usage, fmt::format("the game {} has no bot", playable->game.name())});
  }
  if (options.out.empty()) return complain({Fault::usage, "--out names the file to write"});
  MatchRecord branched = branch(parent, Tick{options.at}, *bots);
  continue_branch(branched, parent, playable->game, *bots, options);
  return with_loss(playable->match.damage, write_and_tell(options.out, branched, options.json));
}

}  // namespace

void add_replay_branch(Command& replay) {
  auto options = std::make_shared<BranchOptions>();

  Command& other = replay.subcommand("branch", "Continue a match differently from a tick on");
  other.match_file(options->file);
  other.tick("--at", options->at, "the last tick that stays as it was");
  other.option("--bot", options->bots,
               "the slots, from 0, that the game's bot plays from there: 1, or 0,1");
  other.tick("--ticks", options->ticks, "the ticks to go on for; else to the match's end");
  other.option("--seed", options->seed, 0, INT64_MAX, "the bots' seed");
  other.option("--out", options->out, "the file to write; needed without --online");
  other.flag("--online", options->is_online, "open the branch as a room that people and bots join");
  other.option("--listen", options->listen, "with --online: the relay's address and UDP port");
  other.option("--logs", options->logs, "with --online: the folder for match files");
  options->choice.add_to(other, false);
  other.json(options->json);
  other.examples(R"(
Slots without a bot do what is recorded. The branch has the match's own heads up to --at and is a
whole match of its own.
With --online, each player who joins takes the lowest free slot and goes on where that slot stood.
The clock stands still until all slots are taken, at most five minutes.
Examples:
  tutti replay branch match.tutti --at 3600 --bot 1 --out what-if.tutti
  tutti replay branch match.tutti --at 3600 --online
  tutti replay diff match.tutti --with what-if.tutti)");
  other.action([options] { return branch_off(*options); });
}

}  // namespace tutti::tool
