#pragma once
// A reader of its own, written from FORMAT.md alone: it shares no code with replay/, and stops at
// the first byte that is not as that page says.

#define XXH_INLINE_ALL
#include <xxhash.h>
#include <zstd.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "replay/page_numbers.hpp"
#include "support/catch.hpp"
#include "tutti/sim/digest.hpp"

namespace tutti::test {

struct EventOnPage {
  std::int64_t tick;
  std::uint8_t author;
  std::uint32_t counter;
  Octets payload;
};
struct DigestOnPage {
  std::int64_t tick;
  Octets head;   // empty: the log's own
  Octets state;  // 16 octets, or 8
};
struct MarginsOnPage {
  std::int64_t from = 0;
  std::uint64_t slot = 0;
  std::uint64_t count = 0;
  std::uint64_t late = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t total = 0;
};
struct IndexOnPage {
  std::string room, build;
  std::uint64_t started = 0;
  Octets match_started;
  std::uint64_t events = 0;
  std::int64_t last_tick = 0;
  Octets head;
  std::uint64_t end = 0;
  struct Named {
    std::uint64_t slot;
    std::uint64_t tick;
    std::string name;
  };
  std::vector<Named> participants;
  std::uint64_t corrections = 0;
};
struct MatchOnPage {
  std::vector<MarginsOnPage> margins{};
  std::string room, build;
  std::uint64_t started = 0;
  Octets match_started;
  std::vector<EventOnPage> events;  // with MatchStarted
  std::uint64_t sequence = 1;
  std::int64_t horizon = 0;
  std::vector<DigestOnPage> digests;
  std::int64_t last_tick = -1;  // of END
  Octets head;
  std::uint64_t reason = 99;
  std::vector<std::uint64_t> types;
  IndexOnPage index;
  struct Signature {
    std::int64_t tick;
    Octets key, bytes, whole;
  };
  std::vector<Signature> signatures;
  Octets setup;                     // the payload of SETUP
  std::vector<Octets> client_keys;  // hash and key
  struct PlayerSignature {
    std::uint64_t slot = 0;
    std::int64_t tick = 0;
    std::uint64_t first_counter = 0;
    Octets key, bytes;
  };
  std::vector<PlayerSignature> player_signatures;
  std::vector<Octets> marks;  // first tick, ticks, text
  struct Snapshot {
    std::int64_t tick = 0;
    Octets digest;
    std::string build;
    Octets state;
  };
  std::vector<Snapshot> snapshots;
  struct Frame {
    std::uint64_t time;
    std::int64_t tick;
    std::uint64_t horizon;
  };
  std::vector<Frame> frames;
  std::uint64_t pieces = 0;
  std::uint64_t index_size = 0;
  std::size_t packed = 0;  // EVENTS that were
};

inline std::uint64_t low_half_of_hash(const Octets& octets) {
  return XXH3_64bits(octets.data(), octets.size()) & 0xFFFFFFFFU;
}

inline void read_setup(Page page, MatchOnPage& match) {
  match.room = page.text();
  match.started = page.varint();
  match.build = page.text();
  match.match_started = page.run();
  match.events.push_back({0, 0, 0, match.match_started});
  REQUIRE(page.is_read());
}

inline void read_events(Page page, MatchOnPage& match) {
  REQUIRE(page.varint() == match.sequence);
  const auto horizon = static_cast<std::int64_t>(page.varint());
  const std::uint64_t count = page.varint();
  struct Expected {
    std::uint32_t counter = 0;
    std::uint64_t size = 0;
  };
  std::map<std::uint64_t, Expected> expected;
  std::int64_t tick = horizon;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = page.varint();
    tick += Page::unzigzag(first / 8);
    REQUIRE(tick > match.horizon);
    const std::uint64_t code = first / 2 % 4;
    const std::uint64_t author = code == 3 ? page.fixed(1) : code + 1;
    Expected& next = expected[author];
    if (first % 2 == 1) {
      next.counter += static_cast<std::uint32_t>(page.signed_varint());
      next.size = page.varint();
    }
    match.events.push_back(
        {tick, static_cast<std::uint8_t>(author), next.counter, page.take(next.size)});
    ++next.counter;
  }
  match.sequence += count;
  REQUIRE(horizon >= match.horizon);
  match.horizon = horizon;
  REQUIRE(page.is_read());
}

