#!/usr/bin/env bash
# toml++: a program that switches exceptions off does not link with the library that Debian ships.
#
# Expected: TOML_EXCEPTIONS 0 is an option of toml++, and pkg-config names the library, so that a
#           program with both links, as one with exceptions does.
# Seen:     the header and the library keep the two kinds in namespaces of their own. The library
#           has the one with exceptions only: every name of the other is undefined.
# So:       such a program compiles the parser from the header: TOML_HEADER_ONLY 1, no pkg-config.
#
# libtomlplusplus-dev and libtomlplusplus3 3.3.0+ds-1, g++ 12.2.0 (Debian 12, amd64), 2026-11-30.
# Output then:
#   with exceptions: links
#   without: does not link, 1 undefined name of toml::v3::noex
#   without, from the header alone: links
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libtomlplusplus-dev=3.3.0+ds-1 libtomlplusplus3=3.3.0+ds-1 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
libraries=$(dirname "$(find files -name 'libtomlplusplus.so')")
flags=$(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags-only-other tomlplusplus)
cat > main.cpp << 'CPP'
#include <string_view>
#include <toml++/toml.h>

int main() {
  const auto parsed = toml::parse(std::string_view("answer = 42"));
#if TOML_EXCEPTIONS
  return parsed["answer"] == 42 ? 0 : 1;
#else
  return parsed && parsed.table()["answer"] == 42 ? 0 : 1;
#endif
}
CPP
links() {  # whether it does, and what is undefined
  if ! g++ -std=c++17 -c main.cpp -o main.o -isystem files/usr/include "$@" > log 2>&1; then
    cat log
    exit 3
  fi
  if g++ main.o -o program "-L$libraries" "-Wl,-rpath,$PWD/$libraries" -ltomlplusplus 2> log &&
    ./program; then
    echo links
  else
    echo "does not link, $(grep -c 'undefined reference to .toml::v3::noex::' log) undefined name" \
      "of toml::v3::noex"
  fi
}
# shellcheck disable=SC2086  # several flags
{
  with=$(links $flags)
  without=$(links $flags -DTOML_EXCEPTIONS=0)
}
header=$(links -DTOML_HEADER_ONLY=1 -DTOML_EXCEPTIONS=0)
echo "with exceptions: $with"
echo "without: $without"
echo "without, from the header alone: $header"
[[ $with == links && $without == "does not link, 1 undefined name of toml::v3::noex" &&
  $header == links ]] || { echo "the behaviour has changed"; exit 1; }
