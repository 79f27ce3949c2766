#pragma once
// The bytes of desync_messages.hpp, without their kind.

#include "tutti/net/desync_messages.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

void write(ByteWriter& out, const Diverged& message);
void write(ByteWriter& out, const Refolded& message);
void write(ByteWriter& out, const Settled& message);
void write(ByteWriter& out, const Evidence& message);
Diverged read_diverged(ByteReader& in);
Refolded read_refolded(ByteReader& in);
Settled read_settled(ByteReader& in);
Evidence read_evidence(ByteReader& in);

}  // namespace tutti::detail
