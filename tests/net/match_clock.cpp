// A client's clock follows the relay's through bad paths, without ever going back, so that all
// machines show the same present.

#include "tutti/net/match_clock.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace std::chrono_literals;
using namespace tutti;

namespace {

constexpr std::uint16_t rate = 60;
constexpr Duration frame = Duration(1s) / rate;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Moment moment(double ticks) {
  const double whole = std::floor(ticks);
  return {Tick{static_cast<std::int64_t>(whole)}, ticks - whole};
}

struct PathOptions {
  Duration up = 20ms;
  Duration down = 20ms;
  Duration jitter{};  // added to each way, by chance
  Duration jitter_down{};
  std::uint64_t seed = 1;
};

/// The match clock, in ticks at a moment of true time: it runs at its rate, but for a pause.
struct MatchClock {
  Duration pause_at = Duration::max();
  Duration pause{};

  double ticks_at(Duration now) const {
    if (now > pause_at) now = std::max(pause_at, now - pause);
    return std::max(0.0, seconds(now) * rate);
  }
};

/// A client that hears of the match clock 20 times a second and shows 60 frames a second. Its own
/// clock began at another time and runs a little wrong.
class Follower {
 public:
  Follower(MatchClock match, PathOptions path, Duration own_clock_began = 1000s, double skew = 0)
      : match_(match), path_(path), began_(own_clock_began), skew_(skew), random_(path.seed) {}

  /// Goes on to this moment of true time; `look` sees every frame.
  void run(Duration until, const std::function<void(double shown)>& look = {}) {
    for (; now_ <= until; now_ += frame) {
      if (is_connected && frames_++ % 3 == 0) hear();
      shown_ = clock_.present(own_time()).ticks();
      error_ = shown_ - match_.ticks_at(now_);
      if (look) look(shown_);
    }
  }
  /// Begins at this moment of true time.
  void begin(Duration now) { now_ = now; }

  double shown() const { return shown_; }
  /// The shown tick less the match clock's, in ticks.
  double error() const { return error_; }
  const FollowedClock& clock() const { return clock_; }

  bool is_connected = true;

 private:
  Instant own_time() const {
    const auto passed =
        Duration(static_cast<std::int64_t>(static_cast<double>(now_.count()) * (1 + skew_)));
    return Instant(began_ + passed);
  }
  Duration by_chance(Duration most) {
    return Duration(static_cast<std::int64_t>(seconds(most) * random_.below(1'000'000)) * 1000);
  }
  void hear() {
    const Duration up = path_.up + by_chance(path_.jitter);
    const Duration down = path_.down + by_chance(path_.jitter) + by_chance(path_.jitter_down);
    clock_.sample(own_time(), moment(match_.ticks_at(now_ - down)), up + down);
  }

  MatchClock match_;
  PathOptions path_;
  Duration began_;
  double skew_;
  Random random_;
  FollowedClock clock_{rate};
  Duration now_{};
  int frames_ = 0;
  double shown_ = 0;
  double error_ = 0;
};

}  // namespace

TEST_CASE("clock: until it has heard of the match it shows tick 0") {
  FollowedClock clock(rate);
  CHECK_FALSE(clock.is_synchronised());
  CHECK(clock.present(Instant(5s)).ticks() == 0);
  CHECK(clock.present(Instant(6s)).ticks() == 0);
}

TEST_CASE("clock: at first it shows at once what the match clock is by now") {
  FollowedClock clock(rate);
  // Tick 600.5 when it was sent, and half of 100 ms, three ticks, on its way.
  clock.sample(Instant(7s), {Tick{600}, 0.5}, 100ms);
  CHECK(clock.is_synchronised());
  const Moment shown = clock.present(Instant(7s));
  CHECK(shown.tick == Tick{603});
  CHECK(shown.fraction == Approx(0.5));
  CHECK(clock.present(Instant(8s)).ticks() == Approx(663.5));
}

TEST_CASE("clock: over a steady path it shows the match clock") {
  Follower follower({}, {});
  follower.begin(10s);
  follower.run(20s);
  CHECK(std::abs(follower.error()) < 0.01);
  CHECK(std::abs(follower.clock().error_ticks()) < 0.01);
}

