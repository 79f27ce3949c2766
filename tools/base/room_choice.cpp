#include "base/room_choice.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

namespace tutti::tool {

void RoomChoice::add_place_to(Command& command) {
  command.option("--connect", connect,
                 "the relay's HOST:PORT, or an invitation HOST:PORT/CODE#KEY");
  command.option("--relay-key", relay_key,
                 "the relay's key (its file relay.pub): nobody else may answer");
  command.option("--token", token,
                 "an operator's token, for a relay that asks for one (tutti token)");
  command.option("--room", room, "the room's code, if --connect is no invitation");
}

Result<void> RoomChoice::check_named() const {
  if (is_named()) return {};
  return fail(Fault::usage, "--room says which room, or an invitation HOST:PORT/CODE as --connect");
}

void RoomChoice::add_password_to(Command& command) {
  command.option("--password", password,
                 "the room's password; other users of this machine can see it in the list of "
                 "processes, unless it is in a file");
  command.option("--password-file", password_file, "the file whose first line is the password");
}

void RoomChoice::add_terms_to(Command& command) {
  command.option("--ask", ask,
                 "with --create: the newcomers on whom the host decides: 'nobody', 'players', "
                 "'spectators' or 'all'");
  command.option("--spectators", spectators,
                 "with --create: how many may watch at a time, 0 for nobody, or 'any'");
  command.flag("--no-peek", is_no_peek,
               "with --create: tell players of another's event only when its tick is final");
}

Result<RoomTerms> RoomChoice::terms() const {
  RoomTerms terms{.asks_for_players = ask == "players" || ask == "all",
                  .asks_for_spectators = ask == "spectators" || ask == "all",
                  .is_no_peek = is_no_peek};
  if (!terms.asks_for_players && !terms.asks_for_spectators && ask != "nobody") {
    return fail(Fault::usage,
                fmt::format("--ask {}: it is 'nobody', 'players', 'spectators' or 'all'", ask));
  }
  if (spectators == "any") return terms;
  const char* const end = spectators.data() + spectators.size();
  const auto [rest, error] =
      std::from_chars(spectators.data(), end, terms.spectators_max.emplace());
  if (error != std::errc{} || rest != end) {
    return fail(Fault::usage,
                fmt::format("--spectators {}: it is 0 to {}, or 'any'", spectators, UINT16_MAX));
  }
  return terms;
}

Result<std::string> RoomChoice::secret() const {
  if (password_file.empty()) return password;
  if (!password.empty()) {
    return fail(Fault::usage, "--password and --password-file: one of them is enough");
  }
  std::ifstream file(password_file);
  std::string line;
  if (!file || !std::getline(file, line) || line.empty()) {
    return fail(Fault::system, "there is no password in " + password_file);
  }
  return line;
}

}  // namespace tutti::tool
