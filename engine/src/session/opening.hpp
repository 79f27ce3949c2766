#pragma once
// The ways to begin a session: a caller's wishes, checked and made into a source.

#include "session/running_session.hpp"

namespace tutti {

class Link;
struct Hello;
struct PeerId;

/// The setup of a match that this session opens; refuses what the game cannot do.
Result<Setup> make_setup(const AnyGame& game, const SoloOptions& options);

/// A state that its own bytes do not bring back could neither be rolled back nor joined late.
Result<void> check_saving(const AnyGame& game);

// Each is the AnySession function of this name.
Result<Opening> open_solo(const AnyGame& game, const SoloOptions& options);
Result<Opening> open_branch(const AnyGame& game, const MatchRecord& record, Tick at,
                            const SessionOptions& options);
Result<Opening> open_recording(const AnyGame& game, MatchRecord record,
                               const WatchOptions& options);

// With a relay, in opening_online.cpp.
Result<Opening> open_join(const AnyGame& game, JoinOptions options);
Result<Opening> open_join_over(const AnyGame& game, std::unique_ptr<Link> link, PeerId relay,
                               JoinOptions options);
Result<Opening> open_host(const AnyGame& game, HostOptions options);
Result<Opening> open_spectator(const AnyGame& game, SpectateOptions options);
Opening open_over(std::unique_ptr<Link> link, PeerId relay, Hello hello,
                  const SessionOptions& options);

}  // namespace tutti
