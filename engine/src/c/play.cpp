// Playing a session from C: time, what the player does, the state, and the effects.

#include <string>

#include "c/session.hpp"

using tutti::c::act;
using tutti::c::misused;
using tutti::c::with;

namespace {

/// The slot of these controls, or nothing for a number that is no slot.
std::optional<tutti::PlayerId> local_player(const tutti::AnySession& session, int32_t player) {
  if (player == TUTTI_LOCAL) return session.player().value_or(tutti::PlayerId{});
  if (player < 0 || player >= static_cast<int32_t>(tutti::limits::players)) return std::nullopt;
  return tutti::PlayerId{static_cast<std::uint8_t>(player)};
}

/// Checks an event, and gives it to the session by `take`.
template <class Take>
tutti_result take_event(tutti_session& self, int32_t player, const uint8_t* bytes, size_t size,
                        Take take) {
  if (bytes == nullptr && size != 0) return misused("the event's bytes are NULL");
  if (size > tutti::limits::event_bytes) {
    const std::string sentence = "an event of " + std::to_string(size) +
                                 " bytes is too large: it has at most " +
                                 std::to_string(tutti::limits::event_bytes);
    return misused(sentence.c_str());
  }
  const auto slot = local_player(self.session, player);
  if (!slot) return misused("the player is no slot: 0 to 63, or TUTTI_LOCAL");
  if (take(*slot, tutti::c::view_of(bytes, size))) return TUTTI_OK;
  return tutti::c::say({tutti::Fault::refused, "the match takes no event of this player now"});
}

}  // namespace

tutti_result tutti_advance(tutti_session* session, int64_t now) {
  return act(session, [&](tutti_session& self) {
    if (self.now && now < *self.now) {
      const std::string sentence = "time went back by " + std::to_string(*self.now - now) +
                                   " ns: advance needs a clock that never does";
      return misused(sentence.c_str());
    }
    self.now = now;
    self.session.advance(tutti::Instant(std::chrono::nanoseconds(now)));
    return TUTTI_OK;
  });
}

tutti_result tutti_set_input(tutti_session* session, int32_t player, const uint8_t* bytes,
                             size_t size) {
  return act(session, [&](tutti_session& self) {
    return take_event(self, player, bytes, size, [&](tutti::PlayerId slot, tutti::BytesView event) {
      return self.session.set_input(slot, event);
    });
  });
}

tutti_result tutti_send(tutti_session* session, int32_t player, const uint8_t* bytes, size_t size) {
  return act(session, [&](tutti_session& self) {
    return take_event(self, player, bytes, size, [&](tutti::PlayerId slot, tutti::BytesView event) {
      self.session.send(slot, event);
      return true;
    });
  });
}

const void* tutti_state(const tutti_session* session) {
  return with(session, static_cast<const void*>(nullptr),
              [](const tutti_session& self) { return self.session.state(); });
}

const void* tutti_previous_state(const tutti_session* session) {
  return with(session, static_cast<const void*>(nullptr),
              [](const tutti_session& self) { return self.session.previous_state(); });
}

double tutti_fraction(const tutti_session* session) {
  return with(session, 0.0, [](const tutti_session& self) { return self.session.fraction(); });
}

tutti_result tutti_state_bytes(tutti_session* session, const uint8_t** bytes, size_t* size) {
  return act(session, [&](tutti_session& self) {
    if (bytes == nullptr || size == nullptr) return misused("there is no place for the bytes");
    tutti::save_state(self.session.game(), self.session.state(), self.bytes);
    *bytes = reinterpret_cast<const uint8_t*>(self.bytes.data());
    *size = self.bytes.size();
    return TUTTI_OK;
  });
}

tutti_result tutti_describe_state(const tutti_session* session, const tutti_field_sink* fields) {
  return act(session, [&](const tutti_session& self) {
    if (fields == nullptr || fields->field == nullptr) return misused("there is no field sink");
    for (const tutti::Field& field :
         tutti::list_fields(self.session.game(), self.session.state())) {
      fields->field(fields->context, field.path.c_str(), field.value.c_str());
    }
    return TUTTI_OK;
  });
}

size_t tutti_effects(tutti_session* session, const tutti_heard** effects) {
  return with(session, std::size_t{0}, [&](tutti_session& self) {
    if (effects == nullptr) return misused("there is no place for the effects"), std::size_t{0};
    self.heard.clear();
    for (const tutti::EffectNotice& notice : self.session.effects()) {
      self.heard.push_back({.tick = notice.tick.value,
                            .was = notice.was.value,
                            .age_ticks = notice.age_ticks,
                            .key = notice.record.key,
                            .bytes = reinterpret_cast<const uint8_t*>(notice.record.bytes.data()),
                            .size = notice.record.size,
                            .kind = notice.record.kind,
                            .change = static_cast<uint8_t>(notice.change)});
    }
    *effects = self.heard.data();
    return self.heard.size();
  });
}
