#pragma once
// The sentences with which a newcomer to a match is refused, whoever has the match.

#include <optional>
#include <string>

#include "tutti/net/messages.hpp"
#include "tutti/net/relay_options.hpp"
#include "tutti/net/room_terms.hpp"

namespace tutti::detail {

/// The match has other rules than the client, or is over.
std::optional<Refused> why_not_at_all(const std::string& room, const Setup& setup, bool is_over,
                                      const Hello& hello);
/// There are so many spectators here already.
std::optional<Refused> why_not_watch(const std::string& room, const RelayOptions& options,
                                     const RoomTerms& terms, std::size_t spectators);

}  // namespace tutti::detail
