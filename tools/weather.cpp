// tutti weather: bad weather on real sockets, between clients and a relay.

#include <cstdio>

#include "base/commands.hpp"
#include "base/interrupt.hpp"
#include "base/report.hpp"
#include "base/weather_choice.hpp"
#include "tutti/net/weather_proxy.hpp"

namespace tutti::tool {

namespace {

struct ProxyOptions {
  std::string listen = "127.0.0.1:4748";
  std::string to = "127.0.0.1:4747";
  WeatherChoice weather;
  std::uint64_t seed = 1;
  bool json = false;
};

Exit run(const ProxyOptions& options) {
  const auto listen = Address::parse(options.listen);
  if (!listen) return complain(listen.error());
  const auto to = Address::parse(options.to);
  if (!to) return complain(to.error());
  auto ways = options.weather.ways(options.seed);
  if (!ways) return complain(ways.error());
  ++ways->down.seed;
  auto proxy = WeatherProxy::open(*listen, *to, {.up = ways->up, .down = ways->down});
  if (!proxy) return complain(proxy.error());
  std::printf("weather on %s:%u, to %s\n", listen->host.c_str(), unsigned{(*proxy)->local_port()},
              options.to.c_str());
  std::fflush(stdout);
  catch_interrupts();
  while (!is_interrupted()) {
    (*proxy)->service(std::chrono::steady_clock::now());
    (*proxy)->wait(std::chrono::milliseconds(20));
  }
  const WeatherProxyStatistics found = (*proxy)->statistics();
  Report report;
  report.add("sent", found.up.sent + found.down.sent);
  report.add("lost", found.up.lost + found.down.lost);
  report.add("duplicated", found.up.duplicated + found.down.duplicated);
  report.add("reordered", found.up.reordered + found.down.reordered);
  report.add("bytes_up", found.bytes_up);
  report.add("bytes_down", found.bytes_down);
  report.add("refused", found.refused);
  report.print(options.json);
  return Exit::done;
}

}  // namespace

void add_weather(Command& tutti) {
  Command& command = tutti.subcommand("weather", "Put bad weather between clients and a relay");
  auto options = std::make_shared<ProxyOptions>();
  command.option("--listen", options->listen, "where clients connect; port 0 takes a free one");
  command.option("--to", options->to, "the relay, HOST:PORT");
  options->weather.add_to(command);
  command.option("--seed", options->seed, 0, INT64_MAX, "of the dice");
  command.flag("--json", options->json, "print the summary at the end as JSON");
  command.examples(
      "A UDP proxy with the same dice as `tutti match`. It runs until it is interrupted (Ctrl-C).\n"
      "Example: 80 ms round trip, some jitter, 5 % loss:\n"
      "  tutti weather --listen 127.0.0.1:4748 --to 127.0.0.1:4747 --delay 40ms --jitter 10ms "
      "--loss 5%\n"
      "A slow way up and a fast one down, and every 20 s or so nothing for 3 s:\n"
      "  tutti weather --delay 20ms --up delay=120ms,jitter=30ms --outage 3s --outage-every 20s");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
