#include "tutti/sim/text.hpp"

#include "support/catch.hpp"

using namespace tutti;

TEST_CASE("a text is presentable if it is UTF-8 that steers no terminal") {
  for (const std::string text :
       {"", "Ada", "Zoë", "名前", "\u0627\u0633\u0645", "क्‍ष",
        "\U0001F469\u200D\U0001F680", "a\u200Cb", "\U0010FFFF", "~ \"'\\"}) {
    CAPTURE(text);
    CHECK(is_presentable(text));
    CHECK(presentable(text) == text);
  }
  const auto [text, shown] = GENERATE(
      std::pair<std::string, std::string>{"\x1b[2J", "?[2J"},
      std::pair<std::string, std::string>{"a\nb\tc\r", "a?b?c?"},
      std::pair<std::string, std::string>{"\x7f", "?"},
      std::pair<std::string, std::string>{std::string("a\0b", 3), "a?b"},
      std::pair<std::string, std::string>{"\u009b31m", "?31m"},          // CSI in one character
      std::pair<std::string, std::string>{"exe\u202Egpj.", "exe?gpj."},  // right to left from here
      std::pair<std::string, std::string>{"\u2066a\u2069\u200F\u061C", "?a???"},
      std::pair<std::string, std::string>{"a\u2028b", "a?b"},
      std::pair<std::string, std::string>{"Zo\xeb", "Zo?"},             // Latin-1
      std::pair<std::string, std::string>{"\xc3", "?"},                 // cut off
      std::pair<std::string, std::string>{"\xc3(", "?("},               // not continued
      std::pair<std::string, std::string>{"\xc0\xaf", "??"},            // longer than needed
      std::pair<std::string, std::string>{"\xe0\x80\xaf", "???"},       // the same
      std::pair<std::string, std::string>{"\xed\xa0\x80", "???"},       // half of a pair
      std::pair<std::string, std::string>{"\xf4\x90\x80\x80", "????"},  // beyond U+10FFFF
      std::pair<std::string, std::string>{"\xff\x80", "??"});
  CAPTURE(text);
  CHECK_FALSE(is_presentable(text));
  CHECK(presentable(text) == shown);
  CHECK(is_presentable(presentable(text)));
}

TEST_CASE("a text is cut between two characters") {
  CHECK(cut_text("Ada", 32) == "Ada");
  CHECK(cut_text("Ada", 3) == "Ada");
  CHECK(cut_text("Ada", 2) == "Ad");
  CHECK(cut_text("Ada", 0).empty());
  CHECK(cut_text("Zoë", 3) == "Zo");
  CHECK(cut_text("Zoë", 4) == "Zoë");
  CHECK(cut_text("名前", 5) == "名");
  CHECK(cut_text("\U0001F680\U0001F680", 7) == "\U0001F680");
  CHECK(cut_text("\U0001F469\u200D\U0001F680", 9) == "\U0001F469");
  const std::string long_name = "ääääääääääääääääääää";
  for (std::size_t bytes = 0; bytes <= long_name.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK(is_presentable(cut_text(long_name, bytes)));
    CHECK(cut_text(long_name, bytes).size() == bytes / 2 * 2);
  }
}
