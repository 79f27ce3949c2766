// Players for a relay under load, in one process: real clients, in matches of two at 60 Hz, each of
// whom changes its input five times a second; and spectators.
//   bench_load_clients port=PORT key=KEY matches=200 [spectators=0] [spectators_port=PORT] [own=0]
//                      [warm=5] [seconds=10]
// With spectators_port they ask another relay of the same fleet.
// Usually they share one socket, are woken by what arrives, and the spectators watch the first
// match. With own=1 each has a socket of its own, looks into it once a frame, so that the latencies
// have up to a frame more, and the spectators watch all matches evenly, at 20 frames a second.
// It prints a line when all are in, one when it begins to measure, and one with what it saw.

#include <sys/resource.h>

#include <memory>
#include <thread>

#include "load/load.hpp"
#include "tutti/net/client.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/net/sealed_link.hpp"
#include "tutti/net/tail.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/random.hpp"

namespace {

using namespace tutti;
using namespace std::chrono_literals;

constexpr const char* rules = "load@1+0123456789abcdef";
constexpr std::uint32_t frames_an_event = 12;

/// One socket for many clients, each of which sees a link of its own.
class SharedLink {
 public:
  class Port final : public Link {
   public:
    explicit Port(SharedLink& shared) : shared_(&shared) {}
    void service(Instant) override {}
    std::optional<Arrival> receive() override {
      if (taken_ == arrivals_.size()) {
        arrivals_.clear();
        taken_ = 0;
        return std::nullopt;
      }
      return std::move(arrivals_[taken_++]);
    }
    void send_control(PeerId peer, BytesView bytes) override {
      shared_->link_->send_control(peer, bytes);
    }
    void send_play(PeerId peer, BytesView bytes) override {
      shared_->link_->send_play(peer, bytes);
    }
    void disconnect(PeerId peer) override { shared_->link_->disconnect(peer); }
    std::optional<PeerId> reconnect(PeerId peer) override {
      const auto again = shared_->link_->reconnect(peer);
      if (again) shared_->belong(*again, *this);
      return again;
    }
    std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override {
      const auto again = shared_->link_->reconnect_at(peer, relay);
      if (again) shared_->belong(*again, *this);
      return again;
    }
    LinkStatistics statistics() const override { return shared_->link_->statistics(); }

   private:
    friend class SharedLink;
    SharedLink* shared_;
    std::size_t owner_ = 0;
    std::vector<Arrival> arrivals_;
    std::size_t taken_ = 0;
  };

  explicit SharedLink(std::unique_ptr<SealedLink> link) : link_(std::move(link)) {}

  PeerId connect(Port& port, std::size_t owner, const Address& address, const PublicKey& key) {
    port.owner_ = owner;
    const PeerId peer = link_->connect(address, key).value();
    belong(peer, port);
    return peer;
  }
  /// Takes in what has arrived, and calls `wake(owner)` for each of those who got something.
  template <class Wake>
  void service(Instant now, Wake wake) {
    link_->service(now);
    while (auto arrival = link_->receive()) {
      Port* port = ports_[arrival->peer.value];
      if (port->arrivals_.empty()) woken_.push_back(port);
      port->arrivals_.push_back(std::move(*arrival));
    }
    for (Port* port : std::exchange(woken_, {}))
      wake(port->owner_);
  }
  SealedLink& link() { return *link_; }

 private:
  void belong(PeerId peer, Port& port) {
    if (ports_.size() <= peer.value) ports_.resize(peer.value + 1);
    ports_[peer.value] = &port;
  }
  std::unique_ptr<SealedLink> link_;
  std::vector<Port*> ports_;
  std::vector<Port*> woken_;
};

struct Latencies {
  under_load::Latencies all{};
  under_load::Latencies watched{};  // of spectators
};

/// A client without a game: it holds the log, reports digests that everybody agrees on, and sends
/// the time of day as its input.
class Guest {
 public:
  /// Over a link of its own, with that peer at the other end.
  Guest(std::unique_ptr<Link> link, PeerId relay, std::size_t number, Hello hello)
      : link_(std::move(link)),
        client_(*link_, relay, {.hello = std::move(hello)}),
        random_(number, 11) {}

