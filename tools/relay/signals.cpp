#include "relay/signals.hpp"

#include <atomic>
#include <csignal>

namespace tutti::tool {

namespace {

// Signals may come in any thread, while another one reads.
std::atomic<int> times_interrupted{0};
std::atomic<int> times_terminated{0};
std::atomic<int> times_hung_up{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void count_signal(int signal) {
  if (signal == SIGINT && ++times_interrupted == 1) std::signal(signal, SIG_DFL);
  if (signal == SIGTERM && ++times_terminated == 2) std::signal(signal, SIG_DFL);
  if (signal == SIGHUP) ++times_hung_up;
}

}  // namespace

void catch_signals(SignalChoice choice) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, count_signal);
  std::signal(SIGTERM, count_signal);
  if (choice.reloads) std::signal(SIGHUP, count_signal);
}

int interrupts() { return times_interrupted; }
int terminations() { return times_terminated; }
int hangups() { return times_hung_up; }

}  // namespace tutti::tool
