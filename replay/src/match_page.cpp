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

}  // namespace

std::optional<MatchPage> decode_page(BytesView records) {
  RecordReader reader(records);
  MatchPage page;
  bool is_whole = false;
  while (const std::optional<Record> record = reader.next()) {
    switch (static_cast<RecordType>(record->type)) {
      case RecordType::events:
        is_whole = take_events(*record, page);
        break;
      case RecordType::digests:
        is_whole = is_whole && take_digests(*record, page);
        break;
      case RecordType::margins:
        is_whole = is_whole && take_margins(*record, page);
        break;
      default:
        is_whole = false;
    }
    if (!is_whole) return std::nullopt;
  }
  if (!is_whole || reader.remaining() > 0) return std::nullopt;
  return page;
}

}  // namespace tutti
