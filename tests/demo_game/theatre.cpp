// Recorded matches are repeated, marked, cut, taken over and shown in small; and a match becomes a
// recording.

#include "program/theatre.hpp"
#include "program/pause.hpp"
#include "program/preview.hpp"
#include "program/recording.hpp"
#include "program/viewing.hpp"
#include "recorded.hpp"
#include "render/panel.hpp"

namespace counterpoint::test {

namespace {

using tutti::test::contains;

/// Somebody who watches a recorded match.
struct Viewer {
  explicit Viewer(const std::string& name)
      : folder(scratch(name.c_str())), file((folder / "match.tutti").string()) {
    std::filesystem::create_directories(folder);
    record_match(file);
    auto watching = tutti::watch<Counterpoint>(file, counted());
    REQUIRE(watching);
    session.emplace(std::move(*watching));
    viewing.emplace(*session, Options{.mode = Mode::watch, .file = file, .logs = folder.string()});
    pass();
  }
  ~Viewer() { std::filesystem::remove_all(folder); }

  void pass() {
    now += std::chrono::milliseconds(17);
    session->advance(now);
    viewing->update();
  }
  void go(std::int64_t tick) {
    session->playback()->seek(tutti::Tick{tick});
    pass();
  }
  void press(SDL_Scancode code) {
    SDL_Keysym key{};
    key.scancode = code;
    CHECK(viewing->take_key(key));
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path() != file) found.push_back(entry.path());
    return found;
  }

  std::filesystem::path folder;
  std::string file;
  std::optional<GameSession> session;
  std::optional<Viewing> viewing;
  tutti::Instant now{};
};

}  // namespace

TEST_CASE("the ticks between A and B are repeated until a third press, either way") {
  Viewer viewer("counterpoint_loop_test");
  const tutti::Playback& playback = *viewer.session->playback();
  viewer.go(100);
  viewer.press(SDL_SCANCODE_A);
  viewer.go(160);
  viewer.press(SDL_SCANCODE_A);
  const tutti::Tick end = playback.position();
  for (int i = 0; i < 200; ++i) {
    viewer.pass();
    REQUIRE(playback.position() >= tutti::Tick{99});
    REQUIRE(playback.position() <= end + 2);
  }
  viewer.press(SDL_SCANCODE_R);
  for (int i = 0; i < 200; ++i) {
    viewer.pass();
    REQUIRE(playback.position() >= tutti::Tick{97});
  }
  viewer.press(SDL_SCANCODE_R);
  viewer.press(SDL_SCANCODE_A);
  for (int i = 0; i < 100; ++i)
    viewer.pass();
  CHECK(playback.position() > end + 20);
}

TEST_CASE("a viewer who jumps out of what is repeated leaves it") {
  for (const SDL_Scancode key : {SDL_SCANCODE_L, SDL_SCANCODE_0, SDL_SCANCODE_END}) {
    Viewer viewer("counterpoint_leave_loop_test");
    const tutti::Playback& playback = *viewer.session->playback();
    viewer.go(200);
    viewer.press(SDL_SCANCODE_A);
    viewer.go(260);
    viewer.press(SDL_SCANCODE_A);
    viewer.press(key);
    viewer.pass();
    const tutti::Tick there = playback.position();
    CHECK((there < tutti::Tick{190} || there > tutti::Tick{270}));
    CHECK_THAT(viewer.viewing->news(), contains("Nothing is repeated"));
    viewer.pass();
    CHECK(playback.position() >= there);
    CHECK(playback.position() <= there + 3);
  }
}

TEST_CASE("a clip is cut between I and O, and begins where its stretch does") {
  Viewer viewer("counterpoint_clip_test");
  viewer.go(400);
  viewer.press(SDL_SCANCODE_O);
  CHECK_THAT(viewer.viewing->news(), contains("press I"));
  viewer.go(200);
  viewer.press(SDL_SCANCODE_I);
  viewer.go(320);
  viewer.press(SDL_SCANCODE_O);
  CHECK_THAT(viewer.viewing->news(), contains("in the theatre"));
  REQUIRE(viewer.files().size() == 1);
  const auto clip = tutti::read_match_file(viewer.files()[0].string());
  REQUIRE(clip);
  CHECK(clip->record.end == tutti::EndReason::sliced);
  CHECK(clip->record.log.horizon() >= tutti::Tick{320});
  CHECK(clip->record.log.horizon() < tutti::Tick{330});
  REQUIRE(clip->record.marks.size() == 1);
  CHECK(clip->record.marks[0].from >= tutti::Tick{200});
  CHECK(clip->record.marks[0].from < tutti::Tick{210});
}