TEST_CASE("clock: a small error is corrected by at most 1 % of the rate") {
  FollowedClock clock(rate);
  clock.sample(Instant(0s), moment(100), 40ms);
  clock.present(Instant(0s));
  // Five ticks more than was thought, by a shorter way and so to be believed.
  clock.sample(Instant(1s), moment(165 + 1.2), 0ms);
  double shown = clock.present(Instant(1s)).ticks();
  CHECK(shown == Approx(101.2 + 60 * 1.01));
  double longest = 0;
  Duration now = 1s;
  while (clock.error_ticks() > 0.001 && now < 20s) {
    now += frame;
    const double next = clock.present(Instant(now)).ticks();
    longest = std::max(longest, next - shown);
    REQUIRE(next - shown >= 0.99 * seconds(frame) * rate - 1e-9);
    REQUIRE(next - shown <= 1.01 * seconds(frame) * rate + 1e-9);
    shown = next;
  }
  CHECK(longest == Approx(1.01));
  CHECK(seconds(now) == Approx(1 + 4.4 / 0.6).margin(0.1));
}

TEST_CASE("clock: when it is a little ahead it goes slower, by 1 % at most, and never back") {
  FollowedClock clock(rate);
  clock.sample(Instant(0s), moment(100), 40ms);
  double shown = clock.present(Instant(0s)).ticks();
  clock.sample(Instant(0s), moment(100 - 5 + 1.2), 0ms);
  for (Duration now = frame; now < 8s; now += frame) {
    const double next = clock.present(Instant(now)).ticks();
    REQUIRE(next - shown == Approx(0.99).epsilon(0.001));
    shown = next;
  }
}

TEST_CASE("clock: an error of more than six ticks is jumped over, forwards") {
  FollowedClock clock(rate);
  clock.sample(Instant(0s), moment(100), 0ms);
  clock.present(Instant(0s));
  clock.sample(Instant(1s), moment(160 + 6.5), 0ms);
  CHECK(clock.present(Instant(1s)).ticks() == Approx(166.5));
}

TEST_CASE("clock: ahead by more than six ticks it waits until the match has caught up") {
  FollowedClock clock(rate);
  clock.sample(Instant(0s), moment(100), 0ms);
  clock.present(Instant(0s));
  clock.sample(Instant(0s), moment(70), 0ms);
  Duration now = frame;
  for (; now < 400ms; now += frame)
    CHECK(clock.present(Instant(now)).ticks() == 100);
  CHECK(clock.error_ticks() < -6);
  // All of the 30 ticks: slewing the last six away would take ten seconds.
  for (; now < 550ms; now += frame)
    clock.present(Instant(now));
  CHECK(std::abs(clock.error_ticks()) < 0.1);
}

TEST_CASE("clock: a clock that was minutes ahead waits for ticks, not for minutes") {
  FollowedClock clock(rate);
  clock.sample(Instant(1s), moment(100), 0ms);
  clock.present(Instant(1s));
  // The machine's clock jumped: until it hears of the match again, it goes by that.
  clock.present(Instant(121s));
  clock.sample(Instant(121s), moment(101), 0ms);
  CHECK(clock.present(Instant(121s)).ticks() < 101 + 40);
  CHECK(clock.present(Instant(122s)).ticks() == Approx(161));
}

TEST_CASE("clock: it never goes back, as long as what it hears is only wild") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    FollowedClock clock(rate);
    Duration now = 1s;
    double shown = 0;
    double longest_step = 0;
    for (int i = 0; i < 5000; ++i) {
      now += Duration(static_cast<std::int64_t>(random.below(40'000'000)));
      if (random.chance(3)) {
        const double truth = seconds(now) * rate + random.between(-12, 12);
        clock.sample(Instant(now), moment(std::max(0.0, truth)),
                     Duration(static_cast<std::int64_t>(random.below(200'000'000))));
      }
      const double next = clock.present(Instant(now)).ticks();
      REQUIRE(next >= shown);
      longest_step = std::max(longest_step, next - shown);
      shown = next;
    }
    CHECK(longest_step > 6);  // its samples were wild enough
  }
}

TEST_CASE("clock: jitter of 100 ms each way moves what is shown by less than a tick") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Follower follower({}, {.jitter = 100ms, .seed = seed});
    follower.begin(10s);
    follower.run(25s);
    double most = 0;
    double before = follower.shown();
    follower.run(70s, [&](double shown) {
      most = std::max(most, std::abs(follower.error()));
      REQUIRE(shown - before <= 1.011);
      REQUIRE(shown - before >= 0.989);
      before = shown;
    });
    // Its samples are off by up to three ticks.
    CHECK(most < 0.9);
  }
}

