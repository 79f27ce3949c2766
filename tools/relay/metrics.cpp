// Numbers as Prometheus reads them. prometheus-cpp is included here and nowhere else: it knows the
// text format, and its names for things.

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "relay/look.hpp"

namespace tutti::tool {

namespace {

using Families = std::vector<prometheus::MetricFamily>;

prometheus::MetricFamily family(std::string name, std::string help, prometheus::MetricType type,
                                double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = metric.gauge.value = value;
  return {std::move(name), std::move(help), type, {metric}};
}

prometheus::MetricFamily family(const RelayNumber& number, const RelayLook& look) {
  const bool is_counter = number.kind == RelayNumber::Kind::counter;
  return family(std::string("tutti_relay_") + number.name + (is_counter ? "_total" : ""),
                number.help,
                is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
                static_cast<double>(number.of(look)));
}

template <std::int64_t... bounds_us>
prometheus::MetricFamily family(std::string name, std::string help,
                                const TimeHistogram<bounds_us...>& times) {
  prometheus::ClientMetric metric;
  metric.histogram.sample_count = times.count;
  metric.histogram.sample_sum = times.sum;
  for (std::size_t i = 0; i < times.bounds.size(); ++i)
    metric.histogram.bucket.push_back({times.within[i], times.bounds[i]});
  return {std::move(name), std::move(help), prometheus::MetricType::Histogram, {metric}};
}

prometheus::MetricFamily build_info() {
  prometheus::MetricFamily info = family("tutti_relay_build_info", "1, with the version as label",
                                         prometheus::MetricType::Gauge, 1);
  info.metric.front().label.push_back({"version", TUTTI_VERSION});
  return info;
}

/// The names that Prometheus's own libraries give to a process's numbers.
void add_process(Families& families) {
  using prometheus::MetricType;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    families.push_back(family("process_cpu_seconds_total", "Processor time", MetricType::Counter,
                              seconds(usage.ru_utime) + seconds(usage.ru_stime)));
  }
  std::uint64_t pages = 0, resident = 0;
  if (std::ifstream("/proc/self/statm") >> pages >> resident) {
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    families.push_back(family("process_resident_memory_bytes", "Memory in use", MetricType::Gauge,
                              static_cast<double>(resident) * page));
  }
  std::error_code error;
  std::size_t open = 0;
  std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  for (; !error && descriptors != std::filesystem::directory_iterator();
       descriptors.increment(error))
    ++open;
  if (!error) {
    families.push_back(family("process_open_fds", "Open file descriptors", MetricType::Gauge,
                              static_cast<double>(open)));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(family("process_max_fds", "File descriptors that the system allows",
                              MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
  }
}

}  // namespace

std::string metrics_of(const RelayLook& look) {
  Families families{build_info()};
  families.push_back(family("tutti_relay_up_seconds", "Time since the start",
                            prometheus::MetricType::Gauge,
                            std::chrono::duration<double>(look.up).count()));
  for (const RelayNumber& number : relay_numbers())
    families.push_back(family(number, look));
  families.push_back(family("tutti_relay_pass_seconds",
                            "How long one turn of the relay's loop takes, without waiting",
                            look.passes));
  if (look.fleet) {
    families.push_back(family("tutti_relay_fleet_stored_seconds",
                              "How long it takes until what was read from the journal is stored",
                              look.fleet->lags));
  }
  add_process(families);
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace tutti::tool
