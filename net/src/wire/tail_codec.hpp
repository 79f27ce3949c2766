#pragma once
// How tails are written; messages.cpp has the kinds.

#include "tutti/net/tail.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

void write_fields(ByteWriter& out, const TailWanted& message);
TailWanted read_tail_wanted(ByteReader& in);
void write_fields(ByteWriter& out, const Tail& message);
Tail read_tail(ByteReader& in);

}  // namespace tutti::detail
