#pragma once
// The order in which records have the keys and signatures of clients. They come from pages of a
// journal, from its other records and from other files, in the order of their writing.

#include <vector>

#include "tutti/replay/match_record.hpp"

namespace tutti {

/// By hash; of each hash the first one stays.
void put_in_order(std::vector<ClientKey>& keys);
/// By tick; of one tick by player and key.
void put_in_order(std::vector<PlayerSignature>& signatures);

}  // namespace tutti
