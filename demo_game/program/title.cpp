#include "program/title.hpp"

#include <chrono>
#include <memory>
#include <thread>

#include "program/preview.hpp"
#include "program/round.hpp"
#include "render/panel.hpp"

namespace counterpoint {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto title_frame_at_least = 8ms;
constexpr std::size_t remark_columns = 38;
constexpr std::int64_t showcase_ticks = 1024;  // folded for each picture

/// Behind the menu: bots that fight, whatever is chosen.
class Attraction {
 public:
  Attraction() {
    auto session = tutti::solo<Counterpoint>({.seed = 7, .players = players});
    if (!session) return;
    session_.emplace(std::move(*session));
    // The first picture is of a fight already.
    constexpr int choosing_ticks_max = 1800;
    for (int i = 0; i < choosing_ticks_max; ++i) {
      pass(tick);
      if (session_->state().phase == Phase::fighting) return;
    }
  }

  void draw(Desk& desk, float seconds) {
    if (!session_) return;
    pass(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9F)));
    for (const auto& heard : session_->effects()) {
      const bool is_new = heard.change == tutti::EffectChange::happened;
      if (is_new) desk.painter.sparks().add(heard.effect);
    }
    desk.painter.draw_scenery(
        desk.screen.canvas(),
        {session_->previous_state(), session_->state(), static_cast<float>(session_->fraction())},
        {.seconds = seconds, .is_cut = std::exchange(is_first_, false)});
  }

 private:
  static constexpr std::chrono::nanoseconds tick{1'000'000'000 / Counterpoint::tick_rate + 1};

  /// Time is an argument: it need not be the clock's.
  void pass(std::chrono::nanoseconds time) {
    now_ += time;
    session_->advance(now_);
    const tutti::Timeline* timeline = session_->any().timeline();
    if (timeline == nullptr || timeline->present() <= decided_) return;
    decided_ = timeline->present();
    for (std::uint8_t slot = 0; slot < players; ++slot) {
      const auto wish = play_bot(session_->state(), tutti::PlayerId{slot}, random_);
      if (wish) session_->set_input(tutti::PlayerId{slot}, *wish);
    }
  }

  static constexpr std::uint8_t players = 3;
  std::optional<GameSession> session_;
  tutti::Random random_{11};
  tutti::Tick decided_;
  tutti::Instant now_{};
  bool is_first_ = true;
};

/// Inputs for the menu.
class Inputs {
 public:
  Inputs(Desk& desk, Menu& menu) : desk_(desk), menu_(menu) {}

  bool is_over() const { return is_over_; }

  void take(const SDL_Event& event) {
    desk_.hands.take(event);  // for controllers that come and go
    if (menu_.awaits_button()) {
      if (const auto input = pressed_input(event)) return menu_.take_bound_button(*input);
    }
    switch (event.type) {
      case SDL_QUIT:
        is_over_ = true;
        return;
      case SDL_WINDOWEVENT:
        if (event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) desk_.screen.fit();
        return;
      case SDL_TEXTINPUT:
        return menu_.take_text(event.text.text);
      case SDL_MOUSEMOTION:
        return point(event.motion.x, event.motion.y);
      case SDL_MOUSEBUTTONDOWN:
        return take_click(event.button);
      case SDL_KEYDOWN:
        if (take_key(event.key)) return;
        break;
      default:
        break;
    }
    if (const auto step = steps_.of(event, menu_.is_typing())) menu_.take(*step);
  }

 private:
  /// Whether the key meant something beside a step.
  bool take_key(const SDL_KeyboardEvent& event) {
    const SDL_Scancode key = event.keysym.scancode;
    if (menu_.awaits_key() && key != SDL_SCANCODE_ESCAPE) {
      menu_.take_bound_key(key);
      return true;
    }
    if (key == SDL_SCANCODE_BACKSPACE) menu_.erase();
    if (key == SDL_SCANCODE_V && (event.keysym.mod & KMOD_CTRL) != 0) {
      const std::unique_ptr<char, void (*)(void*)> pasted(SDL_GetClipboardText(), SDL_free);
      if (pasted) menu_.paste(pasted.get());
      return true;
    }
    if (key == SDL_SCANCODE_F11 && event.repeat == 0) {
      desk_.settings.is_fullscreen = !desk_.settings.is_fullscreen;
      desk_.apply();
    }
    return false;
  }

  /// Only a mouse that moves chooses: where it lies when the window opens means nothing.
  void point(int x, int y) {
    const bool is_first = !mouse_;
    const bool is_still = mouse_ && mouse_->x == x && mouse_->y == y;
    mouse_ = SDL_Point{x, y};
    if (is_first || is_still) return;
    const auto line =
        menu_line_at(desk_.screen.canvas(), menu_.page(), desk_.screen.on_canvas(x, y));
    if (line) menu_.point_at(*line);
  }

  void take_click(const SDL_MouseButtonEvent& event) {
    if (event.button == SDL_BUTTON_RIGHT) return menu_.take(Menu::Step::back);
    const Point at = desk_.screen.on_canvas(event.x, event.y);
    const auto line = menu_line_at(desk_.screen.canvas(), menu_.page(), at);
    if (!line) return;
    menu_.point_at(*line);
    menu_.take(Menu::Step::accept);
  }

  Desk& desk_;
  Menu& menu_;
  MenuSteps steps_;
  std::optional<SDL_Point> mouse_;
  bool is_over_ = false;
};

}  // namespace

std::optional<Options> ask(Desk& desk, Menu& menu, const Asking& asking) {
  desk.hands.set_players(1);
  desk.set_title("Counterpoint");
  SDL_StartTextInput();
  menu.refresh();
  if (asking.refused) menu.correct(*asking.refused);
  const std::string news = std::exchange(desk.news, {});
  menu.say(asking.message.empty() ? news : asking.message);
  Inputs inputs(desk, menu);
  Attraction attraction;
  Showcase showcase;
  const auto limit = std::chrono::seconds(asking.seconds);
  const auto begun = Clock::now();
  auto before = begun;
  while (!inputs.is_over() && !menu.is_over() && !is_asked_to_end()) {
    const auto now = Clock::now();
    if (limit.count() > 0 && now - begun >= limit) break;
    desk.direct();
    SDL_Event event;
    while (SDL_PollEvent(&event) != 0)
      inputs.take(event);
    if (menu.has_changed()) {
      const std::string complaint = desk.keep();
      if (!complaint.empty()) menu.say(complaint);
    }
    if (auto chosen = menu.chosen()) {
      SDL_StopTextInput();
      return chosen;
    }
    const Recording* recording = menu.recording();
    showcase.show(recording != nullptr && recording->complaint.empty() ? recording->path : "",
                  unit_of(desk.screen.canvas()));
    showcase.fold(showcase_ticks);
    const bool is_refused = recording != nullptr && !recording->complaint.empty();
    menu.show_beside(showcase.picture(),
                     is_refused ? wrapped(recording->complaint, remark_columns) : showcase.lines());
    if (desk.speaker) desk.speaker->set_tune(Tune::menu);
    attraction.draw(desk, std::chrono::duration<float>(now - before).count());
    draw_menu(desk.screen.canvas(), desk.painter.text(), menu.page(),
              std::chrono::duration<float>(now - begun).count());
    desk.show();
    if (desk.director.is_done()) break;
    std::this_thread::sleep_until(now + title_frame_at_least);
    before = now;
  }
  SDL_StopTextInput();
  return std::nullopt;
}

}  // namespace counterpoint
