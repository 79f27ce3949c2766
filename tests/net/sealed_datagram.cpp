// Sealed datagrams: what the key opens, once, and nothing else.

#include "link/sealed_datagram.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "link/replay_window.hpp"
#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using detail::Key;
using detail::Opener;
using detail::ReplayWindow;
using detail::SealedKind;
using detail::Sealer;

namespace {

constexpr std::uint32_t connection = 0x12345678;

Bytes sealed(Sealer& sealer, SealedKind kind, BytesView text) {
  Bytes room(text.size() + limits::seal_bytes);
  const BytesView datagram = sealer.seal(kind, text, room);
  return Bytes(datagram.begin(), datagram.end());
}

std::optional<Bytes> opened(Opener& opener, BytesView datagram) {
  Bytes room(std::max<std::size_t>(datagram.size(), 1));
  const auto found = opener.open(datagram, room);
  if (!found) return std::nullopt;
  return Bytes(found->text.begin(), found->text.end());
}

}  // namespace

TEST_CASE("sealed: the seal costs 24 bytes, and every size comes out as it went in") {
  const Key key = detail::random_key();
  Sealer sealer(key, connection);
  Opener opener(key);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, limits::play_bytes}) {
    const Bytes text(size, std::byte{7});
    const Bytes datagram = sealed(sealer, SealedKind::play, text);
    CHECK(datagram.size() == size + 24);
    CHECK(detail::sealed_index(datagram) == connection);
    CHECK(opened(opener, datagram) == text);
  }
}

TEST_CASE("sealed: a changed bit, a cut and another key open nothing") {
  const Key key = detail::random_key();
  Sealer sealer(key, connection);
  Opener opener(key);
  const Bytes text(5, std::byte{7});
  const Bytes datagram = sealed(sealer, SealedKind::stream, text);
  for (std::size_t bit = 0; bit < 8 * datagram.size(); ++bit) {
    Bytes changed = datagram;
    changed[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK_FALSE(opened(opener, changed));
  }
  for (std::size_t size = 0; size < datagram.size(); ++size)
    CHECK_FALSE(opened(opener, BytesView(datagram).first(size)));
  Opener stranger(detail::random_key());
  CHECK_FALSE(opened(stranger, datagram));
  CHECK(opened(opener, datagram) == text);
}

TEST_CASE("sealed: each datagram opens once, in any order, up to 1,024 behind the latest") {
  const Key key = detail::random_key();
  Sealer sealer(key, connection);
  Opener opener(key);
  std::vector<Bytes> datagrams;
  for (int i = 0; i < 1100; ++i)
    datagrams.push_back(sealed(sealer, SealedKind::life, {}));
  CHECK(opened(opener, datagrams[1099]));
  for (int i = 1098; i >= 76; --i)
    CHECK(opened(opener, datagrams[static_cast<std::size_t>(i)]));
  for (const Bytes& datagram : datagrams)
    CHECK_FALSE(opened(opener, datagram));
}

TEST_CASE("sealed: numbers go on where the three bytes of them begin anew") {
  constexpr std::uint64_t period = std::uint64_t{1} << 24;
  for (const std::uint64_t next : {std::uint64_t{0}, std::uint64_t{1}, period - 1, period,
                                   period + 1, 5 * period + 17, (std::uint64_t{1} << 59) + 3}) {
    for (const std::uint64_t ahead : {0, 1, 1000, 8'000'000})
      CHECK(detail::whole_number((next + ahead) % period, next) == next + ahead);
    for (const std::uint64_t behind : {1, 1000, 8'000'000}) {
      if (behind > next) continue;
      CHECK(detail::whole_number((next - behind) % period, next) == next - behind);
    }
  }
}

TEST_CASE("sealed: the window remembers what a set does") {
  Random random(5);
  ReplayWindow window;
  std::set<std::uint64_t> taken;
  std::uint64_t highest = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t reach = i % 100 == 0 ? 5000 : 40;
    const std::uint64_t number =
        highest + random.below(static_cast<std::uint32_t>(reach)) -
        std::min<std::uint64_t>(highest, random.below(i % 7 == 0 ? 1200 : 30));
    const bool is_known = taken.contains(number) || number + ReplayWindow::size < window.next();
    REQUIRE(window.is_new(number) == !is_known);
    if (is_known) continue;
    window.take(number);
    taken.insert(number);
    highest = std::max(highest, number);
  }
}