  /// What others do is noted in `latencies`.
  void receive(Instant now, Latencies* latencies) {
    client_.receive(now);
    const auto& welcome = client_.welcome();
    if (!log_ && welcome) log_.emplace(welcome->setup);
    if (const auto wanted = client_.next_tail_wanted()) client_.answer(tail_of(*log_, *wanted));
    while (const auto event = client_.next_event()) {
      log_->add(*event);
      if (latencies == nullptr || event->author.is_relay() || event->payload.size() != 8) continue;
      const bool is_own = welcome->player && event->author == author_of(*welcome->player);
      if (!is_own) {
        const auto sent = static_cast<std::int64_t>(ByteReader(event->payload).u64());
        const std::chrono::nanoseconds age(under_load::nanoseconds_now() - sent);
        latencies->all.add(age);
        if (client_.is_spectator()) latencies->watched.add(age);
      }
    }
    if (!log_ || !client_.has_all() || client_.horizon() <= log_->horizon()) return;
    log_->close(client_.horizon());
    client_.know({log_->horizon(), log_->head()});
    const Duration played = Duration(1s) * log_->horizon().value / welcome->setup.tick_rate;
    behind_ = std::min(behind_, now.time_since_epoch() - played);
  }

  void frame(Instant now, Latencies* latencies) {
    receive(now, latencies);
    if (client_.phase() == Client::Phase::playing && client_.clock().is_synchronised() &&
        !client_.is_spectator()) {
      const Tick present = client_.clock().present(now).tick;
      const Tick next = std::max(present + 1, last_);
      if (random_.chance(frames_an_event)) {
        Bytes time;
        ByteWriter(time).u64(static_cast<std::uint64_t>(under_load::nanoseconds_now()));
        if (next > announced_) client_.offer(next, time);
        last_ = next;
      }
      if (present > announced_) client_.announce(announced_ = present);
      report();
    }
    client_.send(now);
  }

  bool is_playing() const {
    return client_.phase() == Client::Phase::playing && client_.clock().is_synchronised();
  }
  bool is_lost() const {
    return client_.is_reconnecting() || client_.phase() == Client::Phase::failed;
  }
  const Client& client() const { return client_; }
  /// How far the match is behind a clock that runs on: by what is more than before it stood still.
  Duration take_behind() { return std::exchange(behind_, Duration::max()); }
  LinkStatistics traffic() const { return link_->statistics(); }

 private:
  void report() {
    const Tick compared = compared_before(log_->horizon() + 1);
    if (compared <= reported_) return;
    reported_ = compared;
    const auto head = log_->head(compared);
    DigestReport report{.tick = compared};
    std::copy_n(head->bytes.begin(), report.head.size(), report.head.begin());
    std::copy_n(head->bytes.begin(), report.digest.bytes.size(), report.digest.bytes.begin());
    client_.report(report);
  }

  std::unique_ptr<Link> link_;
  Client client_;
  std::optional<Log> log_;
  Random random_;
  Tick last_;
  Tick announced_;
  Tick reported_;
  Duration behind_ = Duration::max();
};

class Crowd {
 public:
  explicit Crowd(const under_load::Words& words)
      : address_{"127.0.0.1", static_cast<std::uint16_t>(words.count("port", 4747))},
        watched_{"127.0.0.1",
                 static_cast<std::uint16_t>(words.count("spectators_port", address_.port))},
        key_(*public_key_from_hex(words.text("key"))),
        matches_(words.count("matches", 1)),
        spectators_(words.count("spectators", 0)),
        has_own_(words.count("own", 0) != 0),
        shared_(std::move(SealedLink::open_client({.peers_max = limits::link_peers}).value())) {
    if (has_own_) allow_sockets();
  }

