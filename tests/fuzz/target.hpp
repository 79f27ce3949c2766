#pragma once
// Shared by the fuzz programs: a table of targets, one of which the command line chooses, and
// libFuzzer's two entry points. A program defines `fuzz_targets()` and includes this once.
//   PROGRAM --target=NAME FOLDER...      --target=NAME --seeds=FOLDER      --list

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>

#include "tutti/sim/bytes.hpp"

namespace tutti::test {

struct FuzzTarget {
  const char* name;
  void (*read)(BytesView);
  Bytes (*seed)(std::uint32_t number);  // the same for the same number
};

/// Every target of the program; the first one is the default.
std::span<const FuzzTarget> fuzz_targets();

inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

inline const FuzzTarget*& chosen_target() {
  static const FuzzTarget* chosen = fuzz_targets().data();
  return chosen;
}

inline void write_seeds(const std::string& folder) {
  constexpr std::uint32_t seeds = 200;
  for (std::uint32_t i = 0; i < seeds; ++i) {
    const Bytes bytes = chosen_target()->seed(i);
    std::ofstream(folder + "/seed-" + std::to_string(i), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
}

}  // namespace tutti::test

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  using namespace tutti::test;
  std::string seeds;
  for (int i = 1; i < *argc; ++i) {
    const std::string word = (*argv)[i];
    if (word == "--list") {
      for (const FuzzTarget& target : fuzz_targets())
        std::printf("%s\n", target.name);
      std::exit(0);
    }
    if (word.starts_with("--seeds=")) seeds = word.substr(8);
    for (const FuzzTarget& target : fuzz_targets()) {
      if (word == std::string("--target=") + target.name) chosen_target() = &target;
    }
  }
  if (!seeds.empty()) {
    write_seeds(seeds);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tutti::test::chosen_target()->read(std::as_bytes(std::span(data, size)));
  return 0;
}
