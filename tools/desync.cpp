// tutti desync: explains a .desync file: since when players' states differed, in what, and whose is
// right.

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/storage.hpp"

namespace tutti::tool {

namespace {

/// Events shown before the first tick that differs.
constexpr std::int64_t events_before_ticks = 3;
constexpr std::size_t differences_most = 50;
constexpr const char* kept_as_held = "held";
constexpr const char* folded = "folded";

struct DesyncOptions {
  GameChoice choice;
  std::string file;
  bool json = false;
};

/// A state as somebody had it.
struct Version {
  std::string whose;
  Tick tick;
  const Bytes* bytes = nullptr;
};

/// What each slot's last player was called before a tick.
std::vector<std::string> names_at(const Log& log, Tick tick) {
  std::vector<std::string> names(log.setup().players);
  for (const EventView& event : log.events_between(Tick{0}, tick)) {
    const auto relay = event.author.is_relay() ? decode_relay_event(event.payload) : std::nullopt;
    if (relay && relay->kind == EventKind::joined) names[relay->player.value] = relay->name;
  }
  return names;
}

std::string name_of(PlayerId player, const std::vector<std::string>& names) {
  if (player == DesyncSide::referee) return "the relay's referee";
  std::string text = "player " + std::to_string(player.value);
  const bool has_name = player.value < names.size() && !names[player.value].empty();
  if (has_name) text += " (" + names[player.value] + ")";
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string in_words(const DesyncFinding& finding, const std::vector<std::string>& names) {
  std::vector<std::string> wrong;
  for (std::uint8_t slot = 0; slot < names.size(); ++slot) {
    if (finding.is_wrong(PlayerId{slot})) wrong.push_back(name_of(PlayerId{slot}, names));
  }
  const std::string who = wrong.empty() ? "nobody" : joined(wrong);
  const std::string since = finding.first
                                ? "since tick " + std::to_string(finding.first->value)
                                : "since some tick after " + std::to_string(finding.agreed.value);
  switch (finding.verdict) {
    case DesyncVerdict::mended:
      return "The state of " + who + " was wrong " + since +
             ": folding the same log again gave another one, the same as the others have. It went "
             "on from that.";
    case DesyncVerdict::outvoted:
      return "What " + who + " computes differs from most of the players " + since + ".";
    case DesyncVerdict::refereed:
      return "What " + who + " computes is not what the relay's own module computes " + since + ".";
    case DesyncVerdict::disputed:
      return "The players compute different states " + since +
             ", and nobody can tell who is right.";
  }
  return {};
}

std::vector<std::string> usual_causes(const DesyncBundle& bundle) {
  if (bundle.finding.verdict == DesyncVerdict::mended) {
    return {"a bit that flipped in memory (bad memory, overclocking)",
            "something outside the game wrote into its state: a stray pointer, a trainer",
            "a step that does not depend on state and events alone, if it comes again: tutti "
            "rehearse"};
  }
  std::vector<std::string> causes;
  std::vector<std::string> builds;
  for (const DesyncSide& side : bundle.sides) {
    if (side.player != DesyncSide::referee) builds.push_back(side.build);
  }
  if (std::adjacent_find(builds.begin(), builds.end(), std::not_equal_to<>()) != builds.end()) {
    causes.push_back("the programs were built differently: see the sides' builds");
  }
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
  static constexpr std::array kinds = {"input",         "match started", "joined",   "left",
                                       "held",          "resumed",       "silenced", "returned",
                                       "delay changed", "restarted",     "branched", "match ended"};
  std::string text = "tick " + std::to_string(event.tick.value) + ": ";
  if (!event.author.is_relay()) {
    return text + name_of(event.author.player(), names) + ", bytes " + to_hex(event.payload);
  }
  const auto relay = decode_relay_event(event.payload);
  if (!relay) return text + "the relay, bytes " + to_hex(event.payload);
  const auto kind = static_cast<std::size_t>(relay->kind);
  return text + "the relay, " + (kind < kinds.size() ? kinds[kind] : "?") + ", " +
         name_of(relay->player, names);
}

Report row(std::string_view field, const std::string& left, const std::string& right) {
  Report report;
  report.add("field", field);
  report.add("left", left);
  report.add("right", right);
  return report;
}

/// Without the game's module there are no names, but bytes.
std::vector<Report> byte_differences(const Bytes& left, const Bytes& right) {
  const auto text = [](const Bytes& bytes, std::size_t at) {
    return at < bytes.size() ? to_hex(BytesView(bytes).subspan(at, 1)) : std::string("-");
  };
  std::vector<Report> rows;
  for (std::size_t at = 0; at < std::max(left.size(), right.size()); ++at) {
    if (text(left, at) == text(right, at) || rows.size() == differences_most) continue;
    rows.push_back(row("byte " + std::to_string(at), text(left, at), text(right, at)));
  }
  return rows;
}

std::vector<Report> field_differences(const AnyGame& game, const Bytes& left, const Bytes& right) {
  StateBox left_state(game);
  StateBox right_state(game);
  if (!load_state(game, left_state.get(), left) || !load_state(game, right_state.get(), right)) {
    return byte_differences(left, right);
  }
  std::vector<Report> rows;
  const auto found =
      field_diff(list_fields(game, left_state.get()), list_fields(game, right_state.get()));
  for (const FieldDifference& field : found) {
    if (rows.size() < differences_most) rows.push_back(row(field.path, field.left, field.right));
  }
  return rows;
}

/// The two states whose difference says most: what the faulty machine held and what it folded, or
/// else what two machines folded.
std::optional<std::pair<Version, Version>> versions(const DesyncBundle& bundle,
                                                    const std::vector<std::string>& names) {
  const Tick first = bundle.finding.first.value_or(Tick{});
  for (const DesyncSide& side : bundle.sides) {
    if (!side.fault || side.held_tick != first || side.held.empty()) continue;
    const std::string who = name_of(side.player, names);
    return std::pair{Version{who + ", " + kept_as_held, first, &side.held},
                     Version{who + ", " + folded + " again", first, &side.refolded_state}};
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

/// Who has the state that this program's module folds from the log, at the compared tick.
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
  report.add("build", side.build);
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
  if (!read) return complain({read.error().fault, options.file + ": " + read.error().sentence});
  const DesyncFinding& finding = read->bundle.finding;
  const Log& log = read->match.record.log;
  const Tick around = finding.first.value_or(finding.tick);
  const std::vector<std::string> names = names_at(log, finding.tick);
  const auto game = options.choice.load(log.setup().rules);

  Report report;
  report.add("file", options.file);
  report.add("rules", log.setup().rules);
  report.add("room", read->match.record.room);
  report.add("verdict", to_text(finding.verdict));
  report.add("in_words", in_words(finding, names));
  if (finding.first) report.add("first_tick", finding.first->value);
  report.add("compared_tick", finding.tick.value);
  report.add("agreed_tick", finding.agreed.value);
  if (const auto two = versions(read->bundle, names)) {
    report.add("left", two->first.whose);
    report.add("right", two->second.whose);
    report.add("fields", game ? field_differences(*game, *two->first.bytes, *two->second.bytes)
                              : byte_differences(*two->first.bytes, *two->second.bytes));
  }
  if (game) {
    report.add("agree_with_this_module", who_agrees(*game, *read, names));
  } else {
    std::fprintf(stderr, "tutti: %s; so states are shown as bytes\n",
                 game.error().sentence.c_str());
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
  command.argument("file", options->file, "the evidence (.desync), which the relay wrote");
  options->choice.add_to(command, false);
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "Says since which tick states differed, in which fields, whose state is right as far as "
      "that\n"
      "is known, what happened just before, and what usually causes it. With the game's module, "
      "or\n"
      "one found by its rules, fields have names, and the log is folded once more to see who "
      "agrees\n"
      "with that module; without it, states are shown as bytes.\n"
      "Examples:\n"
      "  tutti desync 20261120T122454Z-pong-K7Q2M-tick1260.desync\n"
      "  tutti desync match.desync --game ./mygame.so --json");
  command.action([options] { return explain(*options); });
}

}  // namespace tutti::tool
