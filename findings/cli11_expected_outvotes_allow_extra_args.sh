#!/usr/bin/env bash
# CLI11: allow_extra_args(false) has no effect on an option that has an expected() range.
#
# Expected: the option --folder takes one value each time it is given, as allow_extra_args(false)
#           says, so that in "--folder a FILE" the positional argument is FILE.
# Seen:     with expected(1, 64) beside it, in whichever order the two are called, --folder takes
#           FILE as well, and there is no positional argument. Without expected() it takes one.
# So:       let a repeatable option have no range, and count its values afterwards.
#
# libcli11-dev 2.1.2+ds-1 (Debian 12, amd64), 2026-11-30. Output then:
#   no range: folders a, file FILE
#   range, then no extras: folders a FILE, file -
#   no extras, then range: folders a FILE, file -
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libcli11-dev=2.1.2+ds-1 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
cat > main.cpp << 'CPP'
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

std::string parsed(const char* title, const std::function<void(CLI::Option*)>& tell) {
  CLI::App app;
  std::vector<std::string> folders;
  std::string file = "-";
  tell(app.add_option("--folder", folders));
  app.add_option("file", file);
  app.parse("--folder a FILE");
  std::string text = std::string(title) + ": folders";
  for (const std::string& folder : folders)
    text += " " + folder;
  text += ", file " + file;
  std::cout << text << "\n";
  return file;
}

int main() {
  const std::string plain = parsed("no range", [](auto* o) { o->allow_extra_args(false); });
  const std::string first =
      parsed("range, then no extras", [](auto* o) { o->expected(1, 64)->allow_extra_args(false); });
  const std::string second =
      parsed("no extras, then range", [](auto* o) { o->allow_extra_args(false)->expected(1, 64); });
  return plain == "FILE" && first == "-" && second == "-" ? 0 : 1;
}
CPP
g++ -std=c++20 -isystem files/usr/include main.cpp -o main
./main || { echo "the behaviour has changed"; exit 1; }
