// tutti token: lets an operator say who may come to a relay.

#include <fmt/format.h>

#include <ctime>
#include <filesystem>

#include "base/commands.hpp"
#include "base/key_choice.hpp"
#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "base/report.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

struct TokenOptions {
  std::string file;
  std::string operator_key;
  std::string client;
  std::string room;
  std::string name;
  std::string role = "player";
  std::int64_t hours = 24;
  std::string token;
  std::string state;
  bool json = false;
};

std::int64_t now_utc() { return static_cast<std::int64_t>(std::time(nullptr)); }

Exit make_operator(const TokenOptions& options) {
  if (std::filesystem::exists(options.file)) {
    return complain({Fault::usage, options.file + " is there already; an operator's key is never "
                                                  "replaced, since all its tokens would be void"});
  }
  const auto key = load_or_make_key(options.file);
  if (!key) return complain(key.error());
  say("{}", to_hex(key->public_key()));
  return Exit::done;
}

Exit show_client(const TokenOptions& options) {
  const auto key = load_player_key(options.state);
  if (!key) return complain(key.error());
  say("{}", to_hex(key->public_key()));
  return Exit::done;
}

Result<Token> wanted_token(const TokenOptions& options) {
  Token wanted;
  wanted.name = options.name;
  if (!options.room.empty()) {
    auto code = parse_room_code(options.room);
    if (!code) return fail(Fault::usage, options.room + " is no room code");
    wanted.room = std::move(*code);
  }
  if (options.name.size() > limits::name_bytes || !is_presentable(options.name)) {
    return fail(Fault::usage, fmt::format("a name has at most {} bytes of text that can be shown",
                                          limits::name_bytes));
  }
  if (options.role != "player" && options.role != "spectator") {
    return fail(Fault::usage, options.role + " is no role; give player or spectator");
  }
  if (options.role == "spectator") wanted.role = Role::spectator;
  const auto client = read_public_key(options.client);
  if (!client) return Unexpected{client.error()};
  wanted.client = *client;
  constexpr std::int64_t seconds_an_hour = 3600;
  wanted.expires_utc = now_utc() + options.hours * seconds_an_hour;
  return wanted;
}

Exit make(const TokenOptions& options) {
  if (!std::filesystem::exists(options.operator_key)) {
    return complain({Fault::usage, options.operator_key +
                                       " is not there; make an operator's key with tutti token "
                                       "operator"});
  }
  const auto key = load_or_make_key(options.operator_key);
  if (!key) return complain(key.error());
  const auto wanted = wanted_token(options);
  if (!wanted) return complain(wanted.error());
  say("{}", to_text(make_token(*wanted, *key)));
  return Exit::done;
}

Exit show(const TokenOptions& options) {
  const auto token = token_from_text(options.token);
  if (!token) return complain(token.error());
  Report report;
  report.add("room", token->room.empty() ? "any" : token->room);
  report.add("name", token->name.empty() ? "any" : token->name);
  report.add("role", token->role == Role::player ? "player" : "spectator");
  report.add("expires", utc(token->expires_utc));
  report.add("has_expired", token->expires_utc <= now_utc());
  report.add("client", to_hex(token->client));
  report.add("id", to_hex(BytesView(token->id)));
  bool is_right = true;
  if (!options.operator_key.empty()) {
    const auto key = read_public_key(options.operator_key);
    if (!key) return complain(key.error());
    is_right = is_authentic(*token, *key);
    report.add("signed_by_operator", is_right);
  }
  report.print(options.json);
  return is_right ? Exit::done : Exit::check_failed;
}

void add_make(Command& token, const std::shared_ptr<TokenOptions>& options) {
  Command& command = token.subcommand("make", "Make a token that lets one player in, once");
  command.option("--operator", options->operator_key, "the file with the operator's secret key");
  command.require("--operator");
  command.option("--client", options->client,
                 "the player's key, as tutti token client prints it there, or a file with it");
  command.require("--client");
  command.option("--room", options->room, "the only room that it is for; else any");
  command.option("--name", options->name, "the only name that its player may have; else any");
  command.option("--role", options->role, "player or spectator");
  command.option("--hours", options->hours, 1, 24 * 366, "the hours until it expires");
  command.examples(R"(
It prints the token: one word, to be handed to the player. Only the player's own program can use
it, and only once: the relay writes down that it was used. A player whose connection breaks comes
back by it, though.
Example:
  tutti token make --operator operator.key --client 9f86d081884c7d65... --room K7Q2M --hours 2)");
  command.action([options] { return make(*options); });
}

}  // namespace

void add_token(Command& tutti) {
  Command& token = tutti.subcommand("token", "Say who may come to a relay");
  auto options = std::make_shared<TokenOptions>();
  token.examples(R"(
A relay is open to everybody who has a room's code, unless it is told an operator's key: then each
player needs a token that this operator has signed. Three people take part:
  1. The operator makes a key once, and starts relays with its public half:
       tutti token operator operator.key
       tutti relay --admission-key operator.pub
  2. A player says by which key its program is known:
       tutti token client
  3. The operator makes a token for that key, and the player joins with it:
       tutti token make --operator operator.key --client KEY --room K7Q2M
       tutti bot --game counterpoint --room K7Q2M --token TOKEN)");

  Command& maker = token.subcommand("operator", "Make an operator's key");
  maker.argument(
      "file", options->file,
      "the file for the secret key, such as operator.key; operator.pub gets the public one");
  maker.examples(R"(
It prints the public key, which relays are told. Keep the file secret: it is enough to let anybody
in. A key that is there already is never replaced.
Example:
  tutti token operator operator.key)");
  maker.action([options] { return make_operator(*options); });

  Command& client = token.subcommand("client", "Print the key by which relays know this player");
  client.option("--state", options->state,
                "the folder of this player's state; else the user's own");
  client.examples(R"(
The key is made at first use and kept in the folder, in player.key. It is the same at all relays.
Example:
  tutti token client)");
  client.action([options] { return show_client(*options); });

  add_make(token, options);

  Command& about = token.subcommand("show", "Say for whom a token is");
  about.argument("token", options->token, "the token");
  about.option("--operator", options->operator_key,
               "the operator's public key, or a file with it: exit status 1 if it is another's");
  about.json(options->json);
  about.examples(R"(
Example:
  tutti token show TOKEN --operator operator.pub)");
  about.action([options] { return show(*options); });
}

}  // namespace tutti::tool
