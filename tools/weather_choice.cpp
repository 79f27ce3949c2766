#include "weather_choice.hpp"

namespace tutti::tool {

namespace {

std::string percent(Chance chance) {
  std::string text = std::to_string(chance.ppm / 10'000);
  if (const std::uint32_t rest = chance.ppm % 10'000; rest != 0) {
    const std::string digits = std::to_string(rest);
    text += "." + std::string(4 - digits.size(), '0') + digits;
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "%";
}

}  // namespace

void WeatherChoice::add_to(Command& command) {
  command.option("--delay", delay, "one way, on every path; a round trip takes twice that");
  command.option("--jitter", jitter, "added to the delay, from nothing to this, by chance");
  command.option("--loss", loss, "datagrams that never arrive");
  command.option("--duplicate", duplicate, "datagrams that arrive twice");
  command.option("--reorder", reorder, "datagrams held back, so that later ones pass them");
}

WeatherOptions WeatherChoice::options(std::uint64_t seed) const {
  return {.delay = delay,
          .jitter = jitter,
          .loss_ppm = loss.ppm,
          .duplicate_ppm = duplicate.ppm,
          .reorder_ppm = reorder.ppm,
          .seed = seed};
}

std::string WeatherChoice::text() const {
  std::string text;
  if (delay != Duration{}) text += " --delay " + to_text(delay);
  if (jitter != Duration{}) text += " --jitter " + to_text(jitter);
  if (loss.ppm != 0) text += " --loss " + percent(loss);
  if (duplicate.ppm != 0) text += " --duplicate " + percent(duplicate);
  if (reorder.ppm != 0) text += " --reorder " + percent(reorder);
  return text;
}

}  // namespace tutti::tool
