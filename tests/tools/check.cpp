#include <filesystem>
#include <fstream>

#include "tools/program.hpp"

using namespace tutti::test;

namespace {

constexpr const char* at_start = "\"tick\": 0";

struct PlantedFault {
  const char* fault;
  const char* most_likely;  ///< the check that tells most, and a word of its cause
  const char* cause;
  const char* field = "score";
  const char* tick = "\"tick\": 4";  ///< 40 to 49
};

/// The part of a report that belongs to one check.
std::string part(const std::string& json, const std::string& check) {
  const std::size_t begin = json.find("\"check\": \"" + check + "\"");
  if (begin == std::string::npos) return "";
  return json.substr(begin, json.find("\"check\":", begin + 1) - begin);
}

std::vector<PlantedFault> planted_faults() {
  std::vector<PlantedFault> faults{
      {"unsaved_field", "digest covers the state", "TUTTI_FIELDS does not name"},
      {"clock", "same again, a second later", "steady_clock"},
      {"static_counter", "a second match beside it", "a static or global variable"},
      {"local_struct", "garbage in locals", "local struct"},
      {"nan", "numbers", "0/0", "share"},
      {"start_address", "same again, a second later", "an address in a state", "hidden", at_start},
      {"warm", "a warm process", "JIT"},
      {"most_players", "everybody acts: rehearsal", "a static or global", "score", "\"tick\": "},
      {"burst", "everybody acts: rehearsal", "a static or global", "score", "\"tick\": "},
      {"shift", "undefined behaviour", "another compiler, option or processor"}};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // What is found by a library that is loaded first: there a sanitizer wants to be that itself. The
  // flag, of no value that a bool can have, ends its process there.
  faults.push_back({"hash_order", "other hash tables", "std::unordered_map", "units[1].key"});
  faults.push_back({"local_hash", "other hash tables", "std::unordered_map"});
  faults.push_back({"start_clock", "another date", "start() takes something", "hidden", at_start});
  faults.push_back({"returned_struct", "garbage in locals", "local struct"});
  for (const char* fault : {"local_flag", "local_compared"})
    faults.push_back({fault, "garbage in locals", "local struct", "score", "\"tick\": "});
#endif
#ifndef __SANITIZE_ADDRESS__  // which fills and orders the heap itself
  faults.push_back({"uninitialised_field", "other bytes in unused memory", "uninitialised member",
                    "hidden", at_start});
  faults.push_back({"uninitialised_local", "other bytes in unused memory", "local variable"});
#ifdef __x86_64__  // where registers are filled, too
  faults.push_back({"uninitialised_register", "other bytes in unused memory", "local variable"});
#endif
  faults.push_back({"pointer_order", "other order of heap addresses", "std::set<T*>"});
#endif
  return faults;
}

}  // namespace

TEST_CASE("check names the cause of each planted fault, its tick and its field") {
  const PlantedFault planted = GENERATE(from_range(planted_faults()));
  CAPTURE(planted.fault);
  const Ran ran = run_tutti("check --json --ticks 200 " + (planted.fault + faulty_games));
  CHECK(ran.status == 1);
  const std::size_t line = ran.out.find("\"most_likely\"");
  REQUIRE(line != std::string::npos);
  const std::string likely = ran.out.substr(line, ran.out.find('\n', line) - line);
  CHECK_THAT(likely, contains(planted.most_likely) && contains(planted.cause));
  CHECK_THAT(part(ran.out, planted.most_likely),
             contains("\"outcome\": \"wrong\"") && contains(planted.tick) &&
                 contains("\"field\": \"" + std::string(planted.field)));
}

TEST_CASE("a hash table in a state is found by its snapshots, too") {
  const Ran ran = run_tutti("check --json --ticks 200 hash_order" + faulty_games);
  CHECK_THAT(part(ran.out, "snapshots"), contains("\"outcome\": \"wrong\"") &&
                                             contains("\"tick\": 4") &&
                                             contains("\"field\": \"units[0].key\""));
  CHECK_THAT(part(ran.out, "what it calls"), contains("unordered containers"));
}