inline void read_digests(Page page, MatchOnPage& match) {
  const std::uint64_t count = page.varint();
  std::int64_t tick = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = page.varint();
    tick += static_cast<std::int64_t>(first / 4);
    const Octets head = first % 2 == 1 ? page.take(32) : Octets{};
    match.digests.push_back({tick, head, page.take(first / 2 % 2 == 1 ? 8 : 16)});
  }
  REQUIRE(page.is_read());
}

inline void read_margins(Page page, MatchOnPage& match) {
  std::int64_t from = 0;
  for (std::uint64_t rest = page.varint(); rest > 0; --rest) {
    MarginsOnPage& margins = match.margins.emplace_back();
    margins.from = from += static_cast<std::int64_t>(page.varint());
    margins.slot = page.fixed(1);
    margins.count = page.varint();
    margins.late = page.varint();
    margins.least = page.signed_varint();
    margins.most = page.signed_varint();
    margins.total = page.signed_varint();
  }
  REQUIRE(page.is_read());
}

inline void read_end(Page page, MatchOnPage& match) {
  match.last_tick = static_cast<std::int64_t>(page.varint());
  match.head = page.take(32);
  match.reason = page.fixed(1);
  REQUIRE(page.is_read());
}

inline void read_index(Page page, MatchOnPage& match) {
  IndexOnPage& index = match.index;
  index.room = page.text();
  index.started = page.varint();
  index.build = page.text();
  index.match_started = page.run();
  index.events = page.varint();
  index.last_tick = static_cast<std::int64_t>(page.varint());
  index.head = page.take(32);
  index.end = page.fixed(1);
  for (std::uint64_t count = page.varint(); count > 0; --count) {
    const std::uint64_t slot = page.fixed(1);
    const std::uint64_t tick = page.varint();
    index.participants.push_back({slot, tick, page.text()});
  }
  if (!page.is_read()) index.corrections = page.fixed(1);
  REQUIRE(page.is_read());
}

inline void read_snapshot(Page page, MatchOnPage& match) {
  MatchOnPage::Snapshot& snapshot = match.snapshots.emplace_back();
  snapshot.tick = static_cast<std::int64_t>(page.varint());
  snapshot.digest = page.take(16);
  snapshot.build = page.text();
  snapshot.state = page.run();
  REQUIRE(page.is_read());
}

inline void read_telemetry(Page page, MatchOnPage& match) {
  REQUIRE(page.fixed(1) == 0);
  page.fixed(1);  // the slot
  REQUIRE(page.varint() == match.pieces++);
  std::uint64_t time = page.varint();
  auto tick = static_cast<std::int64_t>(page.varint());
  std::uint64_t horizon = page.varint();
  while (!page.is_read()) {
    const std::uint64_t kind = page.fixed(1);
    REQUIRE(kind <= 6);
    if (kind == 0 || kind == 6) {
      time += page.varint();
      tick += kind == 0 ? page.signed_varint() : 1;
      if (kind == 0) REQUIRE(page.fixed(1) <= 9);
      match.frames.push_back({time, tick, horizon});
      continue;
    }
    if (kind <= 3) page.fixed(1);
    if (kind <= 2) page.signed_varint();
    const std::uint64_t number = page.varint();
    if (kind == 2) page.run();
    if (kind == 4) horizon += number;
  }
}

// A packed payload, unpacked.
inline Octets unpack_page(Page page, std::uint64_t length) {
  const std::uint64_t size = page.varint();
  REQUIRE(size <= 4 * length);
  const Octets frame = page.take(length - page.at());
  Octets raw(size);
  const std::size_t used = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  REQUIRE(ZSTD_isError(used) == 0);
  REQUIRE(ZSTD_decompress(raw.data(), raw.size(), frame.data(), used) == size);
  for (std::size_t i = used; i < frame.size(); ++i)
    REQUIRE(frame[i] == 0);
  return raw;
}

