#include "flow/spares.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// A spare waits for more datagrams that it can stand for, so long: two ticks.
constexpr std::chrono::milliseconds gathering_time{33};
/// x^8 + x^4 + x^3 + x^2 + 1, as RAID 6 has it.
constexpr unsigned polynomial = 0x11D;

unsigned twice(unsigned value) { return value & 0x80 ? value << 1 ^ polynomial : value << 1; }

unsigned product(unsigned a, unsigned b) {
  unsigned result = 0;
  for (; b != 0; b >>= 1, a = twice(a))
    result ^= b & 1 ? a : 0;
  return result;
}

unsigned inverse(unsigned value) {
  // value^254: the group has 255 elements.
  unsigned result = 1;
  for (int bit = 0; bit < 7; ++bit) {
    value = product(value, value);
    result = product(result, value);
  }
  return result;
}

unsigned weight_of(std::uint8_t index, std::uint8_t count) {
  unsigned weight = 1;
  for (int i = index + 1; i < count; ++i)
    weight = twice(weight);
  return weight;
}

void scale(Bytes& bytes, unsigned factor) {
  if (factor == 1) return;
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(product(std::to_integer<unsigned>(byte), factor));
}

void add_at(Bytes& sum, std::size_t at, std::byte byte, unsigned weight) {
  sum[at] ^=
      weight == 1 ? byte : static_cast<std::byte>(product(std::to_integer<unsigned>(byte), weight));
}

/// Adds a datagram, behind its length, times a weight.
void add_datagram(Bytes& sum, BytesView datagram, unsigned weight) {
  if (sum.size() < datagram.size() + spare_length_bytes) {
    sum.resize(datagram.size() + spare_length_bytes);
  }
  add_at(sum, 0, static_cast<std::byte>(datagram.size() & 0xFF), weight);
  add_at(sum, 1, static_cast<std::byte>(datagram.size() >> 8), weight);
  for (std::size_t i = 0; i < datagram.size(); ++i)
    add_at(sum, i + spare_length_bytes, datagram[i], weight);
}

void double_all(Bytes& sum) {
  for (std::byte& byte : sum)
    byte = static_cast<std::byte>(twice(std::to_integer<unsigned>(byte)));
}

}  // namespace

void SpareMaker::add(std::uint8_t number, BytesView datagram, Instant now) {
  const auto next = static_cast<std::uint8_t>(sum_.first + sum_.count);
  if (sum_.count > 0 && (number != next || sum_.count == limits::spare_datagrams)) clear();
  if (sum_.count == 0) {
    sum_.first = weighted_.first = number;
    since_ = now;
  }
  weighted_.count = ++sum_.count;
  add_datagram(sum_.bytes, datagram, 1);
  // Each one before weighs twice as much by that.
  double_all(weighted_.bytes);
  add_datagram(weighted_.bytes, datagram, 1);
}

Instant SpareMaker::due_at() const {
  if (sum_.count == 0) return Instant::max();
  return sum_.count == limits::spare_datagrams ? since_ : since_ + gathering_time;
}

std::optional<PlaySpare> SpareMaker::next(Instant now) {
  if (now < due_at()) return std::nullopt;
  // Of one datagram, both would be its copy.
  const bool is_last = is_sum_out_ || sum_.count == 1;
  PlaySpare spare = is_sum_out_ ? weighted_ : sum_;
  is_sum_out_ = true;
  if (is_last) clear();
  return spare;
}

std::uint64_t SpareReader::whole(std::uint8_t number) const {
  const auto step = static_cast<std::int8_t>(number - static_cast<std::uint8_t>(newest_));
  return newest_ + static_cast<std::uint64_t>(std::int64_t{step});
}

const SpareReader::Datagram* SpareReader::find(std::uint64_t number) const {
  const Datagram& found = datagrams_[number % datagrams_most];
  return found.number == number && !found.bytes.empty() ? &found : nullptr;
}

void SpareReader::note(std::uint8_t number, BytesView datagram) {
  const std::uint64_t place = whole(number);
  newest_ = std::max(newest_, place);
  if (place + datagrams_most <= newest_) return;
  Datagram& kept = datagrams_[place % datagrams_most];
  kept.number = place;
  kept.bytes.assign(datagram.begin(), datagram.end());
}

void SpareReader::note(const PlaySpare& spare) {
  const std::uint64_t first = whole(spare.first);
  newest_ = std::max(newest_, first + spare.count - 1);
  auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& known) {
    return known.first == first && known.count == spare.count;
  });
  if (group == groups_.end()) {
    if (groups_.size() == groups_most) groups_.erase(groups_.begin());
    group = groups_.insert(groups_.end(), Group{.first = first, .count = spare.count});
  }
  (spare.is_weighted ? group->weighted : group->sum) = spare.bytes;
}

std::vector<std::uint8_t> SpareReader::missing_of(const Group& group) const {
  std::vector<std::uint8_t> missing;
  for (std::uint8_t i = 0; i < group.count; ++i) {
    if (find(group.first + i) == nullptr) missing.push_back(i);
  }
  return missing;
}

std::optional<PlayMessage> SpareReader::next() {
  for (std::size_t i = 0; i < groups_.size();) {
    const Group& group = groups_[i];
    const std::vector<std::uint8_t> missing = missing_of(group);
    const std::size_t spares = std::size_t{group.sum.has_value()} + group.weighted.has_value();
    const bool is_too_old = group.first + datagrams_most <= newest_;
    if (!is_too_old && missing.size() > spares) {
      ++i;
      continue;
    }
    if (!is_too_old && !missing.empty()) {
      const auto number = static_cast<std::uint8_t>(group.first + missing[0]);
      const auto other = missing.size() > 1 ? std::optional(missing[1]) : std::nullopt;
      if (const auto bytes = restore(group, missing[0], other)) {
        auto message = decode_play(*bytes);
        const PlayDown* down = message ? std::get_if<PlayDown>(&*message) : nullptr;
        if (down != nullptr && down->number == number) {
          note(number, *bytes);
          return message;
        }
      }
    }
    groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return std::nullopt;
}

/// The datagram of a group that has this index, of which `other` is missing, too.
std::optional<Bytes> SpareReader::restore(const Group& group, std::uint8_t index,
                                          std::optional<std::uint8_t> other) const {
  // The rest of the spares once all that is there is taken away.
  const auto rest_of = [&](Bytes rest, bool is_weighted) {
    for (std::uint8_t i = 0; i < group.count; ++i) {
      const Datagram* there = find(group.first + i);
      if (there == nullptr) continue;
      add_datagram(rest, there->bytes, is_weighted ? weight_of(i, group.count) : 1);
    }
    return rest;
  };
  Bytes rest;
  if (!other && group.sum) {
    rest = rest_of(*group.sum, false);
  } else {
    unsigned weight = weight_of(index, group.count);
    rest = rest_of(*group.weighted, true);
    if (other) {
      Bytes sum = rest_of(*group.sum, false);
      const unsigned other_weight = weight_of(*other, group.count);
      scale(sum, other_weight);
      sum.resize(std::max(sum.size(), rest.size()));
      rest.resize(sum.size());
      for (std::size_t i = 0; i < rest.size(); ++i)
        rest[i] ^= sum[i];
      weight ^= other_weight;
    }
    scale(rest, inverse(weight));
  }
  const std::size_t length =
      std::to_integer<std::size_t>(rest[0]) | std::to_integer<std::size_t>(rest[1]) << 8;
  if (length == 0 || length > rest.size() - spare_length_bytes) return std::nullopt;
  const auto begin = rest.begin() + spare_length_bytes;
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(length));
}

}  // namespace tutti::detail
