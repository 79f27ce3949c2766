#pragma once
// Sends a link's datagrams, and counts them.

#include "link/datagrams.hpp"
#include "tutti/net/link.hpp"

namespace tutti::detail {

struct Post {
  Datagrams& datagrams;
  LinkStatistics statistics{};

  void send(const Endpoint& to, BytesView bytes) {
    if (!datagrams.send(to, bytes)) return;
    ++statistics.datagrams_sent;
    statistics.bytes_sent += bytes.size();
  }
};

}  // namespace tutti::detail