inline std::map<std::uint64_t, MatchOnPage> read_page(const Bytes& file) {
  Octets octets;
  for (const std::byte byte : file)
    octets.push_back(std::to_integer<std::uint8_t>(byte));
  Page page(octets);
  REQUIRE(page.take(8) == Octets{0x89, 'T', 'U', 'T', '\r', '\n', 0x1A, '\n'});
  REQUIRE(page.fixed(2) == 1);
  REQUIRE(page.fixed(2) == 0);
  REQUIRE(page.fixed(4) == low_half_of_hash(page.between(0, 12)));

  std::map<std::uint64_t, MatchOnPage> matches;
  while (!page.is_read()) {
    const std::uint64_t start = page.at();
    REQUIRE(page.take(4) == Octets{0xD7, 0x54, 0x75, 0x1E});
    const std::uint64_t checksum = page.fixed(4);
    const std::uint64_t type = page.fixed(1);
    const std::uint64_t flags = page.fixed(1);
    const std::uint64_t number = page.fixed(4);
    const std::uint64_t length = page.fixed(4);
    Page payload(page.take(length));
    REQUIRE(page.at() == start + 18 + length);
    REQUIRE(checksum == low_half_of_hash(page.between(start + 8, page.at())));
    REQUIRE(number >= 1);
    MatchOnPage& match = matches[number];
    match.types.push_back(type);
    const bool is_derived =
        type == 3 || type == 5 || type == 8 || type == 11 || type == 12 || type == 15;
    if ((type == 2 && flags == 5) || ((type == 5 || type == 8) && flags == 6)) {
      payload = Page(unpack_page(payload, length));
      ++match.packed;
    } else {
      const bool may_be_skipped = type == 7 || type == 9 || type == 16 || type == 17;
      REQUIRE(flags == (is_derived ? 2U : may_be_skipped ? 0U : 1U));
    }
    REQUIRE((type == 1) == (match.types.size() == 1));
    REQUIRE((match.last_tick == -1 || type > 4));
    if (type == 1) match.setup = payload.between(0, length);
    if (type == 1) read_setup(payload, match);
    if (type == 2) read_events(payload, match);
    if (type == 3) read_digests(payload, match);
    if (type == 4) read_end(payload, match);
    if (type == 15) read_margins(payload, match);
    if (type == 5) read_snapshot(payload, match);
    if (type == 8) read_telemetry(payload, match);
    if (type == 11) {
      read_index(payload, match);
      match.index_size = page.at() - start;
    }
    if (type == 12) {
      REQUIRE(length == 4);
      REQUIRE(payload.fixed(4) == match.index_size);
      REQUIRE(page.is_read());
    }
    if (type == 9) {
      const auto tick = static_cast<std::int64_t>(payload.varint());
      const Octets key = payload.take(32);
      const Octets bytes = payload.take(64);
      match.signatures.push_back(
          {tick, key, bytes, payload.is_read() ? Octets() : payload.take(64)});
      REQUIRE(payload.is_read());
    }
    if (type == 16) {
      match.client_keys.push_back(payload.take(48));
      REQUIRE(payload.is_read());
    }
    if (type == 17) {
      auto& signature = match.player_signatures.emplace_back();
      signature.slot = payload.fixed(1);
      signature.tick = static_cast<std::int64_t>(payload.varint());
      signature.first_counter = payload.fixed(4);
      signature.key = payload.take(32);
      signature.bytes = payload.take(64);
      REQUIRE(payload.is_read());
    }
    if (type == 7) {
      match.marks.push_back({static_cast<std::uint8_t>(payload.varint()),
                             static_cast<std::uint8_t>(payload.varint())});
      const std::string text = payload.text();
      match.marks.back().insert(match.marks.back().end(), text.begin(), text.end());
      REQUIRE(payload.is_read());
    }
    REQUIRE((type <= 5 || (type >= 7 && type <= 9) || type == 11 || type == 12 || type >= 15));
    REQUIRE(type <= 17);
  }
  return matches;
}

// "The head" of the page, over events in canonical order.
inline Octets head_of(const std::vector<EventOnPage>& events, std::int64_t through) {
  Octets head(32, 0);
  for (std::size_t i = 0; i < events.size() && events[i].tick <= through;) {
    const std::int64_t tick = events[i].tick;
    Octets hashed = head;
    const auto put = [&](std::uint64_t value, int size) {
      for (int octet = 0; octet < size; ++octet)
        hashed.push_back(static_cast<std::uint8_t>(value >> (8 * octet)));
    };
    for (; i < events.size() && events[i].tick == tick; ++i) {
      put(static_cast<std::uint64_t>(tick), 8);
      put(events[i].author, 1);
      put(events[i].counter, 4);
      put(events[i].payload.size(), 2);
      hashed.insert(hashed.end(), events[i].payload.begin(), events[i].payload.end());
    }
    Blake2b(32)
        .update(std::as_bytes(std::span(hashed)))
        .finish(std::as_writable_bytes(std::span(head)));
  }
  return head;
}

inline Octets octets_of(BytesView bytes) {
  Octets octets;
  for (const std::byte byte : bytes)
    octets.push_back(std::to_integer<std::uint8_t>(byte));
  return octets;
}

}  // namespace tutti::test
