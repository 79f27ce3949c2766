// PROTOCOL.md held against the bytes: its tables are read as they stand and walked over what the
// encoder writes. A change of one of them alone shows here.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "tutti/net/messages.hpp"

using namespace tutti;
using tutti::test::contains;

namespace {

using Names = std::set<std::string>;

std::string document() {
  std::ifstream file(TUTTI_PROTOCOL_DOCUMENT);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The text of a section, up to the next heading.
std::string section(const std::string& heading) {
  const std::string text = document();
  const std::size_t begin = text.find("### " + heading + "\n");
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find("\n#", begin + 1) - begin);
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? ""
                                    : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// The items of the section's first list, "- name: `fields`. What it means", as name and fields.
std::vector<std::vector<std::string>> list(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  const std::size_t begin = text.find("\n- ");
  const std::string items = std::regex_replace(text.substr(begin, text.find("\n\n", begin) - begin),
                                               std::regex("\n  "), " ");
  const std::regex item("\n- ([^\n:`(]+)(: `([^`]*)`)?[^\n]*");
  for (std::sregex_iterator each(items.begin(), items.end(), item), none; each != none; ++each)
    rows.push_back({trimmed((*each)[1]), (*each)[3]});
  REQUIRE(rows.size() > 2);
  return rows;
}

/// The cells of each row of the section's table, without head and rule; where there is none, those
/// of its list.
std::vector<std::vector<std::string>> table(const std::string& heading) {
  std::vector<std::vector<std::string>> rows;
  const std::string text = section(heading);
  if (text.find("\n|") == std::string::npos) return list(text);
  const std::regex line_of_table("\\|([^\n]*)\\|\n");
  for (std::sregex_iterator line(text.begin(), text.end(), line_of_table), none; line != none;
       ++line) {
    std::vector<std::string>& cells = rows.emplace_back();
    std::string cell;
    for (const char c : (*line)[1].str() + "|") {
      if (c != '|') {
        cell += c;
        continue;
      }
      cells.push_back(trimmed(cell));
      cell.clear();
    }
  }
  REQUIRE(rows.size() > 2);
  rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

/// "a u8, [b run], c text (5 or 0)" in its parts; limits in parentheses are told elsewhere.
std::vector<std::string> parts_of(const std::string& fields) {
  const std::string text = std::regex_replace(fields, std::regex(" *\\([^)]*\\)"), "");
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (const char c : text + ",") {
    depth += (c == '[') - (c == ']');
    if (c != ',' || depth > 0) {
      part += c;
      continue;
    }
    if (!trimmed(part).empty()) parts.push_back(trimmed(part));
    part.clear();
  }
  return parts;
}

/// Reads bytes as the document describes them.
class Walk {
 public:
  explicit Walk(BytesView bytes) : in_(bytes) {}

  /// `present`: which optional parts are there.
  void fields(const std::string& text, const Names& present) {
    for (const std::string& part : parts_of(text)) {
      if (part.front() != '[') {
        field(part);
        continue;
      }
      const std::string inner = part.substr(1, part.size() - 2);
      if (present.contains(inner)) fields(inner, present);
    }
  }
  void field(const std::string& part) {
    CAPTURE(part);
    REQUIRE(in_.ok());
    if (part.ends_with(" each")) {
      for (std::uint64_t left = last_; left > 0; --left)
        part.ends_with("text each") ? void(in_.run(limits::control_bytes))
        : part.ends_with("u8 each") ? void(in_.u8())
                                    : void(in_.u64());
      return;
    }
    const std::string type = part.substr(part.rfind(' ') + 1);
    if (type == "u8") {
      last_ = in_.u8();
    } else if (type == "u16") {
      last_ = in_.u16();
    } else if (type == "u32") {
      last_ = in_.u32();
    } else if (type == "u64") {
      last_ = in_.u64();
    } else if (type == "varint" || type == "tick") {
      last_ = head_ = in_.varint();
    } else if (type == "signed") {
      in_.signed_varint();
    } else if (type == "bytes") {
      in_.raw(head_ / 4);  // behind four times their number and two bits
    } else if (type == "text" || type == "run") {
      in_.run(limits::control_bytes);
    } else {
      REQUIRE(std::ranges::all_of(type, [](char c) { return c >= '0' && c <= '9'; }));
      in_.raw(std::stoul(type));
    }
  }
  std::uint64_t last() const { return last_; }
  bool is_done() const { return in_.is_done(); }

 private:
  ByteReader in_;
  std::uint64_t last_ = 0;  // the last number
  std::uint64_t head_ = 0;  // the last varint
};

struct Sample {
  std::string name;
  ControlMessage message;
  Names present{};
};

std::vector<Sample> samples() {
  const Setup setup{.rules = "tally@1+0123456789abcdef"};
  const Hello full{.room = "KAZ22",
                   .name = "ada",
                   .rules = setup.rules,
                   .create = setup,
                   .resume = ResumeSecret{},
                   .epoch = 3,
                   .received = 700,
                   .known = {.through = Tick{600}},
                   .generation = 1,
                   .others = {"ben", "cleo"},
                   .password = hash_password("swordfish"),
                   .admission = Bytes(100)};
  return {{"hello", full, {"setup run, terms u8, most u16", "secret 16", "head 32", "password 32"}},
          {"hello", Hello{.role = Role::spectator, .delay_seconds = 300}},
          {"goodbye", Goodbye{}},
          {"kick", Kick{PlayerId{1}}},
          {"end", EndMatch{}},
          {"correct", Correct{Correction::voided, Tick{600}, "a cable was pulled"}},
          {"vouch", Vouch{.tick = Tick{600}, .first_counter = 3}},
          {"want snapshot", WantSnapshot{}},
          {"snapshot piece", SnapshotPiece{.tick = Tick{600},
                                           .raw_bytes = 700,
                                           .packed_bytes = 300,
                                           .offset = 100,
                                           .bytes = Bytes(200)}},
          {"snapshot taken", SnapshotTaken{200}},
          {"refolded", Refolded{.tick = Tick{600}, .machine = "a", .hashes = {1, 2, 3}}},
          {"evidence", Evidence{.tick = Tick{600}, .size = 300, .offset = 200, .piece = Bytes(9)}},
          {"welcome", Welcome{.room = "KAZ22",
                              .player = PlayerId{1},
                              .setup = Setup{.rules = setup.rules, .players = 4},
                              .others = {PlayerId{2}, PlayerId{3}}}},
          {"welcome", Welcome{.room = "KAZ22", .setup = setup}},
          {"refused", Refused{Refusal::room_full, "full"}},
          {"diverged", Diverged{.tick = Tick{600}, .agreed = Tick{540}}},
          {"snapshot wanted", SnapshotWanted{}},
          {"no snapshot", NoSnapshot{}},
          {"settled", Settled{}},
          {"relay stops", RelayStops{300}},
          {"host answer", HostAnswer{{7}, HostWish::let_in}},
          {"host asked", HostAsked{60}},
          {"newcomer", Newcomer{{7}, Role::spectator, {"ada", "ben"}}},
          {"newcomer gone", NewcomerGone{{7}}},
          {"attendance", Attendance{3}},
          {"sent on", SentOn{4748, "192.0.2.7"}},
          {"replicated", Replicated{Tick{600}}},
          {"tail wanted", TailWanted{.after = Tick{600}}},
          {"tail", Tail{.horizon = Tick{600},
                        .events = {{Tick{601}, author_of(PlayerId{1}), 7, Bytes(3)}}}}};
}

/// "17 *refused*" as number and name.
std::pair<int, std::string> kind_of(const std::string& cell) {
  std::smatch match;
  REQUIRE(std::regex_match(cell, match, std::regex("(\\d+) \\*([a-z ]+)\\*")));
  return {std::stoi(match[1]), match[2]};
}

template <class Message>
void walk_play(const std::string& heading, const Message& message, std::size_t events,
               const Names& present) {
  Bytes bytes;
  encode(message, bytes);
  std::smatch kind;
  REQUIRE(std::regex_search(heading, kind, std::regex("kind (\\d+)")));
  const std::byte kind_bits{std::is_same_v<Message, PlayDown> ? 0x80 : 0xC0};
  CHECK(std::to_integer<int>(bytes[0] & kind_bits) == std::stoi(kind[1]));
  const std::size_t ranges = message.held.size();
  Walk walk(bytes);
  std::string left_out;
  for (const std::vector<std::string>& row : table(heading)) {
    if (row[0] == "[left out]") left_out = row[1];
    if (row[0] == "[range]") {
      for (std::size_t i = 0; i < ranges; ++i)
        walk.fields(row[1], {});
    }
    if (row[0].front() == '[' && !present.contains(row[0])) continue;
    if (row[0] != "event") {
      walk.fields(row[1], {});
      continue;
    }
    for (std::size_t i = 0; i < events; ++i) {
      if (present.contains("left out " + std::to_string(i))) walk.fields(left_out, {});
      for (const std::string& part : parts_of(row[1])) {
        const bool is_optional = part.front() == '[';
        // Nothing follows what comes back as it was offered.
        if (is_optional && present.contains("offered " + std::to_string(i))) continue;
        // Nor is the first event said to follow others.
        if (part == "[u8]" && !present.contains("beside " + std::to_string(i))) continue;
        if (part == "[varint]" && (i == 0 || !present.contains("[earlier]"))) continue;
        walk.fields(is_optional ? part.substr(1, part.size() - 2) : part, {});
      }
    }
  }
  CHECK(walk.is_done());
}

/// The names of refusals in the document, by number.
const std::map<Refusal, std::string> refusals{{Refusal::other_version, "other version"},
                                              {Refusal::other_rules, "other rules"},
                                              {Refusal::unknown_room, "unknown room"},
                                              {Refusal::room_full, "room full"},
                                              {Refusal::bad_request, "bad request"},
                                              {Refusal::relay_full, "relay full"},
                                              {Refusal::match_over, "match over"},
                                              {Refusal::removed, "removed from the match"},
                                              {Refusal::replaced, "replaced by a newer connection"},
                                              {Refusal::turned_away, "turned away"},
                                              {Refusal::no_token, "no token that fits"}};

/// 16384 as "16,384".
std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

}  // namespace

TEST_CASE("protocol: every control message has the kind and the fields of its row") {
  std::map<std::string, std::pair<int, std::string>> rows;
  int last = 0;
  for (const auto& row : table("Control")) {
    const auto [kind, name] = kind_of(row[0]);
    CAPTURE(name);
    CHECK(kind > last);  // in order, none twice
    last = kind;
    rows[name] = {kind, row[1]};
  }
  CHECK(rows.size() == std::variant_size_v<ControlMessage>);
  Names seen;
  std::set<std::size_t> alternatives;
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    REQUIRE(rows.contains(sample.name));
    const auto& [kind, fields] = rows[sample.name];
    const Bytes bytes = encode(sample.message);
    REQUIRE(decode_control(bytes) == sample.message);
    CHECK(std::to_integer<int>(bytes[0]) == kind);
    Walk walk(BytesView(bytes).subspan(1));
    walk.fields(fields, sample.present);
    CHECK(walk.is_done());
    seen.insert(sample.name);
    alternatives.insert(sample.message.index());
  }
  CHECK(seen.size() == rows.size());
  CHECK(alternatives.size() == rows.size());
}

TEST_CASE("protocol: play messages have the kinds and the fields of their tables") {
  const std::string up = "Play, client to relay (kind 64)";
  walk_play(up, PlayUp{.epoch = 300, .received = 70'000, .progress = Tick{3600}}, 0, {});
  walk_play(
      up,
      PlayUp{.progress = Tick{3600},
             .first_counter = 900,
             .events = {{Tick{3601}, Bytes(3)}, {Tick{3700}, Bytes(200), PlayerEvent::command, 1}},
             .digest = DigestReport{.tick = Tick{3540}}},
      2, {"[digest]", "[first counter]", "beside 1"});
  walk_play(up,
            PlayUp{.received = 7,
                   .held = {{9, 10}, {12, 400}},
                   .progress = Tick{3600},
                   .first_counter = 900,
                   .earlier = 3,
                   .events = {{Tick{3601}, Bytes(3)}, {Tick{3700}, Bytes(200), {}, 0, 300}}},
            2, {"[held]", "[first counter]", "[earlier]"});
  const std::string down = "Play, relay to client (kind 128)";
  walk_play(down, PlayDown{.epoch = 300, .clock = Tick{3600}, .horizon = Tick{3590}}, 0, {});
  walk_play(down,
            PlayDown{.clock = Tick{3600},
                     .horizon = Tick{3590},
                     .digest_known = Tick{3540},
                     .first_sequence = 900,
                     .events = {{Tick{3595}, author_of(PlayerId{0}), 150, false, Bytes(2)},
                                {Tick{}, author_of(PlayerId{1}), 200, true, {}},
                                {Tick{3597}, relay_author, 3, false, Bytes(2)}}},
            3, {"[digest known, agreed]", "offered 1"});
  walk_play(down,
            PlayDown{.clock = Tick{3600},
                     .horizon = Tick{3590},
                     .counted = 7,
                     .held = {{9, 10}, {12, 400}},
                     .is_over_budget = true,
                     .first_sequence = 900,
                     .events = {{Tick{3595}, author_of(PlayerId{0}), 150, false, Bytes(2)},
                                {Tick{3597}, relay_author, 3, false, Bytes(2), 300}}},
            2, {"[held]", "left out 1"});
}

TEST_CASE("protocol: a spare has the kind and the fields of its table") {
  Bytes bytes;
  encode(PlaySpare{.epoch = 300, .first = 250, .count = 4, .bytes = Bytes(200)}, bytes);
  CHECK(bytes[0] == std::byte{32});
  Walk walk(bytes);
  for (const auto& row : table("Spare, relay to client (kind 32)"))
    walk.fields(row[1], {});
  CHECK(walk.is_done());
}

TEST_CASE("protocol: every reason of a refusal has the number that is written") {
  const std::string text = std::regex_replace(section("Control"), std::regex("\n"), " ");
  const std::size_t begin = text.find("Reasons: ");
  REQUIRE(begin != std::string::npos);
  for (const auto& [reason, name] : refusals) {
    const auto number = std::to_string(static_cast<int>(reason));
    CHECK_THAT(text.substr(begin), contains(number + " " + name));
    CHECK(decode_control(encode(Refused{reason, ""})));
  }
  const auto none = static_cast<Refusal>(static_cast<int>(refusals.rbegin()->first) + 1);
  CHECK_FALSE(decode_control(encode(Refused{none, ""})));
}

TEST_CASE("protocol: limits have the numbers that are written") {
  const std::string text = std::regex_replace(document(), std::regex("\n *"), " ");
  const auto says = [&](const std::string& words) { CHECK_THAT(text, contains(words)); };
  says("| " + grouped(limits::control_bytes) + " bytes | numbered pieces");
  says("| " + grouped(limits::play_bytes) + " bytes | datagrams");
  says("0 to " + std::to_string(limits::spectator_delay_seconds) + " seconds");
  says("larger than " + std::to_string(limits::event_bytes) + " bytes");
  says("more than " + std::to_string(limits::stamp_ahead_ticks) + " ticks ahead");
  says("W = " + std::to_string(limits::input_window_ticks));
  says("at most " + std::to_string(limits::snapshot_bytes >> 20) + " MiB and packed " +
       std::to_string(limits::packed_snapshot_bytes >> 20) + " MiB");
  says("run (" + grouped(limits::snapshot_piece_bytes) + ")");
  says("name text (" + std::to_string(limits::name_bytes) + "), rules text (" +
       std::to_string(limits::rules_bytes) + ")");
}
