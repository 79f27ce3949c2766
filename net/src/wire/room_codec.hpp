#pragma once
// The bytes of room_terms.hpp and room_messages.hpp, without a kind.

#include "tutti/net/room_terms.hpp"

namespace tutti::detail {

void write(ByteWriter& out, const RoomTerms& terms);
RoomTerms read_room_terms(ByteReader& in);

}  // namespace tutti::detail
