// Invitations, codes and tokens on the title screen and in a room: pasted and copied.

#include <filesystem>
#include <memory>

#include "desk.hpp"
#include "program/seat.hpp"
#include "program/title.hpp"
#include "recorded.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/net/invitation.hpp"

namespace counterpoint::test {

namespace {

using tutti::test::contains;

std::string clipboard() {
  const std::unique_ptr<char, void (*)(void*)> text(SDL_GetClipboardText(), SDL_free);
  return text.get();
}

}  // namespace

TEST_CASE("an address and a code are pasted into their lines, alone or in a command") {
  const auto pasted = [](const std::string& text) {
    std::optional<Options> chosen;
    const std::string script =
        "0.2 tap Down\n0.4 tap Down\n0.6 tap Down\n0.8 tap Return\n"
        "1.0 down Left Ctrl\n1.1 tap V\n1.3 up Left Ctrl\n1.4 tap Return\n";
    at_desk(script, [&](Desk& desk) {
      SDL_SetClipboardText(text.c_str());
      Menu menu({}, desk.settings);
      chosen = ask(desk, menu, {.seconds = 600});
    });
    return chosen;
  };
  const auto alone = pasted(" play.example.org:4747 K7Q2M\n");
  REQUIRE(alone);
  CHECK(alone->mode == Mode::join);
  CHECK(alone->relay == "play.example.org:4747");
  CHECK(alone->room == "K7Q2M");
  const auto command = pasted("build/bin/counterpoint --join 10.0.0.7 k7q2m");
  REQUIRE(command);
  CHECK(command->relay == "10.0.0.7");
  CHECK(command->room == "K7Q2M");
  // A whole invitation has the relay's key, which is good for that address alone.
  const std::string key(64, 'a');
  const auto whole = pasted("play.example.org:80/K7Q2MABCDE#" + key);
  REQUIRE(whole);
  CHECK(whole->relay == "play.example.org:80");
  CHECK(whole->room == "K7Q2MABCDE");
  CHECK(whole->relay_key == key);
  Settings settings;
  Menu menu({}, settings);
  menu.point_at(3);
  menu.take(Menu::Step::accept);
  menu.paste("10.0.0.7/K7Q2M#" + key);
  CHECK(settings.relay == "10.0.0.7");
  menu.point_at(1);
  menu.paste("10.0.0.8");
  menu.point_at(4);
  menu.take(Menu::Step::accept);
  const auto elsewhere = menu.chosen();
  REQUIRE(elsewhere);
  CHECK(elsewhere->relay == "10.0.0.8");
  CHECK(elsewhere->relay_key.empty());
  menu.point_at(0);
  menu.paste("Anna\n");
  CHECK(settings.name == "Anna");
  menu.point_at(1);
  menu.paste("play.example.org");
  CHECK(settings.relay == "play.example.org");
  menu.point_at(2);
  menu.paste("abcde");
  CHECK(menu.page().lines[2].value == "ABCDE");
  // An operator's token goes along, with an invitation or alone.
  const std::string token =
      tutti::to_text(tutti::make_token({}, *tutti::SigningKey::from_hex(key)));
  menu.paste(token);
  CHECK_THAT(menu.page().hint, contains("your token is here"));
  CHECK(settings.relay == "play.example.org");
  menu.paste("10.0.0.9/K7Q2M " + token);
  menu.take(Menu::Step::accept);
  const auto guarded = menu.chosen();
  REQUIRE(guarded);
  CHECK(guarded->relay == "10.0.0.9");
  CHECK(guarded->token == token);
}

TEST_CASE("a host copies what a friend needs to join") {
  const std::filesystem::path folder = scratch("counterpoint_copy_test");
  const std::string script = "2 down Left Ctrl\n2.1 tap C\n2.3 up Left Ctrl\n2.5 tap Up\n";
  std::string copied, room;
  at_desk(script, [&](Desk& desk) {
    auto session = tutti::host<Counterpoint>({.listen = "127.0.0.1:0", .logs = folder.string()});
    REQUIRE(session);
    const std::string port = std::to_string(session->port());
    Seat(desk, std::move(*session), {.mode = Mode::host, .listen = "127.0.0.1:0"}).run();
    copied = clipboard();
    room = desk.title.substr(desk.title.find("room ") + 5);
    const auto invitation = tutti::Invitation::parse(copied);
    REQUIRE(invitation);
    CHECK(invitation->relay.text() == "127.0.0.1:" + port);
    CHECK(invitation->room == room);
    CHECK(invitation->key);
  });
  CHECK(room.size() == 5);
  std::filesystem::remove_all(folder);
}

}  // namespace counterpoint::test