TEST_CASE("a mark is in the file the next time, and where it cannot be written, that is said") {
  Viewer viewer("counterpoint_mark_test");
  viewer.go(240);
  viewer.press(SDL_SCANCODE_M);
  CHECK_THAT(viewer.viewing->news(), contains("Marked at 0:04"));
  CHECK(tutti::read_match_file(viewer.file)->record.marks.size() == 1);
  Captions::Progress progress;
  viewer.viewing->add_to(progress);
  REQUIRE(progress.notes.size() == 1);
  CHECK(std::abs(progress.notes[0].part - 0.4F) < 0.02F);
  std::filesystem::remove_all(viewer.folder);
  viewer.press(SDL_SCANCODE_M);
  CHECK_THAT(viewer.viewing->news(), contains("until you leave"));
}

TEST_CASE("a moment of a recorded match is taken over and becomes a match of its own") {
  Viewer viewer("counterpoint_take_over_test");
  viewer.go(300);
  viewer.press(SDL_SCANCODE_T);
  const auto at = viewer.viewing->taken_over();
  REQUIRE(at);
  CHECK_FALSE(viewer.viewing->taken_over());
  const auto match = tutti::read_match_file(viewer.file);
  auto taken = tutti::take_over<Counterpoint>(match->record, *at);
  REQUIRE(taken);
  tutti::Instant now{};
  for (int i = 0; i < 60; ++i)
    taken->advance(now += std::chrono::milliseconds(17));
  const auto branched = record_of(*taken, 1'800'000'000);
  REQUIRE(branched);
  CHECK(branched->log.horizon() > *at + 50);
  CHECK(branched->log.head(*at) == match->record.log.head(*at));
  const auto kept = keep(*branched, viewer.folder.string());
  REQUIRE(kept);
  CHECK(tutti::watch<Counterpoint>((viewer.folder / *kept).string()));
  const auto refused = keep(*branched, "/proc/none");
  REQUIRE_FALSE(refused);
  CHECK_FALSE(refused.error().sentence.empty());
}

TEST_CASE("the mouse over the timeline shows another moment without going there") {
  Viewer viewer("counterpoint_hover_test");
  Preview preview;
  preview.fit(0.5F);
  const auto match = tutti::read_match_file(viewer.file);
  CHECK(preview.at(tutti::Tick{1}) == nullptr);
  preview.open(match->record.log);
  const Canvas* picture = preview.at(tutti::Tick{40});
  REQUIRE(picture != nullptr);
  const std::vector<std::uint32_t> early(picture->pixels().begin(), picture->pixels().end());
  picture = preview.at(tutti::Tick{500});
  CHECK_FALSE(std::equal(early.begin(), early.end(), picture->pixels().begin()));
  picture = preview.at(tutti::Tick{40});
  CHECK(std::equal(early.begin(), early.end(), picture->pixels().begin()));
}

TEST_CASE("the theatre shows a match's best moment and its players, a little at a time") {
  Viewer viewer("counterpoint_showcase_test");
  Showcase showcase;
  showcase.show(viewer.file, 0.4F);
  showcase.fold(10);
  CHECK(showcase.lines().empty());
  showcase.fold(100'000);
  REQUIRE(showcase.picture() != nullptr);
  CHECK(showcase.picture()->columns() == 128);
  REQUIRE(showcase.lines().size() == 3);
  CHECK_THAT(showcase.lines()[0], contains("Vermilion"));
  CHECK_THAT(showcase.lines()[2], contains("stocks"));
  showcase.show("/nowhere.tutti", 0.4F);
  showcase.fold(10);
  CHECK(showcase.picture() == nullptr);
}

TEST_CASE("the theatre tells what a referee said of a match") {
  Viewer viewer("counterpoint_ruling_test");
  const auto title = [&] { return recordings_in(viewer.folder.string()).list.at(0).title; };
  CHECK_THAT(title(), !contains("void"));
  auto match = tutti::read_match_file(viewer.file);
  REQUIRE(match);
  tutti::correct(match->record, tutti::Correction::voided, tutti::Tick{9}, "Ada", "a cable");
  REQUIRE(tutti::write_match_file(viewer.file, match->record));
  CHECK_THAT(title(), contains(", void"));
  Showcase showcase;
  showcase.show(viewer.file, 0.4F);
  REQUIRE(showcase.lines().size() == 1);
  CHECK(showcase.lines()[0] == "void, says Ada: a cable");
}

TEST_CASE("the page over a match goes on, keeps a clip, leaves, and alone, begins anew") {
  const auto key = [](SDL_Scancode code) {
    SDL_Event event{};
    event.type = SDL_KEYDOWN;
    event.key.keysym.scancode = code;
    return event;
  };
  const auto chosen = [](Pause& pause, const SDL_Event& event) {
    const auto taken = pause.take(event);
    REQUIRE(taken);
    return taken->choice;
  };
  Pause alone({.mode = Mode::training}, "");
  CHECK(alone.page().lines.size() == 9);
  CHECK(alone.page().lines.size() <= menu_lines_shown);
  CHECK(chosen(alone, key(SDL_SCANCODE_ESCAPE)) == Pause::Choice::go_on);
  CHECK_FALSE(alone.take(key(SDL_SCANCODE_DOWN)));
  CHECK(chosen(alone, key(SDL_SCANCODE_RETURN)) == Pause::Choice::again);
  CHECK_FALSE(alone.take(key(SDL_SCANCODE_LEFT)));  // it has no value
  CHECK_FALSE(alone.take(key(SDL_SCANCODE_DOWN)));
  alone.show(Pause::Choice::dummy, "jumps");
  CHECK(alone.page().lines[2].value == "jumps");
  const auto before = alone.take(key(SDL_SCANCODE_LEFT));
  REQUIRE(before);
  CHECK(before->choice == Pause::Choice::dummy);
  CHECK(before->by == -1);
  Pause online({.mode = Mode::join}, "a remark");
  CHECK(online.page().message == "a remark");
  CHECK(online.page().lines.size() == 7);
  CHECK_FALSE(online.take(key(SDL_SCANCODE_UP)));
  CHECK(chosen(online, key(SDL_SCANCODE_RETURN)) == Pause::Choice::leave);
  CHECK(Pause::stops(Mode::bot));
  CHECK_FALSE(Pause::stops(Mode::host));
}

TEST_CASE("a pause says what holds up the match meanwhile, then why it has come") {
  Pause pause({.mode = Mode::join}, "A game controller is gone.");
  CHECK(pause.page().message == "A game controller is gone.");
  pause.say("Looking for the relay", {});
  CHECK(pause.page().message == "Looking for the relay");
  pause.say({}, {});
  CHECK(pause.page().message == "A game controller is gone.");
}

TEST_CASE("a pause asks the host about a newcomer, and that is a question and no alarm") {
  Pause pause({.mode = Mode::host}, "");
  const auto labels = [&] {
    std::vector<std::string> words;
    for (const MenuLine& line : pause.page().lines)
      words.push_back(line.label);
    return words;
  };
  const auto alarms = [&](const std::string& notice, const std::string& question) {
    pause.say(notice, question);
    Canvas canvas(1280, 720);
    Text text;
    draw_menu(canvas, text, pause.page(), 0);
    const auto& colour = shade::alarm;
    const std::uint32_t alarm = 0xFF000000U | std::uint32_t{colour.red} << 16U |
                                std::uint32_t{colour.green} << 8U | colour.blue;
    return std::count(canvas.pixels().begin(), canvas.pixels().end(), alarm);
  };
  const auto before = labels();
  const auto leave = before.size() - 1;
  pause.point_at(leave);
  CHECK(alarms("Looking for the relay", {}) > 0);
  // Somebody comes while the page is open: the question is there, and the choice stays.
  CHECK(alarms({}, "May Ada play?") == 0);
  CHECK(pause.page().title == "May Ada play?");
  CHECK(labels()[1] == "Let the newcomer in");
  CHECK(labels()[2] == "Turn the newcomer away");
  CHECK(pause.choice() == Pause::Choice::leave);
  // Trouble comes first, and can be seen beside the answers.
  CHECK(alarms("Looking for the relay", "May Ada play?") > 0);
  CHECK(labels().size() == before.size() + 2);
  // She has gone, or has her answer.
  pause.point_at(2);
  CHECK(pause.choice() == Pause::Choice::turn_away);
  pause.say({}, {});
  CHECK(pause.page().title == "The match goes on");
  CHECK(labels() == before);
  CHECK(pause.choice() == Pause::Choice::go_on);
}

}  // namespace counterpoint::test
