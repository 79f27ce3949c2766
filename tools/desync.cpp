// tutti desync: explains a .desync file: since which tick players' states differed, in which
// fields, and whose state is right.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/commands.hpp"
#include "base/event_rows.hpp"
#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/machine_words.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::tool {

namespace {

/// Events shown before the first tick that differs.
constexpr std::int64_t events_before_ticks = 3;
constexpr std::size_t differences_most = 50;

struct DesyncOptions {
  GameChoice choice;
  std::string file;
  bool json = false;
};

/// A state as one machine had it.
struct Version {
  std::string whose;
  Tick tick;
  const Bytes* bytes = nullptr;
};

std::string name_of(PlayerId player, const std::vector<std::string>& names) {
  if (player == DesyncSide::referee) return "the relay's referee";
  const bool has_name = player.value < names.size() && !names[player.value].empty();
  return fmt::format("player {}{}", player.value,
                     has_name ? fmt::format(" ({})", names[player.value]) : "");
}

std::string in_words(const DesyncBundle& bundle, const std::vector<std::string>& names) {
  const DesyncFinding& finding = bundle.finding;
  std::vector<std::string> wrong;
  for (std::uint8_t slot = 0; slot < names.size(); ++slot) {
    if (finding.is_wrong(PlayerId{slot})) wrong.push_back(name_of(PlayerId{slot}, names));
  }
  const std::string who = wrong.empty() ? "nobody" : joined(wrong);
  const std::string since = finding.first
                                ? fmt::format("since tick {}", finding.first->value)
                                : fmt::format("since some tick after {}", finding.agreed.value);
  const bool is_same_again = std::all_of(
      bundle.sides.begin(), bundle.sides.end(),
      [&](const DesyncSide& side) { return side.refolded == bundle.sides.front().refolded; });
  if (wrong.empty() && is_same_again) {
    return fmt::format(
        "The players' states differed {}, and were the same again at tick {}; nobody can tell "
        "whose were wrong.",
        since, finding.tick.value);
  }
  switch (finding.verdict) {
    case DesyncVerdict::mended:
      return fmt::format(
          "The state of {} was wrong {}: folding the same log again gave another one, the same as "
          "the others have. The match went on from that.",
          who, since);
    case DesyncVerdict::outvoted:
      return fmt::format("The states of {} differ from those of most players {}.", who, since);
    case DesyncVerdict::refereed:
      return fmt::format("The states of {} differ from those of the relay's own module {}.", who,
                         since);
    case DesyncVerdict::disputed:
      return fmt::format(
          "The players compute different states {}, and nobody can tell who is right.", since);
  }
  return {};
}

/// The libraries of which two machines have loaded different builds. One that only some have loaded
/// is no cause: a window loads more than a bot.
std::vector<std::string> other_libraries(const std::vector<MachineWords>& machines) {
  std::map<std::string, std::set<std::string>> ids;
  for (const MachineWords& machine : machines) {
    for (const auto& [name, id] : machine.libraries)
      ids[name].insert(id);
  }
  std::vector<std::string> others;
  for (const auto& [name, found] : ids) {
    if (found.size() > 1) {
      others.push_back(fmt::format("{} ({})", name, fmt::join(found, ", ")));
    }
  }
  return others;
}

std::vector<MachineWords> machines_of(const DesyncBundle& bundle) {
  std::vector<MachineWords> machines;
  for (const DesyncSide& side : bundle.sides) {
    if (side.player != DesyncSide::referee) machines.push_back(machine_words(side.machine));
  }
  return machines;
}

/// The causes that the machines' own words show.
std::vector<std::string> causes_in_machines(const DesyncBundle& bundle) {
  const std::vector<MachineWords> machines = machines_of(bundle);
  const auto differ = [&](std::string MachineWords::*part) {
    return std::any_of(machines.begin(), machines.end(), [&](const MachineWords& machine) {
      return machine.*part != machines.front().*part;
    });
  };
  std::vector<std::string> causes;
  if (differ(&MachineWords::floats)) {
    causes.emplace_back(
        "a thread rounds or flushes floats otherwise (\"floats\" of the sides), and code of the "
        "game runs outside of Tutti's calls or in a thread of its own");
  }
  if (const auto others = other_libraries(machines); !others.empty()) {
    causes.push_back(
        fmt::format("not the same build of {} is loaded everywhere: one that computes for the "
                    "game, or libm, gives other results",
                    joined(others)));
  }
  if (differ(&MachineWords::build)) {
    causes.emplace_back("the programs were built differently: see \"build\" of the sides");
  }
  if (differ(&MachineWords::processor)) {
    causes.emplace_back(
        "the processors are not the same (\"processor\" of the sides): libm (sin, exp, pow) gives "
        "other results on another one");
  }
  return causes;
}

std::vector<std::string> usual_causes(const DesyncBundle& bundle) {
  if (bundle.finding.verdict == DesyncVerdict::mended) {
    return {"a bit that flipped in memory (bad memory, overclocking)",
            "something outside the game wrote into its state: a stray pointer, a trainer",
            "a step that does not depend on state and events alone, if it comes again: tutti "
            "rehearse"};
  }
  std::vector<std::string> causes = causes_in_machines(bundle);
  causes.insert(causes.end(),
                {"the modules are not the same although their rules' fingerprints are: rules that "
                 "were changed without raising the version",
                 "floating point beyond + - * / and sqrt, or without -ffp-contract=off",
                 "an uninitialised variable, a clock, a static, the order of a hash table, a "
                 "pointer's value: tutti rehearse",
                 "a tampered machine"});
  return causes;
}

std::string in_words(const EventView& event, const std::vector<std::string>& names) {
  if (!event.author.is_relay()) {
    return fmt::format("tick {}: {}, bytes {}", event.tick.value,
                       name_of(event.author.player(), names), to_hex(event.payload));
  }
  std::string kind = kind_of(event, nullptr);
  std::replace(kind.begin(), kind.end(), '_', ' ');
  const std::string words = content_of(event, nullptr).text;
  return fmt::format("tick {}: the relay, {}{}{}", event.tick.value, kind,
                     words.empty() ? "" : ", ", words);
}

/// Without the game's module the fields are bytes.
std::vector<FieldDifference> byte_differences(const Bytes& left, const Bytes& right) {
  const auto text = [](const Bytes& bytes, std::size_t at) {
    return at < bytes.size() ? to_hex(BytesView(bytes).subspan(at, 1)) : std::string("-");
  };
  std::vector<FieldDifference> differences;
  for (std::size_t at = 0; at < std::max(left.size(), right.size()); ++at) {
    if (text(left, at) == text(right, at)) continue;
    differences.push_back({fmt::format("byte {}", at), text(left, at), text(right, at)});
  }
  return differences;
}

std::vector<FieldDifference> differences_of(const Result<AnyGame>& game, const Bytes& left,
                                            const Bytes& right) {
  if (!game) return byte_differences(left, right);
  StateBox left_state(*game);
  StateBox right_state(*game);
  if (!load_state(*game, left_state.get(), left) || !load_state(*game, right_state.get(), right)) {
    return byte_differences(left, right);
  }
  return field_diff(list_fields(*game, left_state.get()), list_fields(*game, right_state.get()));
}

/// The two states whose difference says most: those that the faulty machine held and folded again,
/// or else those that two machines folded.
std::optional<std::pair<Version, Version>> versions(const DesyncBundle& bundle,
                                                    const std::vector<std::string>& names) {
  const Tick first = bundle.finding.first.value_or(Tick{});
  for (const DesyncSide& side : bundle.sides) {
    if (!side.fault || side.held_tick != first || side.held.empty()) continue;
    const std::string who = name_of(side.player, names);
    return std::pair{Version{fmt::format("{}, held", who), first, &side.held},
                     Version{fmt::format("{}, folded again", who), first, &side.refolded_state}};
  }
  const DesyncSide* left = nullptr;
  for (const DesyncSide& side : bundle.sides) {
    if (side.refolded_state.empty()) continue;
    if (left == nullptr) {
      left = &side;
    } else if (left->refolded_state != side.refolded_state) {
      return std::pair{Version{name_of(left->player, names), first, &left->refolded_state},
                       Version{name_of(side.player, names), first, &side.refolded_state}};
    }
  }
  return std::nullopt;
}

/// The machines whose state at the compared tick is the one that this module folds from the log.
std::vector<std::string> who_agrees(const AnyGame& game, const ReadDesync& read,
                                    const std::vector<std::string>& names) {
  const Log& log = read.match.record.log;
  const Tick tick = read.bundle.finding.tick;
  StateBox state = start(game, log.setup());
  Progress progress("folding");
  for (Tick at{1}; at <= tick; ++at) {
    step_state(game, state.get(), log.events_at(at), nullptr);
    progress.show(at.value, tick.value);
  }
  const Digest digest = digest_state(game, state.get());
  std::vector<std::string> agreeing;
  for (const DesyncSide& side : read.bundle.sides) {
    if (side.refolded == digest) agreeing.push_back(name_of(side.player, names));
  }
  return agreeing;
}

Report describe(const DesyncSide& side, const std::vector<std::string>& names) {
  Report report;
  report.add("who", name_of(side.player, names));
  const MachineWords machine = machine_words(side.machine);
  report.add("build", machine.build);
  report.add("floats", machine.floats.empty() ? "as usual" : machine.floats);
  if (!machine.processor.empty()) report.add("processor", machine.processor);
  report.add("libraries", machine.libraries.size());
  report.add("digest_reported", to_hex(side.reported));
  report.add("digest_folded", to_hex(side.refolded));
  if (side.fault) report.add("fault_tick", side.fault->value);
  report.add("hashes", side.hashes.size());
  report.add("state_bytes", side.refolded_state.size());
  return report;
}

Exit explain(const DesyncOptions& options) {
  const auto bytes = read_tutti_file(options.file);
  if (!bytes) return complain(bytes.error());
  const auto read = read_desync(*bytes);
  if (!read)
    return complain(
        {read.error().fault, fmt::format("{}: {}", options.file, read.error().sentence)});
  const DesyncFinding& finding = read->bundle.finding;
  const Log& log = read->match.record.log;
  const Tick around = finding.first.value_or(finding.tick);
  const std::vector<std::string> names = Roster::of(log, finding.tick).latest_names();
  const auto game = options.choice.load(log.setup().rules);

  Report report;
  report.add("file", options.file);
  report.add("rules", log.setup().rules);
  report.add("room", read->match.record.room);
  report.add("verdict", to_text(finding.verdict));
  report.add("in_words", in_words(read->bundle, names));
  if (finding.first) report.add("first_tick", finding.first->value);
  report.add("compared_tick", finding.tick.value);
  report.add("agreed_tick", finding.agreed.value);
  if (const auto two = versions(read->bundle, names)) {
    report.add("left", two->first.whose);
    report.add("right", two->second.whose);
    report.add("fields", rows_of(differences_of(game, *two->first.bytes, *two->second.bytes),
                                 differences_most));
  }
  if (game) {
    report.add("agree_with_this_module", who_agrees(*game, *read, names));
  } else {
    warn("{}; so states are shown as bytes", game.error().sentence);
  }
  std::vector<std::string> events;
  for (const EventView& event : log.events_between(around - events_before_ticks, around))
    events.push_back(in_words(event, names));
  report.add("events_before", events);
  std::vector<Report> sides;
  for (const DesyncSide& side : read->bundle.sides)
    sides.push_back(describe(side, names));
  report.add("sides", std::move(sides));
  report.add("usual_causes", usual_causes(read->bundle));
  if (read->match.damage) report.add("damage", read->match.damage->sentence);
  report.print(options.json);
  return read->match.damage ? Exit::bad : Exit::done;
}

}  // namespace

void add_desync(Command& tutti) {
  Command& command =
      tutti.subcommand("desync", "Explain why players' states differed, from the evidence");
  auto options = std::make_shared<DesyncOptions>();
  command.argument("file", options->file, "the evidence that the relay wrote (.desync)");
  options->choice.add_to(command, false);
  command.json(options->json);
  command.examples(R"(
The report says since which tick states differed, in which fields, whose state is right as far as
that is known, what happened just before, and the usual causes. With the game's module, fields
have names, and the log is folded once more to see which machines agree with that module. Without
it, states are shown as bytes.
Examples:
  tutti desync 20261120T122454Z-pong-K7Q2M-tick1260.desync
  tutti desync match.desync --game ./mygame.so --json)");
  command.action([options] { return explain(*options); });
}

}  // namespace tutti::tool
