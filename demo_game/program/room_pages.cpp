#include "program/room_pages.hpp"

#include <algorithm>

#include "tutti/net/admission.hpp"
#include "tutti/net/invitation.hpp"
#include "tutti/net/room_code.hpp"

namespace counterpoint {

namespace {

/// The newcomers on whom a host decides.
constexpr const char* askings[] = {"anybody with the code", "whom you let in",
                                   "whom you let in, to watch too"};
constexpr int askings_count = 3;

int asking_of(const tutti::RoomTerms& terms) {
  return terms.asks_for_spectators ? 2 : terms.asks_for_players ? 1 : 0;
}

}  // namespace

void add_host_lines(MenuPage& page, const Options& wanted, const Settings& settings) {
  const tutti::RoomTerms& terms = wanted.room_terms;
  page.lines.push_back({"Your name", settings.name, false, true});
  page.lines.push_back({"Password, if any", wanted.password, false, true});
  page.lines.push_back({"Who comes in", askings[asking_of(terms)], true});
  page.lines.push_back({"Spectators", terms.spectators_max == 0 ? "none" : "may come", true});
  page.hint = "friends join by an invitation: Ctrl+C copies it";
}

bool change_host_line(std::size_t line, int by, Options& wanted) {
  tutti::RoomTerms& terms = wanted.room_terms;
  if (line == host_asks) {
    const int next = (asking_of(terms) + by + askings_count) % askings_count;
    terms.asks_for_players = next > 0;
    terms.asks_for_spectators = next > 1;
  } else if (line == host_spectators) {
    const bool had_none = terms.spectators_max == 0;
    terms.spectators_max.reset();
    if (!had_none) terms.spectators_max = 0;
  } else {
    return false;
  }
  return true;
}

void JoinForm::add_lines(MenuPage& page, const Options& wanted, const Settings& settings) const {
  page.lines = {{"Your name", settings.name, false, true},
                {"Address", settings.relay, false, true},
                {"Room's code, like K7Q2M", code, false, true},
                {"Password, if it has one", wanted.password, false, true},
                {.label = "Join"},
                {.label = "Watch"}};
  page.hint = wanted.token.empty() ? "your friend has an invitation; Ctrl+V pastes it"
                                   : "your token is here; Ctrl+V pastes your friend's invitation";
}

bool JoinForm::paste(std::vector<std::string> words, Settings& settings, Options& wanted) {
  const auto token = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return tutti::token_from_text(word).has_value();
  });
  if (token != words.end()) {
    wanted.token = *token;
    words.erase(token);
    if (words.empty()) return true;
  }
  for (const std::string& word : words) {
    if (take_invitation(word, settings)) return true;
  }
  // An address with the code behind it, whatever else stands before: a command, for example.
  for (std::size_t i = words.size(); i > 1; --i) {
    const auto code_there = tutti::parse_room_code(words[i - 1]);
    if (!code_there || words[i - 2].starts_with('-')) continue;
    settings.relay = words[i - 2].substr(0, relay_length_max);
    code = *code_there;
    return true;
  }
  return false;
}

bool JoinForm::take_invitation(const std::string& word, Settings& settings) {
  const auto invitation = tutti::Invitation::parse(word);
  if (!invitation || invitation->room.empty()) return false;
  const tutti::Address& relay = invitation->relay;
  const bool is_short = relay.port == tutti::default_port && invitation->others.empty() &&
                        relay.host.find(':') == std::string::npos;
  settings.relay = relay_ = is_short ? relay.host : invitation->relays();
  key_ = invitation->key ? tutti::to_hex(*invitation->key) : std::string();
  code = tutti::shown_room_code(invitation->room);
  return true;
}

}  // namespace counterpoint