TEST_CASE("check fails where it could not look for something without a second build") {
  const std::filesystem::path module = TUTTI_TEST_GAMES "/faulty/local_struct@1.so";
  const std::filesystem::path alone = scratch("alone");
  std::filesystem::create_directories(alone);
  std::filesystem::copy_file(module, alone / module.filename(),
                             std::filesystem::copy_options::overwrite_existing);
  const std::string line = "check --ticks 200 " + (alone / module.filename()).string();
  const Ran ran = run_tutti(line);
  CAPTURE(ran.out);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("FAILED, since not everything was looked for: garbage in locals") &&
                          contains("tutti_garbage_twin") && !contains("checks passed"));
  CHECK_THAT(run_tutti(line + " --json").out,
             contains("\"checks_left_out\": \"garbage in locals\""));
  const Ran waived = run_tutti(line + " --alone");
  CHECK(waived.status == 0);
  CHECK_THAT(waived.out, contains("not everything was looked for: garbage in locals") &&
                             !contains("checks passed"));
}

TEST_CASE("a module that CMake builds has a build with garbage in locals beside it") {
  const Ran ran = run_tutti("check --json --ticks 60 arena");
  CHECK(ran.status == 0);
  CHECK_THAT(part(ran.out, "garbage in locals"), contains("the same 61 states and effects"));
}

TEST_CASE("check names a function of libm, and its tick where this processor shows it") {
  const Ran ran = run_tutti("check --json --ticks 200 libm" + faulty_games);
  CHECK_THAT(part(ran.out, "what it calls"), contains("libm") && contains("sin"));
  std::ostringstream processor;
  processor << std::ifstream("/proc/cpuinfo").rdbuf();
  if (processor.str().find(" fma ") == std::string::npos) return;
  CHECK(ran.status == 1);
  CHECK_THAT(part(ran.out, "older processor"), contains("\"tick\": 40") &&
                                                   contains("\"field\": \"score\"") &&
                                                   contains("tutti::Fixed"));
}

TEST_CASE("check says NaN in which field and at which tick, and so does rehearse") {
  const Ran ran = run_tutti("check --json --ticks 200 nan" + faulty_games);
  CHECK_THAT(part(ran.out, "numbers"), contains("NaN in field share at tick 40"));
  const Ran rehearsed = run_tutti("rehearse --ticks 200 --game nan" + faulty_games);
  CHECK(rehearsed.status == 1);
  CHECK_THAT(rehearsed.out, contains("NaN in field share at tick 40"));
}

TEST_CASE("check looks into the libraries that a game needs, and those that it opens") {
  const Ran needs = run_tutti("check --json --ticks 200 needs_libm" + faulty_games);
  CHECK_THAT(part(needs.out, "what it calls"), contains("libphysics.so, which it needs, calls") &&
                                                   contains("exp") && contains("pow") &&
                                                   contains("sincos"));
  const Ran opens = run_tutti("check --json --ticks 200 opens_libm" + faulty_games);
  CHECK_THAT(
      part(opens.out, "what it calls"),
      contains("libphysics.so, which it opens while it is played, calls") && contains("sincos"));
}

TEST_CASE("check names a library that alters the floating-point environment when it is loaded") {
  const Ran ran = run_tutti("check --alone --json --ticks 200 fast_math" + faulty_games);
  CHECK(ran.status == 0);
  CHECK_THAT(part(ran.out, "what loading does"), contains("fast_math@1.so") &&
                                                     contains("flushes small numbers to zero") &&
                                                     contains("-ffast-math"));
}

TEST_CASE("check folds under every floating-point environment") {
  const Ran ran = run_tutti("check --json --ticks 100 pendulum" + good_games);
  for (const char* check : {"floats flushed to zero", "floats rounded upwards",
                            "floats rounded downwards", "floats rounded towards zero"}) {
    CAPTURE(check);
    CHECK_THAT(part(ran.out, check), contains("the same 101 states and effects"));
  }
}

TEST_CASE("check lists the fields at a tick, and that alone is no fault") {
  const Ran start = run_tutti("check --fields-at 0 tally@1.9" + good_games);
  CHECK(start.status == 0);
  CHECK_THAT(start.out, contains("sums[0]: ") && !contains(", not"));
  CHECK(run_tutti("check --fields-at 90 tally@1.9" + good_games).status == 0);
  const Ran late = run_tutti("check --fields-at 90 --ticks 60 tally@1.9" + good_games);
  CHECK(late.status == 1);
  CHECK_THAT(late.out, contains("--ticks folds more"));
}

