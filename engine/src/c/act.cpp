// A session's other work for C: it referees, changes roles, moves through a recording, writes
// files.

#include "c/session.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/replay/match_file.hpp"

using tutti::c::act;
using tutti::c::misused;
using tutti::c::say;
using tutti::c::with;

namespace {

constexpr const char* no_playback = "only a session that watches can be moved through its match";

/// Moves through the match by `move`, where that is possible.
template <class Move>
tutti_result move_playback(tutti_session* session, Move move) {
  return act(session, [&](tutti_session& self) {
    tutti::Playback* playback = self.session.playback();
    return playback == nullptr ? misused(no_playback) : move(*playback);
  });
}

template <class Look>
int64_t look_at_playback(tutti_session* session, Look look) {
  return with(session, std::int64_t{-1}, [&](tutti_session& self) {
    const tutti::Playback* playback = self.session.playback();
    if (playback == nullptr) return misused(no_playback), std::int64_t{-1};
    return look(*playback).value;
  });
}

}  // namespace

tutti_result tutti_close_relay(tutti_session* session) {
  return act(session, [](tutti_session& self) {
    const auto trouble = self.session.close_relay();
    return trouble ? say(*trouble) : TUTTI_OK;
  });
}

tutti_result tutti_let_in(tutti_session* session, uint32_t newcomer) {
  return act(session, [&](tutti_session& self) {
    self.session.let_in(tutti::NewcomerId{newcomer});
    return TUTTI_OK;
  });
}

tutti_result tutti_turn_away(tutti_session* session, uint32_t newcomer) {
  return act(session, [&](tutti_session& self) {
    self.session.turn_away(tutti::NewcomerId{newcomer});
    return TUTTI_OK;
  });
}

tutti_result tutti_kick(tutti_session* session, int32_t player) {
  return act(session, [&](tutti_session& self) {
    if (player < 0 || player >= static_cast<int32_t>(tutti::limits::players)) {
      return misused("the player is no slot: 0 to 63");
    }
    self.session.kick(tutti::PlayerId{static_cast<std::uint8_t>(player)});
    return TUTTI_OK;
  });
}

tutti_result tutti_end_match(tutti_session* session) {
  return act(session, [](tutti_session& self) {
    self.session.end_match();
    return TUTTI_OK;
  });
}

tutti_result tutti_correct(tutti_session* session, uint32_t correction, int64_t about,
                           const char* reason) {
  return act(session, [&](tutti_session& self) {
    std::string text = tutti::c::text_of(reason);
    if (correction > TUTTI_RESTART)
      return misused(
          "the correction is none of TUTTI_DECISION to "
          "TUTTI_RESTART");
    if (about < 0) return misused("a correction is about a tick, which is not below zero");
    if (text.size() > tutti::limits::correction_bytes) {
      return misused("the reason of a correction has at most 255 bytes");
    }
    self.session.correct(static_cast<tutti::Correction>(correction), tutti::Tick{about},
                         std::move(text));
    return TUTTI_OK;
  });
}

tutti_result tutti_become_player(tutti_session* session, const char* name) {
  return act(session, [&](tutti_session& self) {
    self.session.become_player(tutti::c::text_of(name));
    return TUTTI_OK;
  });
}

tutti_result tutti_become_spectator(tutti_session* session, int32_t delay_seconds) {
  return act(session, [&](tutti_session& self) {
    if (delay_seconds < 0 || delay_seconds > tutti::limits::spectator_delay_seconds) {
      return misused("a spectator stays 0 to 300 s behind the match");
    }
    self.session.become_spectator(delay_seconds);
    return TUTTI_OK;
  });
}

tutti_result tutti_leave(tutti_session* session) {
  return act(session, [](tutti_session& self) {
    self.session.leave();
    return TUTTI_OK;
  });
}

int64_t tutti_playback_length(tutti_session* session) {
  return look_at_playback(session, [](const tutti::Playback& at) { return at.length(); });
}

int64_t tutti_playback_position(tutti_session* session) {
  return look_at_playback(session, [](const tutti::Playback& at) { return at.position(); });
}

tutti_result tutti_playback_pause(tutti_session* session, int32_t is_paused) {
  return move_playback(session, [&](tutti::Playback& playback) {
    playback.set_paused(is_paused != 0);
    return TUTTI_OK;
  });
}

tutti_result tutti_playback_speed(tutti_session* session, int32_t sixteenths) {
  return move_playback(session, [&](tutti::Playback& playback) {
    playback.set_speed(sixteenths);
    return TUTTI_OK;
  });
}

tutti_result tutti_playback_seek(tutti_session* session, int64_t tick) {
  return move_playback(session, [&](tutti::Playback& playback) {
    if (tick < 0 || tick > playback.length().value) {
      return misused("the match has no such tick: see tutti_playback_length");
    }
    playback.seek(tutti::Tick{tick});
    return TUTTI_OK;
  });
}

tutti_result tutti_save_recording(const tutti_session* session, const char* path) {
  return act(session, [&](const tutti_session& self) {
    if (path == nullptr) return misused("there is no path for the recording");
    const auto recording = self.session.recording();
    if (!recording) return say(recording.error());
    const auto written = tutti::write_match_file(path, *recording);
    return written ? TUTTI_OK : say(written.error());
  });
}

const char* tutti_report_bug(tutti_session* session, const char* note, const char* path) {
  return with(session, static_cast<const char*>(nullptr), [&](tutti_session& self) -> const char* {
    auto written = self.session.report_bug(tutti::c::text_of(note), tutti::c::text_of(path));
    if (!written) return say(written.error()), nullptr;
    self.text = std::move(*written);
    return self.text.c_str();
  });
}
