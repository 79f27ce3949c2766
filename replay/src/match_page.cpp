#include "tutti/replay/match_page.hpp"

#include "packing.hpp"
#include "payloads.hpp"

namespace tutti {

namespace {

bool take_events(const Record& record, MatchPage& page) {
  const bool is_packed = (record.flags & record_flags::compressed) != 0;
  const std::optional<Bytes> raw = is_packed ? unpack(record.payload) : std::nullopt;
  if (is_packed && !raw) return false;
  const std::optional<DecodedEvents> events = decode_events(raw ? BytesView(*raw) : record.payload);
  if (!events) return false;
  page.first_sequence = events->first_sequence;
  page.horizon = events->horizon;
  page.events.reserve(events->events.size());
  for (const EventView& event : events->events)
    page.events.push_back(to_owned(event));
  return true;
}

bool take_digests(const Record& record, MatchPage& page) {
  const auto digests = decode_digests(record.payload);
  if (!digests) return false;
  for (const DecodedDigest& digest : *digests) {
    if (digest.head) page.digests.push_back({digest.tick, *digest.head, digest.state});
  }
  return true;
}

bool take_margins(const Record& record, MatchPage& page) {
  auto margins = decode_margins(record.payload);
  if (margins) page.margins = std::move(*margins);
  return margins.has_value();
}

/// One item of a record of its own.
template <class Item>
bool keep(std::vector<Item>& items, std::optional<Item> item) {
  if (item) items.push_back(std::move(*item));
  return item.has_value();
}

bool take(const Record& record, MatchPage& page) {
  switch (static_cast<RecordType>(record.type)) {
    case RecordType::events:
      return take_events(record, page);
    case RecordType::digests:
      return take_digests(record, page);
    case RecordType::margins:
      return take_margins(record, page);
    case RecordType::desync:
      return keep(page.desyncs, decode_desync(record.payload));
    case RecordType::client_key:
      return keep(page.client_keys, decode_client_key(record.payload));
    case RecordType::player_signature:
      return keep(page.player_signatures, decode_player_signature(record.payload));
    default:
      return false;
  }
}

}  // namespace

std::optional<MatchPage> decode_page(BytesView records) {
  RecordReader reader(records);
  MatchPage page;
  bool is_whole = false;
  while (const std::optional<Record> record = reader.next()) {
    const bool are_events = record->type == static_cast<std::uint8_t>(RecordType::events);
    is_whole = (is_whole || are_events) && take(*record, page);
    if (!is_whole) return std::nullopt;
  }
  if (!is_whole || reader.remaining() > 0) return std::nullopt;
  return page;
}

}  // namespace tutti
