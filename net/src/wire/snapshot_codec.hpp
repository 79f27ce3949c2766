#pragma once
// The bytes of a snapshot's pieces, after the message's kind.

#include "tutti/net/snapshot.hpp"

namespace tutti::detail {

void write_fields(ByteWriter& out, const SnapshotPiece& piece);
SnapshotPiece read_snapshot_piece(ByteReader& in);

}  // namespace tutti::detail
