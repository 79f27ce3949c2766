#!/usr/bin/env bash
# Cereal's JSON archive writes NaN and Infinity, which are no JSON, and reads them back.
#
# Expected: an archive named JSON writes JSON (RFC 8259, section 6: neither value can be written),
#           or says that it cannot.
# Seen:     it writes the bare words NaN and Infinity without a word, and its own reader takes them,
#           so a test of writing and reading passes. Other readers refuse the whole file.
# So:       check values before they are written for others to read.
#
# libcereal-dev 1.3.2+dfsg-4, nlohmann-json3-dev 3.11.2-2 (Debian 12, amd64), 2026-11-29. Output then:
#   { "speed": NaN, "distance": Infinity }     (one member a line)
#   read back by cereal: nan inf
#   read by another: [json.exception.parse_error.101] parse error at line 2, column 10: syntax
#   error while parsing value - invalid literal; last read: '"speed": N'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libcereal-dev=1.3.2+dfsg-4 nlohmann-json3-dev=3.11.2-2 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
cat > write.cpp << 'CPP'
#include <cereal/archives/json.hpp>
#include <cmath>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

int main() {
  std::ostringstream out;
  {
    cereal::JSONOutputArchive archive(out, cereal::JSONOutputArchive::Options::NoIndent());
    archive(cereal::make_nvp("speed", std::numeric_limits<double>::quiet_NaN()),
            cereal::make_nvp("distance", std::numeric_limits<double>::infinity()));
  }
  std::cout << out.str() << "\n";
  double speed = 0, distance = 0;
  {
    std::istringstream in(out.str());
    cereal::JSONInputArchive archive(in);
    archive(cereal::make_nvp("speed", speed), cereal::make_nvp("distance", distance));
  }
  std::cout << "read back by cereal: " << speed << " " << distance << "\n";
  try {
    const auto read = nlohmann::json::parse(out.str());
    std::cout << "read by another: " << read << "\n";
  } catch (const nlohmann::json::parse_error& error) {
    std::cout << "read by another: " << error.what() << "\n";
    return std::isnan(speed) && std::isinf(distance) ? 0 : 1;
  }
  return 1;
}
CPP
g++ -std=c++17 write.cpp -I files/usr/include -o write
./write || { echo "the behaviour has changed"; exit 1; }