TEST_CASE("check says that a build to compare with is missing, and does not blame the game") {
  const Ran ran = run_tutti("check --ticks 100 tally@1.9 --against missing.so" + good_games);
  CHECK(ran.status == 3);
  CHECK_THAT(ran.err, contains("--against missing.so: there is no file missing.so"));
}

TEST_CASE("check survives a game that crashes, and says at which tick") {
  const Ran ran = run_tutti("check --json --ticks 200 crash" + faulty_games);
  CHECK(ran.status == 1);
  CHECK_THAT(part(ran.out, "rehearsal"), contains("SIGABRT") && contains("\"tick\": 40"));
}

TEST_CASE("check finds nothing in good games, in C or C++") {
  for (const char* game : {"tally", "pendulum"}) {
    CAPTURE(game);
    const Ran ran = run_tutti("check --alone --ticks 300 " + (game + good_games));
    CAPTURE(ran.out);
    CHECK_THAT(ran.out, contains("no difference was found"));
    CHECK(ran.status == 0);
  }
}

TEST_CASE("check plays fewer ticks of a game whose tick is slow, and so comes to an end",
          "[long]") {
  const Ran slow = run_tutti("check --json skirmish");
  CHECK(slow.status == 0);
  CHECK_THAT(part(slow.out, "garbage in locals"), contains("states and effects"));
  const std::string played = part(slow.out, "is played");
  CHECK_THAT(played, contains("in 600 ticks") || contains("in 180 ticks"));
  const Ran quick = run_tutti("check --json tally@1.9" + good_games);
  CHECK_THAT(part(quick.out, "is played"), contains("in 1800 ticks"));
}

TEST_CASE("check compares builds of the same rules, and names the first difference") {
  const std::string other = " --against " TUTTI_TEST_GAMES "/other/tally@1.9.so";
  const std::string game = TUTTI_TEST_GAMES "/good/tally@1.9.so";
  const Ran ran = run_tutti("check --json --ticks 100 " + game + other);
  CHECK(ran.status == 1);
  CHECK_THAT(part(ran.out, "build tally@1.9.so"),
             contains("\"outcome\": \"wrong\"") && contains("\"field\": \"sums[0]\""));
  CHECK(run_tutti("check --alone --ticks 100 " + game + " --against " + game).status == 0);
}

TEST_CASE("digests written on one machine are compared on another") {
  const std::string file = scratch("check.digests");
  CHECK(run_tutti("check tally@1.9 --digests " + file + good_games).status == 0);
  CHECK(run_tutti("check tally@1.9 --under heap-order --compare " + file + good_games).status == 0);
  const Ran other = run_tutti("check tally@1.9 --compare " + file + " --seed 2" + good_games);
  CHECK(other.status == 1);
  CHECK_THAT(other.out, contains("no digests of this game, seed and players"));
  const Ran rules =
      run_tutti("check tally@1.9 --compare " + file + " --games-dir " + TUTTI_TEST_GAMES "/other");
  CHECK(rules.status == 1);
  CHECK_THAT(rules.out, contains("the state is another one"));
  CHECK_THAT(rules.out, !contains(", not \n") && !contains("): \n"));
}

TEST_CASE("check plays with the game's own options, also where it starts processes") {
  const std::string game = TUTTI_TEST_GAMES "/good/tug@1.so";
  const Ran ran = run_tutti("check --fields-at 0 --lines --options 2a " + game);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("rope") && contains("42"));
  const std::string file = scratch("check-options.digests");
  CHECK(run_tutti("check --ticks 100 --options 2a --digests " + file + " " + game).status == 0);
  CHECK(run_tutti("check --ticks 100 --options 2a --compare " + file + " " + game).status == 0);
  CHECK(run_tutti("check --ticks 100 --compare " + file + " " + game).status == 1);
  CHECK(run_tutti("check --alone --ticks 100 --options 2a " + game).status == 0);
  CHECK(run_tutti("check --options 2 " + game).status == 2);
}