TEST_CASE("clock: it believes the quickest of the samples of four seconds") {
  FollowedClock clock(rate);
  clock.sample(Instant(1s), moment(60), 100ms);  // says 63 by now
  clock.sample(Instant(1s), moment(60), 40ms);   // 61.2
  clock.sample(Instant(1s), moment(60), 200ms);  // 66
  CHECK(clock.present(Instant(1s)).ticks() == Approx(61.2));
}

TEST_CASE("clock: samples older than four seconds count no more") {
  FollowedClock clock(rate);
  clock.sample(Instant(1s), moment(60), 40ms);
  clock.sample(Instant(5s), moment(300), 60ms);
  CHECK(clock.present(Instant(5s)).ticks() == Approx(301.2));
  clock.sample(Instant(5s + frame), moment(301), 60ms);
  clock.present(Instant(5s + frame));
  CHECK(clock.error_ticks() == Approx(0.6).margin(0.02));
}

TEST_CASE("clock: delays by chance on one way alone do not shift what is shown") {
  Follower follower({}, {.jitter_down = 100ms});
  follower.begin(10s);
  follower.run(25s);
  // The mean of what it hears is off by a tick and a half.
  follower.run(70s, [&](double) { REQUIRE(std::abs(follower.error()) < 0.5); });
}

TEST_CASE("clock: of an uneven path half the difference remains, which no clock can see") {
  Follower follower({}, {.up = 70ms, .down = 20ms});
  follower.begin(10s);
  follower.run(20s);
  CHECK(follower.error() == Approx(0.025 * rate).margin(0.01));
}

TEST_CASE("clock: a machine whose clock is off by 0.02 % is corrected all the time") {
  Follower follower({}, {.jitter = 10ms}, 77s, 200e-6);
  follower.begin(10s);
  follower.run(20s);
  follower.run(300s, [&](double) { REQUIRE(std::abs(follower.error()) < 0.3); });
}

TEST_CASE("clock: machines that began at different times agree on the present") {
  const MatchClock match;
  std::vector<Follower> followers{
      Follower(match, {.up = 2ms, .down = 2ms}, 0s),
      Follower(match, {.up = 80ms, .down = 80ms, .jitter = 20ms, .seed = 2}, 123'456'789s, 100e-6),
      Follower(match, {.up = 30ms, .down = 30ms, .jitter = 50ms, .seed = 3}, 5s, -100e-6)};
  Duration begin = 10s;
  for (Follower& follower : followers) {
    follower.begin(begin);
    begin += 7s;
    follower.run(60s);
  }
  for (Duration now = 60s; now < 90s; now += 100ms) {
    for (Follower& follower : followers)
      follower.run(now);
    for (const Follower& follower : followers)
      REQUIRE(std::abs(follower.error()) < 0.6);
  }
}

TEST_CASE("clock: without the relay it goes on at its rate") {
  Follower follower({}, {});
  follower.begin(10s);
  follower.run(20s);
  follower.is_connected = false;
  follower.run(80s);
  CHECK(std::abs(follower.error()) < 0.02);
}

TEST_CASE("clock: when the match clock has stood still, it waits for it at once") {
  Follower follower({.pause_at = 20s, .pause = 1s}, {.jitter = 5ms});
  follower.begin(10s);
  follower.run(20s);
  const double before = follower.shown();
  follower.run(21s);
  // A few times the six ticks that it takes to tell a pause from bad weather, not 60.
  CHECK(follower.shown() - before < 18);
  follower.run(33s);
  CHECK(std::abs(follower.error()) < 0.3);
}

TEST_CASE("clock: a burst of bad weather is not taken for a match clock that stood still") {
  FollowedClock clock(rate);
  Duration now = 1s;
  for (; now < 3s; now += 50ms)
    clock.sample(Instant(now), moment(seconds(now) * rate - 0.6), 20ms);
  clock.present(Instant(now));
  // 800 ms on one way: a symmetric path would mean 24 ticks less than there are.
  clock.sample(Instant(now), moment(seconds(now - 800ms) * rate), 810ms);
  now += 200ms;
  CHECK(std::abs(clock.present(Instant(now)).ticks() - seconds(now) * rate) < 0.1);
}

TEST_CASE("clock: a machine that slept is at the present again at once") {
  FollowedClock clock(rate);
  clock.sample(Instant(1s), moment(600), 20ms);
  clock.present(Instant(1s));
  // Its own clock slept too, and the next sample had the longer way.
  clock.sample(Instant(1s + frame), moment(600 + 3600), 40ms);
  CHECK(clock.present(Instant(1s + frame)).ticks() == Approx(4200 + 1.2));
}
