#!/usr/bin/env bash
# Cereal's JSON archive writes a long as a number and a long long as a string.
#
# Expected: where long and long long both have 64 bits, the same value gives the same JSON.
# Seen:     long 5 is 5, long long 5 is "5"; unsigned alike. std::int64_t is a long on Linux and a
#           long long on Windows and macOS, so the same program writes other JSON there, and a reader
#           that asks for a number (nlohmann's, here) refuses one of them.
# So:       JSON that is to be read elsewhere should not be written by this archive.
#
# libcereal-dev 1.3.2+dfsg-4, nlohmann-json3-dev 3.11.2-2 (Debian 12, amd64), 2026-11-29. Output then:
#   { "long": 5, "long_long": "5", "unsigned_long_long": "5" }     (one member a line)
#   long: read as 5
#   long_long: [json.exception.type_error.302] type must be number, but is string
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libcereal-dev=1.3.2+dfsg-4 nlohmann-json3-dev=3.11.2-2 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
cat > write.cpp << 'CPP'
#include <cereal/archives/json.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

int main() {
  static_assert(sizeof(long) == sizeof(long long));
  std::ostringstream out;
  {
    cereal::JSONOutputArchive archive(out, cereal::JSONOutputArchive::Options::NoIndent());
    archive(cereal::make_nvp("long", 5L), cereal::make_nvp("long_long", 5LL),
            cereal::make_nvp("unsigned_long_long", 5ULL));
  }
  std::cout << out.str() << "\n";
  const auto read = nlohmann::json::parse(out.str());
  bool is_refused = false;
  for (const char* name : {"long", "long_long"}) {
    try {
      const auto value = read.at(name).get<long long>();
      std::cout << name << ": read as " << value << "\n";
    } catch (const nlohmann::json::type_error& error) {
      std::cout << name << ": " << error.what() << "\n";
      is_refused = true;
    }
  }
  return is_refused && read["long"].is_number() ? 0 : 1;
}
CPP
g++ -std=c++17 write.cpp -I files/usr/include -o write
./write || { echo "the behaviour has changed"; exit 1; }