  bool is_complete() const {
    return guests_.size() == 2 * matches_ + spectators_ &&
           std::all_of(guests_.begin(), guests_.end(),
                       [](const auto& guest) { return guest->is_playing(); });
  }
  std::size_t lost() const {
    return static_cast<std::size_t>(std::count_if(
        guests_.begin(), guests_.end(), [](const auto& guest) { return guest->is_lost(); }));
  }

  /// One more guest every millisecond, so that the matches' ticks lie apart and no handshake waits:
  /// first all that open a room, then the other players, then spectators.
  void invite(Instant now) {
    const std::size_t number = guests_.size();
    if (now - invited_ < 1ms || number == 2 * matches_ + spectators_) return;
    Hello hello{.name = "guest", .rules = rules};
    const bool is_spectator = number >= 2 * matches_;
    if (number < matches_) {
      hello.create = Setup{.rules = rules};
    } else {
      const bool is_of_the_first = is_spectator && !has_own_;
      const auto& host = guests_[is_of_the_first ? 0 : number % matches_]->client().welcome();
      if (!host) return;
      hello.room = host->room;
      if (is_spectator) hello.role = Role::spectator;
    }
    invited_ = now;
    rhythm_of(number).add(number, now + rhythm_of(number).period());
    guests_.push_back(guest(number, std::move(hello)));
  }

  /// From here on the frames lie evenly in time, as ENet's clients' packets do; of those who came
  /// in while others were being let in, many would have theirs at once.
  void spread(Instant now) {
    frames_ = under_load::Rhythm(frames_.period());
    slow_frames_ = under_load::Rhythm(slow_frames_.period());
    const auto count = static_cast<std::int64_t>(guests_.size());
    for (std::int64_t number = 0; number < count; ++number) {
      const auto guest = static_cast<std::size_t>(number);
      rhythm_of(guest).add(guest, now + rhythm_of(guest).period() * number / count);
    }
  }

  void run(Latencies* latencies, Duration& latest) {
    if (has_own_) {
      std::this_thread::sleep_for(500us);
    } else {
      shared_.link().wait(1ms);
    }
    const Instant now = under_load::Clock::now();
    invite(now);
    shared_.service(now, [&](std::size_t guest) { guests_[guest]->receive(now, latencies); });
    for (under_load::Rhythm* frames : {&frames_, &slow_frames_}) {
      frames->run(now, [&](std::size_t guest) { guests_[guest]->frame(now, latencies); });
      latest = std::max(latest, Duration(frames->late(under_load::Clock::now())));
    }
  }
  std::vector<Duration> take_behind() {
    std::vector<Duration> all;
    for (const auto& guest : guests_)
      all.push_back(guest->take_behind());
    return all;
  }
  LinkStatistics traffic() {
    LinkStatistics sum = shared_.link().statistics();
    for (const auto& guest : guests_) {
      if (!has_own_) break;
      const LinkStatistics own = guest->traffic();
      sum.datagrams_sent += own.datagrams_sent;
      sum.bytes_sent += own.bytes_sent;
      sum.datagrams_received += own.datagrams_received;
      sum.bytes_received += own.bytes_received;
    }
    return sum;
  }

 private:
  under_load::Rhythm& rhythm_of(std::size_t guest) {
    return has_own_ && guest >= 2 * matches_ ? slow_frames_ : frames_;
  }
  /// A socket each is more than a process may open unless it asks.
  static void allow_sockets() {
    rlimit most{};
    ::getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &most);
  }
  std::unique_ptr<Guest> guest(std::size_t number, Hello hello) {
    const Address& address = hello.role == Role::spectator ? watched_ : address_;
    if (has_own_) {
      auto link = std::move(SealedLink::open_client({}).value());
      const PeerId relay = link->connect(address, key_).value();
      return std::make_unique<Guest>(std::move(link), relay, number, std::move(hello));
    }
    auto port = std::make_unique<SharedLink::Port>(shared_);
    const PeerId relay = shared_.connect(*port, number, address, key_);
    return std::make_unique<Guest>(std::move(port), relay, number, std::move(hello));
  }

