#pragma once
// The bytes of room_terms.hpp and room_messages.hpp, without a kind.

#include "tutti/net/room_messages.hpp"
#include "tutti/net/room_terms.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

void write(ByteWriter& out, const RoomTerms& terms);
RoomTerms read_room_terms(ByteReader& in);

void write(ByteWriter& out, const HostAsked& message);
void write(ByteWriter& out, const Newcomer& message);
void write(ByteWriter& out, const NewcomerGone& message);
void write(ByteWriter& out, const HostAnswer& message);
void write(ByteWriter& out, const Attendance& message);
HostAsked read_host_asked(ByteReader& in);
Newcomer read_newcomer(ByteReader& in);
NewcomerGone read_newcomer_gone(ByteReader& in);
HostAnswer read_host_answer(ByteReader& in);
Attendance read_attendance(ByteReader& in);

}  // namespace tutti::detail
