#include "relay/shards.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/print.hpp"
#include "relay/signals.hpp"
#include "tutti/net/address.hpp"

namespace tutti::tool {

namespace {

/// A shard that dies again and again takes this long each time.
constexpr std::chrono::seconds pause_before_restart{1};
constexpr std::chrono::milliseconds look_interval{50};

/// One end of a pipe, or none.
class PipeEnd {
 public:
  PipeEnd() = default;
  explicit PipeEnd(int descriptor) : descriptor_(descriptor) {}
  PipeEnd(PipeEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PipeEnd& operator=(PipeEnd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~PipeEnd() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// Whether a byte came, and not the end of the other side.
  bool wait() const {
    char byte = 0;
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, &byte, 1);
    } while (count < 0 && errno == EINTR);
    return count == 1;
  }
  bool say() const { return ::write(descriptor_, "", 1) == 1; }

 private:
  int descriptor_ = -1;
};

struct Pipe {
  PipeEnd in, out;
};

std::optional<Pipe> open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return std::nullopt;
  return Pipe{PipeEnd(ends[0]), PipeEnd(ends[1])};
}

/// A shard's process, as its parent sees it.
struct ShardProcess {
  ::pid_t id = 0;
  PipeEnd is_open{};  // says a byte when it has opened everything
  PipeEnd may_run{};  // takes one when it may serve
};

class ShardGroup {
 public:
  ShardGroup(std::uint16_t count, const ServeShard& serve) : serve_(&serve), shards_(count) {}

  Exit run(const std::function<void()>& say_ready) {
    // One after the other: what is wrong with all of them is said once.
    for (std::uint16_t index = 0; index < shards_.size(); ++index) {
      if (!start(index) || !shards_[index].is_open.wait()) return give_up();
    }
    say_ready();
    for (const ShardProcess& shard : shards_)
      shard.may_run.say();
    while (count_running() > 0) {
      std::this_thread::sleep_for(look_interval);
      hand_on();
      take_ended();
    }
    return result_;
  }

 private:
  bool start(std::uint16_t index) {
    auto up = open_pipe();
    auto down = open_pipe();
    const ::pid_t parent = ::getpid();
    const ::pid_t id = up && down ? ::fork() : -1;
    if (id < 0) {
      warn("the process of shard {} cannot be started: {}", index, std::strerror(errno));
      return false;
    }
    if (id > 0) {
      shards_[index] = {id, std::move(up->in), std::move(down->out)};
      return true;
    }
    // The others' pipes are their parent's, whose end they have to notice.
    shards_.clear();
    up->in = {};
    down->out = {};
    // A terminal's Ctrl-C is for the parent, which hands it on; with its parent, the shard ends.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(static_cast<int>(Exit::bad));
    const Exit exit = (*serve_)(index, [&] { return up->out.say() && down->in.wait(); });
    std::fflush(nullptr);
    ::_exit(static_cast<int>(exit));
  }

  /// One has said what is wrong; nothing was served.
  Exit give_up() {
    for (ShardProcess& shard : shards_)
      shard.may_run = {};
    Exit found = Exit::bad;
    for (ShardProcess& shard : shards_) {
      int status = 0;
      if (shard.id == 0 || ::waitpid(shard.id, &status, 0) != shard.id) continue;
      const bool is_failed = WIFEXITED(status) && WEXITSTATUS(status) != 0;
      if (is_failed && found == Exit::bad) found = static_cast<Exit>(WEXITSTATUS(status));
    }
    return found;
  }

  std::size_t count_running() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(shards_, [](const ShardProcess& shard) { return shard.id != 0; }));
  }

  void send_to_all(int signal) const {
    for (const ShardProcess& shard : shards_) {
      if (shard.id != 0) ::kill(shard.id, signal);
    }
  }

  /// Every signal since the last look.
  void hand_on() {
    const auto hand_on_one = [this](int signal, int count, int& seen) {
      for (; seen < count; ++seen)
        send_to_all(signal);
    };
    hand_on_one(SIGINT, interrupts(), interrupts_seen_);
    hand_on_one(SIGTERM, terminations(), terminations_seen_);
    hand_on_one(SIGHUP, hangups(), hangups_seen_);
  }

  bool is_ending() const {
    return interrupts_seen_ > 0 || terminations_seen_ > 0 || result_ != Exit::done;
  }

  void take_ended() {
    for (std::uint16_t index = 0; index < shards_.size(); ++index) {
      ShardProcess& shard = shards_[index];
      int status = 0;
      if (shard.id == 0 || ::waitpid(shard.id, &status, WNOHANG) != shard.id) continue;
      shard = {};
      const bool is_dead = WIFSIGNALED(status);
      if (is_dead && !is_ending()) {
        warn("shard {} died of signal {} and is started again", index, WTERMSIG(status));
        start_again(index);
        continue;
      }
      const Exit exit = is_dead ? Exit::bad : static_cast<Exit>(WEXITSTATUS(status));
      if (exit == Exit::done && is_ending()) continue;
      // One that cannot go on by itself takes the others with it: whoever started them starts anew.
      if (!is_ending()) send_to_all(SIGTERM);
      if (result_ == Exit::done) result_ = exit == Exit::done ? Exit::bad : exit;
    }
  }

  void start_again(std::uint16_t index) {
    std::this_thread::sleep_for(pause_before_restart);
    // One that cannot open has said why, and ends; it is taken like any other.
    if (start(index) && shards_[index].is_open.wait()) shards_[index].may_run.say();
  }

  const ServeShard* serve_;
  std::vector<ShardProcess> shards_;
  Exit result_ = Exit::done;
  int interrupts_seen_ = 0;
  int terminations_seen_ = 0;
  int hangups_seen_ = 0;
};

/// `address:port`, with a port so far behind.
void move_port(std::string& text, std::uint16_t by) {
  const Result<Address> address = Address::parse(text);
  if (!address) return;  // whoever opens it says so
  text = Address{address->host, static_cast<std::uint16_t>(address->port + by)}.text();
}

}  // namespace

Settings settings_of_shard(Settings settings, std::uint16_t index, std::uint16_t count) {
  if (count == 1) return settings;
  const Result<Address> listen = Address::parse(settings.service.listen);
  settings.service.server.shard = {
      .count = count, .index = index, .first_port = listen ? listen->port : std::uint16_t{0}};
  move_port(settings.service.listen, index);
  if (settings.status != "off" && !settings.status.empty()) move_port(settings.status, index);
  return settings;
}

Exit run_shards(std::uint16_t count, const ServeShard& serve,
                const std::function<void()>& say_ready) {
  return ShardGroup(count, serve).run(say_ready);
}

}  // namespace tutti::tool