  Address address_;
  Address watched_;  // the relay that spectators ask
  PublicKey key_;
  std::size_t matches_;
  std::size_t spectators_;
  bool has_own_;
  SharedLink shared_;
  std::vector<std::unique_ptr<Guest>> guests_;
  Instant invited_{};
  under_load::Rhythm frames_{Duration(1s) / 60};
  under_load::Rhythm slow_frames_{Duration(1s) / 20};
};

/// By how much each is more than before, ascending.
std::vector<double> more_in_ms(const std::vector<Duration>& before,
                               const std::vector<Duration>& after) {
  std::vector<double> more;
  for (std::size_t i = 0; i < before.size(); ++i)
    more.push_back(std::chrono::duration<double>(after[i] - before[i]).count() * 1e3);
  std::ranges::sort(more);
  return more;
}

void say(const char* event) {
  std::printf("{\"event\": \"%s\"}\n", event);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const under_load::Words words(count, arguments);
  Crowd crowd(words);
  Duration latest{};
  const Instant opened = under_load::Clock::now();
  while (!crowd.is_complete()) {
    crowd.run(nullptr, latest);
    if (under_load::Clock::now() - opened > 120s) return std::fputs("not all came in\n", stderr), 1;
  }
  crowd.spread(under_load::Clock::now());
  say("ready");
  for (const Instant end = under_load::Clock::now() + words.seconds("warm", 5);
       under_load::Clock::now() < end;)
    crowd.run(nullptr, latest);
  const std::vector<Duration> behind = crowd.take_behind();
  say("begin");
  Latencies latencies;
  latest = {};
  std::size_t lost = 0;
  const LinkStatistics before = crowd.traffic();
  const Instant begun = under_load::Clock::now();
  const Duration length = words.seconds("seconds", 10);
  bool is_past = false;
  for (Instant looked{}; under_load::Clock::now() - begun < length;) {
    crowd.run(&latencies, latest);
    // What happens meanwhile, has happened by now.
    if (!is_past && under_load::Clock::now() - begun > length - 1s) {
      is_past = true;
      crowd.take_behind();
    }
    if (under_load::Clock::now() - looked < 100ms) continue;
    looked = under_load::Clock::now();
    lost = std::max(lost, crowd.lost());
  }
  const LinkStatistics after = crowd.traffic();
  const std::vector<double> stood = more_in_ms(behind, crowd.take_behind());
  const double seconds = std::chrono::duration<double>(under_load::Clock::now() - begun).count();
  const auto rate = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(to - from) / seconds;
  };
  std::printf(
      "{\"event\": \"end\", \"latencies\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f,"
      " \"p999_us\": %.0f, \"most_us\": %.0f, \"up_a_second\": %.0f, \"down_a_second\": %.0f,"
      " \"up_bytes_a_second\": %.0f, \"down_bytes_a_second\": %.0f, \"lost_clients\": %zu,"
      " \"late_ms\": %.1f, \"stood_p50_ms\": %.0f, \"stood_p99_ms\": %.0f,"
      " \"stood_most_ms\": %.0f, \"watched_p50_us\": %.0f, \"watched_p99_us\": %.0f}\n",
      latencies.all.count(), latencies.all.percentile(50), latencies.all.percentile(99),
      latencies.all.percentile(99.9), latencies.all.percentile(100),
      rate(before.datagrams_sent, after.datagrams_sent),
      rate(before.datagrams_received, after.datagrams_received),
      rate(before.bytes_sent, after.bytes_sent), rate(before.bytes_received, after.bytes_received),
      lost, std::chrono::duration<double>(latest).count() * 1e3, stood[stood.size() / 2],
      stood[stood.size() * 99 / 100], stood.back(), latencies.watched.percentile(50),
      latencies.watched.percentile(99));
  std::fflush(stdout);
  // Until the one who asked has looked at the relay too, nobody leaves.
  for (const Instant end = under_load::Clock::now() + 2s; under_load::Clock::now() < end;)
    crowd.run(nullptr, latest);
  return 0;
}
