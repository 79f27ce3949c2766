// A session's news for C: its status, its measures, its players.

#include <algorithm>

#include "c/session.hpp"

using tutti::c::act;
using tutti::c::misused;
using tutti::c::with;

namespace {

/// A text that the session keeps for the caller.
const char* kept(tutti_session& self, std::string text) {
  self.text = std::move(text);
  return self.text.c_str();
}

}  // namespace

int32_t tutti_status(const tutti_session* session) {
  return with(session, TUTTI_FAILED, [](const tutti_session& self) {
    return static_cast<int32_t>(self.session.status());
  });
}

const char* tutti_status_text(int32_t status) {
  return status < TUTTI_CONNECTING || status > TUTTI_FAILED
             ? ""
             : to_text(static_cast<tutti::Status>(status));
}

const char* tutti_failure(const tutti_session* session) {
  return with(session, static_cast<const char*>(nullptr),
              [](const tutti_session& self) -> const char* {
                if (self.session.status() != tutti::Status::failed) return nullptr;
                return self.session.failure().sentence.c_str();
              });
}

tutti_result tutti_get_statistics(const tutti_session* session, tutti_statistics* statistics) {
  return act(session, [&](const tutti_session& self) {
    if (statistics == nullptr) return misused("there is no place for the statistics");
    const tutti::SessionStatistics all = self.session.statistics();
    *statistics = {.present = all.present.value,
                   .confirmed = all.confirmed.value,
                   .input_delay_ticks = all.input_delay_ticks,
                   .steps = all.timeline.steps,
                   .resimulated = all.timeline.resimulated,
                   .rollbacks = all.timeline.rollbacks,
                   .depth_max = all.timeline.depth_max,
                   .events = all.events,
                   .late_events = all.late_events,
                   .refused_events = all.refused_events,
                   .datagrams_up = all.network.datagrams_up,
                   .datagrams_down = all.network.datagrams_down,
                   .bytes_up = all.network.bytes_up,
                   .bytes_down = all.network.bytes_down,
                   .round_trip_ms = all.network.round_trip_ms,
                   .jitter_ms = all.network.jitter_ms,
                   .loss = all.network.loss,
                   .clock_error_ticks = all.clock_error_ticks,
                   .catch_up = all.catch_up,
                   .fold = {},
                   .is_unverified = all.is_unverified ? 1U : 0U,
                   .spectators = all.spectators,
                   .durable = all.durable.value,
                   .replicated = all.replicated.value};
    if (all.fold) {
      std::transform(all.fold->bytes.begin(), all.fold->bytes.end(), statistics->fold,
                     [](std::byte byte) { return std::to_integer<uint8_t>(byte); });
    }
    return TUTTI_OK;
  });
}

uint64_t tutti_facts(const tutti_session* session, const char* kind) {
  return with(session, std::uint64_t{0}, [&](const tutti_session& self) {
    const auto facts = self.session.statistics().facts;
    const auto found = facts.find(tutti::c::text_of(kind));
    return found == facts.end() ? std::uint64_t{0} : found->second;
  });
}

const char* tutti_rules(const tutti_session* session) {
  return with(session, "",
              [](const tutti_session& self) { return self.session.game().rules().c_str(); });
}

int32_t tutti_player(const tutti_session* session) {
  return with(session, -1, [](const tutti_session& self) {
    const auto player = self.session.player();
    return player ? static_cast<int32_t>(player->value) : -1;
  });
}

int32_t tutti_is_watching(const tutti_session* session) {
  return with(session, 0,
              [](const tutti_session& self) { return self.session.is_watching() ? 1 : 0; });
}

const char* tutti_room(tutti_session* session) {
  return with(session, "", [](tutti_session& self) { return kept(self, self.session.room()); });
}

const char* tutti_invitation(tutti_session* session, const char* address) {
  return with(session, "", [&](tutti_session& self) {
    return kept(self, self.session.invitation(tutti::c::text_of(address)));
  });
}

int32_t tutti_is_host_asked(const tutti_session* session) {
  return with(session, 0,
              [](const tutti_session& self) { return self.session.is_host_asked() ? 1 : 0; });
}

size_t tutti_newcomers(tutti_session* session, const tutti_newcomer** newcomers) {
  return with(session, std::size_t{0}, [&](tutti_session& self) {
    if (newcomers == nullptr) return misused("there is no place for the newcomers"), std::size_t{0};
    const std::vector<tutti::Newcomer> all = self.session.newcomers();
    self.names.clear();
    self.newcomers.clear();
    for (const tutti::Newcomer& newcomer : all) {
      std::string& names = self.names.emplace_back();
      for (const std::string& name : newcomer.names)
        names += (names.empty() ? "" : ", ") + name;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      self.newcomers.push_back({.names = self.names[i].c_str(),
                                .id = all[i].id.value,
                                .wants_to_watch = all[i].role == tutti::Role::spectator ? 1U : 0U});
    }
    *newcomers = self.newcomers.data();
    return self.newcomers.size();
  });
}

uint16_t tutti_port(const tutti_session* session) {
  return with(session, std::uint16_t{0},
              [](const tutti_session& self) { return self.session.port(); });
}

int32_t tutti_slots(const tutti_session* session) {
  return with(session, 0, [](const tutti_session& self) {
    return static_cast<int32_t>(self.session.names().size());
  });
}

const char* tutti_name(tutti_session* session, int32_t slot) {
  return with(session, "", [&](tutti_session& self) -> const char* {
    const auto names = self.session.names();
    if (slot < 0 || static_cast<std::size_t>(slot) >= names.size()) {
      return misused("the match has no such slot"), "";
    }
    return kept(self, names[static_cast<std::size_t>(slot)]);
  });
}

uint64_t tutti_awaited(const tutti_session* session) {
  return with(session, std::uint64_t{0}, [](const tutti_session& self) {
    std::uint64_t slots = 0;
    for (const tutti::PlayerId player : self.session.awaited())
      slots |= std::uint64_t{1} << (player.value & 63U);
    return slots;
  });
}

int64_t tutti_diverged(const tutti_session* session) {
  return with(session, std::int64_t{-1}, [](const tutti_session& self) {
    const auto tick = self.session.diverged();
    return tick ? tick->value : std::int64_t{-1};
  });
}

size_t tutti_desyncs(const tutti_session* session) {
  return with(session, std::size_t{0},
              [](const tutti_session& self) { return self.session.desyncs().size(); });
}

const char* tutti_relay_trouble(tutti_session* session) {
  return with(session, static_cast<const char*>(nullptr), [](tutti_session& self) -> const char* {
    const auto trouble = self.session.relay_trouble();
    return trouble ? kept(self, trouble->sentence) : nullptr;
  });
}

const char* tutti_role_refusal(tutti_session* session) {
  return with(session, "",
              [](tutti_session& self) { return kept(self, self.session.role_refusal()); });
}
