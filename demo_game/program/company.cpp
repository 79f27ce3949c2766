#include "program/company.hpp"

#include <fmt/format.h>

namespace counterpoint {

namespace {

/// Where the relay is from this machine: its port here, whatever addresses it listens at.
std::string address_here(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  return "127.0.0.1" + (colon == std::string::npos ? std::string() : listen.substr(colon));
}

std::string name_of(std::size_t guest) { return fmt::format("CPU {}", guest + 1); }

}  // namespace

tutti::Result<Company> Company::join(const Options& options, const std::string& room) {
  Company company(options.seed + 1, options.strength);
  for (std::uint8_t i = 0; i < options.guests; ++i) {
    auto session = tutti::join<Counterpoint>({.relay = address_here(options.listen),
                                              .room = room,
                                              .name = name_of(i),
                                              .password = options.password});
    if (!session) return tutti::Unexpected{session.error()};
    company.guests_.push_back({std::move(*session)});
  }
  return company;
}

bool Company::expects(const tutti::Newcomer& newcomer) const {
  for (std::size_t i = 0; i < guests_.size(); ++i) {
    const bool is_waiting = guests_[i].session.is_host_asked();
    if (is_waiting && newcomer.names == std::vector<std::string>{name_of(i)}) return true;
  }
  return false;
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
