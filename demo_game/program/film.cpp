#include "program/film.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "render/painter.hpp"
#include "render/picture.hpp"

namespace counterpoint {

namespace {

constexpr std::int64_t filmed_within_ticks = 30;

tutti::Result<void> write_raw(int file, const Canvas& canvas) {
  std::span<const std::byte> left = std::as_bytes(canvas.pixels());
  while (!left.empty()) {
    const ::ssize_t count = ::write(file, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return tutti::fail(tutti::Fault::system,
                         std::string("the frames cannot be written: ") + std::strerror(errno));
    }
    left = left.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

tutti::Result<void> write_picture(const std::string& folder, std::int64_t number,
                                  const Canvas& canvas) {
  return save_png(canvas, fmt::format("{}/frame-{:06}.png", folder, number));
}

void take_effects(Painter& painter, const GameSession& session) {
  for (const auto& heard : session.effects()) {
    if (heard.change == tutti::EffectChange::cancelled) painter.sparks().cancel(heard.effect);
    if (heard.change == tutti::EffectChange::happened && heard.age_ticks <= filmed_within_ticks) {
      painter.sparks().add(heard.effect, static_cast<float>(heard.age_ticks));
    }
  }
}

}  // namespace

tutti::Result<void> film(GameSession session, const Options& options) {
  Canvas canvas(options.width, options.height);
  Painter painter;
  Wording wording(options);
  if (!options.pictures.empty()) {
    std::error_code ignored;  // writing says what is wrong
    std::filesystem::create_directories(options.pictures, ignored);
  }
  // Time is an argument: as fast as the machine draws.
  constexpr auto tick = std::chrono::nanoseconds(std::chrono::seconds(1)) / Counterpoint::tick_rate;
  constexpr float seconds = 1.0F / Counterpoint::tick_rate;
  tutti::Instant now{};
  session.advance(now);
  const std::int64_t length = session.playback()->length().value;
  const std::int64_t last = options.to_tick >= 0 ? std::min(options.to_tick, length) : length;
  std::int64_t shown = session.playback()->position().value;
  for (std::int64_t number = 0; shown <= last; ++shown, ++number) {
    session.playback()->seek(tutti::Tick{shown});
    session.advance(now += tick / 2);  // its own half tick more lands within the same one
    // Far ahead it takes several advances.
    while (session.status() < tutti::Status::ended && session.statistics().present.value < shown)
      session.advance(now);
    if (session.status() == tutti::Status::failed) return tutti::Unexpected{session.failure()};
    take_effects(painter, session);
    Captions captions = wording.captions(session, seconds);
    captions.progress.reset();
    painter.draw(canvas, {session.previous_state(), session.state(), 1}, captions,
                 {.seconds = seconds, .is_cut = number == 0});
    const auto written = options.pictures.empty() ? write_raw(options.raw_frames, canvas)
                                                  : write_picture(options.pictures, number, canvas);
    if (!written) return written;
  }
  return {};
}

}  // namespace counterpoint
