// tutti weather: bad weather on real sockets, between clients and a relay.

#include "base/commands.hpp"
#include "base/interrupt.hpp"
#include "base/print.hpp"
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
  auto ways = options.weather.ways();
  if (!ways) return complain(ways.error());
  auto proxy =
      WeatherProxy::open(*listen, *to, {.up = ways->up, .down = ways->down, .seed = options.seed});
  if (!proxy) return complain(proxy.error());
  say("weather on {}:{}, to {}", listen->host, (*proxy)->local_port(), options.to);
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
  command.option("--listen", options->listen,
                 "the address and UDP port for clients; port 0 takes a free one");
  command.option("--to", options->to, "the relay's HOST:PORT");
  options->weather.add_to(command);
  command.option("--seed", options->seed, 0, INT64_MAX, "the seed of the weather");
  command.json(options->json, "print the summary at the end as JSON");
  command.examples(R"(
The weather is a UDP proxy that delays, drops and repeats datagrams as tutti match does. It runs
until you press Ctrl-C.
Examples: 80 ms round trip, some jitter and 5 % loss; a slow way up, and 3 s of silence every 20 s:
  tutti weather --listen 127.0.0.1:4748 --to 127.0.0.1:4747 --delay 40ms --jitter 10ms --loss 5%
  tutti weather --delay 20ms --up delay=120ms,jitter=30ms --outage 3s --outage-every 20s)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
