#include "program/title.hpp"

#include <chrono>
#include <thread>

#include "program/play.hpp"

namespace counterpoint {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto frame_at_least = 8ms;

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
        seconds);
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
      if (wish) session_->offer(tutti::PlayerId{slot}, *wish);
    }
  }

  static constexpr std::uint8_t players = 3;
  std::optional<GameSession> session_;
  tutti::Random random_{11};
  tutti::Tick decided_;
  tutti::Instant now_{};
};

std::optional<Menu::Step> step_of_key(SDL_Scancode key, bool is_typing) {
  switch (key) {
    case SDL_SCANCODE_UP:
      return Menu::Step::up;
    case SDL_SCANCODE_DOWN:
    case SDL_SCANCODE_TAB:
      return Menu::Step::down;
    case SDL_SCANCODE_LEFT:
      return Menu::Step::left;
    case SDL_SCANCODE_RIGHT:
      return Menu::Step::right;
    case SDL_SCANCODE_RETURN:
    case SDL_SCANCODE_KP_ENTER:
      return Menu::Step::accept;
    case SDL_SCANCODE_ESCAPE:
      return Menu::Step::back;
    default:
      break;
  }
  if (is_typing) return std::nullopt;
  switch (key) {
    case SDL_SCANCODE_W:
      return Menu::Step::up;
    case SDL_SCANCODE_S:
      return Menu::Step::down;
    case SDL_SCANCODE_A:
      return Menu::Step::left;
    case SDL_SCANCODE_D:
      return Menu::Step::right;
    case SDL_SCANCODE_SPACE:
      return Menu::Step::accept;
    default:
      return std::nullopt;
  }
}

std::optional<Menu::Step> step_of_button(int button) {
  switch (button) {
    case SDL_CONTROLLER_BUTTON_DPAD_UP:
      return Menu::Step::up;
    case SDL_CONTROLLER_BUTTON_DPAD_DOWN:
      return Menu::Step::down;
    case SDL_CONTROLLER_BUTTON_DPAD_LEFT:
      return Menu::Step::left;
    case SDL_CONTROLLER_BUTTON_DPAD_RIGHT:
      return Menu::Step::right;
    case SDL_CONTROLLER_BUTTON_A:
    case SDL_CONTROLLER_BUTTON_START:
      return Menu::Step::accept;
    case SDL_CONTROLLER_BUTTON_B:
    case SDL_CONTROLLER_BUTTON_BACK:
      return Menu::Step::back;
    default:
      return std::nullopt;
  }
}

/// Inputs for the menu; a stick moves once until it is let go.
class Inputs {
 public:
  Inputs(Desk& desk, Menu& menu) : desk_(desk), menu_(menu) {}

  bool is_over() const { return is_over_; }

  void take(const SDL_Event& event) {
    desk_.hands.take(event);  // for controllers that come and go
    switch (event.type) {
      case SDL_QUIT:
        is_over_ = true;
        return;
      case SDL_WINDOWEVENT:
        if (event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) desk_.screen.fit();
        return;
      case SDL_KEYDOWN:
        return take_key(event.key);
      case SDL_TEXTINPUT:
        return menu_.take_text(event.text.text);
      case SDL_CONTROLLERBUTTONDOWN:
        if (const auto step = step_of_button(event.cbutton.button)) menu_.take(*step);
        return;
      case SDL_CONTROLLERAXISMOTION:
        return take_axis(event.caxis);
      case SDL_MOUSEMOTION:
        return point(event.motion.x, event.motion.y);
      case SDL_MOUSEBUTTONDOWN:
        return take_click(event.button);
      case SDL_MOUSEWHEEL:
        if (event.wheel.y != 0) {
          menu_.take(event.wheel.y > 0 ? Menu::Step::up : Menu::Step::down);
        }
        return;
      default:
        return;
    }
  }

 private:
  void take_key(const SDL_KeyboardEvent& event) {
    const SDL_Scancode key = event.keysym.scancode;
    if (menu_.awaits_key() && key != SDL_SCANCODE_ESCAPE) return menu_.take_bound_key(key);
    if (key == SDL_SCANCODE_BACKSPACE) return menu_.erase();
    if (key == SDL_SCANCODE_F11 && event.repeat == 0) {
      desk_.settings.is_fullscreen = !desk_.settings.is_fullscreen;
      return desk_.apply();
    }
    if (const auto step = step_of_key(key, menu_.is_typing())) menu_.take(*step);
  }

  void take_axis(const SDL_ControllerAxisEvent& event) {
    constexpr int far = 20'000, near = 10'000;
    const bool is_x = event.axis == SDL_CONTROLLER_AXIS_LEFTX;
    if (!is_x && event.axis != SDL_CONTROLLER_AXIS_LEFTY) return;
    bool& is_pushed = is_x ? is_pushed_x_ : is_pushed_y_;
    if (std::abs(event.value) < near) is_pushed = false;
    if (is_pushed || std::abs(event.value) < far) return;
    is_pushed = true;
    if (is_x) return menu_.take(event.value > 0 ? Menu::Step::right : Menu::Step::left);
    menu_.take(event.value > 0 ? Menu::Step::down : Menu::Step::up);
  }

  void point(int x, int y) {
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
  bool is_pushed_x_ = false, is_pushed_y_ = false;
  bool is_over_ = false;
};

}  // namespace

std::optional<Options> ask(Desk& desk, const Options& base, const std::string& message) {
  desk.hands.set_players(1);
  desk.screen.set_title("Counterpoint");
  SDL_StartTextInput();
  Menu menu(base, desk.settings);
  menu.say(message);
  Inputs inputs(desk, menu);
  Attraction attraction;
  const auto begun = Clock::now();
  auto before = begun;
  while (!inputs.is_over() && !menu.is_over() && !is_asked_to_end()) {
    const auto now = Clock::now();
    if (base.seconds > 0 && now - begun >= std::chrono::seconds(base.seconds)) break;
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
    attraction.draw(desk, std::chrono::duration<float>(now - before).count());
    draw_menu(desk.screen.canvas(), desk.painter.text(), menu.page(),
              std::chrono::duration<float>(now - begun).count());
    desk.show();
    if (desk.director.is_done()) break;
    std::this_thread::sleep_until(now + frame_at_least);
    before = now;
  }
  SDL_StopTextInput();
  return std::nullopt;
}

}  // namespace counterpoint
