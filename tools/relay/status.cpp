// tutti relay status: what a running relay says of itself, once or as a live table.

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/interrupt.hpp"
#include "base/print.hpp"
#include "relay/http.hpp"
#include "relay/look.hpp"
#include "relay/parts.hpp"
#include "relay/status_table.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti::tool {

namespace {

struct StatusOptions {
  std::string at = "127.0.0.1:4747";
  bool is_watched = false;
  bool json = false;
};

Result<Json> ask(const Address& address) {
  const Result<HttpAnswer> answer = http_get(address, "/status");
  if (!answer) return Unexpected{answer.error()};
  if (answer->status != 200) {
    return fail(Fault::system, fmt::format("the relay at {} answers {}: {}", address.text(),
                                           answer->status, answer->body));
  }
  Json status = Json::parse(answer->body, nullptr, false);
  if (!status.is_object() || !status.contains("numbers") || !status.contains("rooms")) {
    return fail(Fault::bad_data,
                fmt::format("no relay of Tutti is at {}: something else answers", address.text()));
  }
  return status;
}

/// The lines and columns of the terminal, as far as it has any.
TableSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return {};
  return {.lines = size.ws_row, .columns = size.ws_col};
}

/// A screen of its own, which is gone with everything on it when this object is.
class WatchScreen {
 public:
  WatchScreen() { std::fputs("\x1b[?1049h\x1b[?25l", stdout); }
  ~WatchScreen() {
    std::fputs("\x1b[?25h\x1b[?1049l", stdout);
    std::fflush(stdout);
  }
  WatchScreen(const WatchScreen&) = delete;
  WatchScreen& operator=(const WatchScreen&) = delete;

  void show(const std::vector<std::string>& lines) {
    std::string text = "\x1b[H";
    for (const std::string& line : lines)
      text += line + "\x1b[K\n";
    if (!lines.empty()) text.pop_back();
    std::fputs((text + "\x1b[J").c_str(), stdout);
    std::fflush(stdout);
  }
};

Exit watch(const Address& address) {
  if (::isatty(STDOUT_FILENO) == 0) {
    return complain({Fault::usage, "--watch draws a table, so it needs a terminal; leave it out"});
  }
  catch_interrupts();
  WatchScreen screen;
  std::optional<Json> before;
  while (!is_interrupted()) {
    const Result<Json> status = ask(address);
    if (status) {
      screen.show(status_table(*status, before ? &*before : nullptr, terminal_size()));
      before = *status;
    } else {
      // It may be being started again.
      screen.show({status.error().sentence, "", "(asking again every second; Ctrl-C ends this)"});
      before.reset();
    }
    for (int i = 0; i < 10 && !is_interrupted(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return Exit::done;
}

Exit run(const StatusOptions& options) {
  const Result<Address> address = Address::parse(options.at);
  if (!address) return complain(address.error());
  if (options.is_watched) return watch(*address);
  const Result<Json> status = ask(*address);
  if (!status) return complain(status.error());
  if (options.json) {
    std::puts(json_text(*status, 2).c_str());
    return Exit::done;
  }
  for (const std::string& line : status_table(*status, nullptr, {}))
    print_line(stdout, line);
  return Exit::done;
}

struct TagOptions {
  std::string room;
  std::string logs;
};

Exit run(const TagOptions& options) {
  const std::optional<std::string> code = parse_room_code(options.room);
  if (!code) return complain({Fault::usage, options.room + " is no code: " + room_code_rule()});
  const Result<std::string> tag = room_tag(options.logs, *code);
  if (!tag) return complain(tag.error());
  say("{}", *tag);
  return Exit::done;
}

}  // namespace

void add_relay_status(Command& relay) {
  Command& command = relay.subcommand("status", "Show what a running relay does");
  auto options = std::make_shared<StatusOptions>();
  command.option("--at", options->at, "address and TCP port of the relay's status port");
  command.flag("--watch", options->is_watched, "show a table that is renewed every second");
  command.json(options->json);
  command.examples(R"(
Rates are of the last second, so --watch alone has them. A room is shown by its tag, as in the log;
tutti relay tag finds the tag of a code. Exit status 3 if no relay answers.
Examples:
  tutti relay status
  tutti relay status --watch
  tutti relay status --at 127.0.0.1:4748 --json)");
  command.action([options] { return run(*options); });
}

void add_relay_tag(Command& relay) {
  Command& command = relay.subcommand("tag", "Find a room's tag, by which logs name it");
  auto options = std::make_shared<TagOptions>();
  command.argument("room", options->room, "the room's code");
  command.option("--logs", options->logs, "the relay's folder, which has its key");
  command.examples(R"(
Logs and metrics have no codes of rooms, since a code lets its reader in. They have tags, which
follow from the code and the relay's key.
Examples:
  tutti relay tag K7Q2M
  tutti relay tag K7Q2M --logs matches/)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
