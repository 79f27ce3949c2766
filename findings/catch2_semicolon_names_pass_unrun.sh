#!/usr/bin/env bash
# Catch2's catch_discover_tests: a test whose name has a semicolon never runs, and ctest says Passed.
#
# Expected: a test case that fails is shown as failed by ctest, whatever its name.
# Seen:     CMake cuts the name at the semicolon, so that ctest has two tests, of one half each;
#           the program finds no test case of either name, says "No test cases matched", exits with
#           0, and both pass. The failing assertion never runs.
# So:       give catch_discover_tests EXTRA_ARGS --warn NoTests, with which such a name fails, and
#           keep semicolons out of names.
#
# catch2 2.13.10-1, cmake 3.25.1-1 (Debian 12, amd64), 2026-11-30. Output then:
#   by itself: 1 test case failed
#   ctest: 2 tests, 0 failed
#   with --warn NoTests: 2 tests, 2 failed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q catch2=2.13.10-1 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
cat > main.cpp << 'CPP'
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

TEST_CASE("one thing; and another") { CHECK(1 == 2); }
CPP
cat > CMakeLists.txt << 'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(semicolon CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(Catch2 2.13 REQUIRED)
include(Catch)
enable_testing()
add_executable(tests main.cpp)
target_link_libraries(tests Catch2::Catch2)
catch_discover_tests(tests EXTRA_ARGS ${extra})
CMAKE
counted() {  # how many tests ctest has, and how many fail
  cmake -S . -B build -DCatch2_DIR="$work/files/usr/lib/cmake/Catch2" "-Dextra=$1" > log 2>&1 &&
    cmake --build build > log 2>&1 || { cat log; exit 3; }
  ctest --test-dir build > ctest.log 2>&1 || true
  sed -nE 's/.* ([0-9]+) tests failed out of ([0-9]+)/\2 tests, \1 failed/p' ctest.log
}
plain=$(counted "")
strict=$(counted "--warn;NoTests")
by_itself=$(./build/tests | grep -c "test cases: 1 | 1 failed" || true)
echo "by itself: $by_itself test case failed"
echo "ctest: $plain"
echo "with --warn NoTests: $strict"
[[ $by_itself == 1 && $plain == "2 tests, 0 failed" && $strict == "2 tests, 2 failed" ]] ||
  { echo "the behaviour has changed"; exit 1; }
