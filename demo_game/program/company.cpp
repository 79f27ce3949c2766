#include "program/company.hpp"

#include <fmt/format.h>

namespace counterpoint {

namespace {

/// Where the relay is from this machine: its port here, whatever addresses it listens at.
std::string address_here(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  return "127.0.0.1" + (colon == std::string::npos ? std::string() : listen.substr(colon));
}

}  // namespace

tutti::Result<Company> Company::join(const Options& options, const std::string& room) {
  Company company(options.seed + 1, options.strength);
  for (std::uint8_t i = 0; i < options.guests; ++i) {
    auto session = tutti::join<Counterpoint>({.relay = address_here(options.listen),
                                              .room = room,
                                              .name = fmt::format("CPU {}", i + 1)});
    if (!session) return tutti::Unexpected{session.error()};
    company.guests_.push_back({std::move(*session)});
  }
  return company;
}

void Company::play(tutti::Instant now) {
  for (Guest& guest : guests_) {
    guest.session.advance(now);
    const tutti::Timeline* timeline = guest.session.any().timeline();
    if (timeline == nullptr || timeline->present() <= guest.decided) continue;
    guest.decided = timeline->present();
    const auto wish =
        play_bot(guest.session.state(), *guest.session.player(), random_, {.strength = strength_});
    if (wish) guest.session.set_input(*wish);
  }
}

}  // namespace counterpoint
