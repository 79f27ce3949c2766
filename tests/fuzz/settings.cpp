// A libFuzzer program for what an operator writes: the options of tutti relay, in its file and as
// flags, addresses and invitations. Whatever is taken can be shown, and is taken again as the same;
// the rest is refused with a sentence.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/target.hpp"
#include "relay/settings.hpp"
#include "tutti/net/address.hpp"
#include "tutti/net/invitation.hpp"
#include "tutti/sim/random.hpp"

namespace {

using namespace tutti;
using namespace tutti::tool;

using test::must;

/// Lines of `name=value` as flags; a file begins behind the first zero, or there is none.
void settings(BytesView bytes) {
  std::string_view text = as_text(bytes);
  const std::size_t zero = text.find('\0');
  std::string_view flags = zero == text.npos ? std::string_view() : text.substr(0, zero);
  const std::string_view file = zero == text.npos ? text : text.substr(zero + 1);
  std::vector<GivenSetting> given;
  while (!flags.empty()) {
    const std::string_view line = flags.substr(0, flags.find('\n'));
    flags.remove_prefix(std::min(flags.size(), line.size() + 1));
    const std::size_t sign = line.find('=');
    const Setting* setting = find_setting(line.substr(0, sign));
    if (setting == nullptr || sign == line.npos) continue;
    given.push_back({setting, std::string(line.substr(sign + 1))});
  }
  const Result<Settings> read = read_settings(file, "file", given);
  if (!read) return must(!read.error().sentence.empty(), "an error is a sentence");
  const std::string shown = to_toml(*read);
  // Most of what is taken is one of the few that came before.
  static std::set<std::string> known;
  if (known.size() > 1000) known.clear();
  if (!known.insert(shown).second) return;
  const Result<Settings> again = read_settings(shown, "shown", {});
  must(again.has_value(), "a shown configuration is read");
  must(to_toml(*again) == shown, "a shown configuration stays itself");
}

void address(BytesView bytes) {
  const std::string_view text = as_text(bytes);
  if (const auto read = Address::parse(text)) {
    const auto again = Address::parse(read->text());
    must(again && *again == *read, "an address is itself as text");
  } else {
    must(!read.error().sentence.empty(), "an error is a sentence");
  }
  if (const auto read = Invitation::parse(text)) {
    const auto again = Invitation::parse(read->text());
    must(again && *again == *read, "an invitation is itself as text");
  } else {
    must(!read.error().sentence.empty(), "an error is a sentence");
  }
}

Bytes bytes_of(const std::string& text) {
  const BytesView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

Bytes settings_seed(std::uint32_t number) {
  Random random(number);
  const auto rows = all_settings();
  const auto any_row = [&]() -> const Setting& {
    return rows[random.below(static_cast<std::uint32_t>(rows.size()))];
  };
  if (number == 0) return bytes_of(to_toml({}));
  Settings usual;
  std::string text;
  for (std::uint32_t i = random.below(3); i > 0; --i) {
    const Setting& row = any_row();
    const auto texts = texts_of(usual, row);
    text += std::string(row.name) + "=" + (texts.empty() ? "x" : texts.front()) + "\n";
  }
  text += '\0';
  for (std::uint32_t i = 1 + random.below(5); i > 0; --i) {
    constexpr const char* values[] = {"7",     "1.5",          "true",    "\"1500ms\"",
                                      "\"x\"", "[\"a\", 'b']", "0x1F_FF", "'''a\nb'''"};
    text += std::string(any_row().name) + " = " + values[random.below(8)] + "\n";
  }
  return bytes_of(text);
}

Bytes address_seed(std::uint32_t number) {
  constexpr const char* texts[] = {"localhost",
                                   "127.0.0.1:4747",
                                   ":0",
                                   "[2001:db8::1]:99",
                                   "relay.example:4747",
                                   "host:1/K7Q2M",
                                   "[::]:4747/KAZ22#00",
                                   "::1",
                                   "a/b#c"};
  if (number % 9 != 6) return bytes_of(texts[number % 9]);
  return bytes_of("host:4747/K7Q2M#" + std::string(64, 'a'));
}

}  // namespace

std::span<const test::FuzzTarget> test::fuzz_targets() {
  static constexpr FuzzTarget targets[] = {
      {"settings", settings, settings_seed},
      {"address", address, address_seed},
  };
  return targets;
}
