// Whatever keeps tutti relay from starting is one sentence on standard error and an exit status,
// before anything is served: keys, files, folders and disks of every kind of wrong.

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>

#include "tools/relay_process.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string process_id = std::to_string(::getpid());
/// One that the tests beside this one do not have.
const std::string port = std::to_string(24'000 + ::getpid() % 8'000);

/// From now on this process and those that it starts are told by the system that no file could be
/// made durable.
void fail_syncs() {
  std::array<sock_filter, 5> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    ::_exit(126);
  }
}

/// A folder with the key of a relay that was there before.
std::string used_folder(const std::string& name) {
  const std::string folder = scratch(name);
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::ofstream(folder + "/relay.key") << std::string(64, 'a') << "\n";
  return folder;
}

std::string contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A relay that should not start: its exit status, and what it says.
Ran ran_in(const std::string& folder, const std::vector<std::string>& more = {},
           const std::string& shell = "", std::vector<std::string> before = {},
           const std::function<void()>& in_child = {}) {
  const std::string out = scratch("relay-start.out." + process_id),
                    err = scratch("relay-start.err." + process_id);
  fs::remove(err);
  std::vector<std::string> words{"relay",  "--listen", "127.0.0.1:" + port, "--status", "off",
                                 "--logs", folder};
  words.insert(words.end(), more.begin(), more.end());
  for (const std::string& word : {std::string("sh"), std::string("-c"),
                                  shell + " exec timeout 20 \"$0\" \"$@\" 2>'" + err + "'"})
    before.push_back(word);
  Process process(out, words, std::move(before), in_child);
  Ran ran;
  ran.status = process.wait();
  ran.out = contents(out);
  ran.err = contents(err);
  return ran;
}

void check_is_refused(const Ran& ran, const std::string& sentence, int status = 3) {
  CAPTURE(ran.err);
  CHECK(ran.status == status);
  CHECK(ran.out.empty());
  CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  CHECK(ran.err.starts_with("tutti: "));
  CHECK_THAT(ran.err, contains(sentence));
}

/// A disk of that kind, which only the processes that start with this in their shell see.
std::string disk_at(const std::string& folder, const std::string& options,
                    const std::string& then) {
  return "mount -t tmpfs -o " + options + " none '" + folder + "' && cp '" + folder + ".keys'/* '" +
         folder + "' && " + then + " && ";
}

bool has_namespaces() {
  const bool has = std::system("unshare -Urm true 2>/dev/null") == 0;
  if (!has) WARN("left out: this system lets nobody mount a tmpfs in a namespace");
  return has;
}

}  // namespace

TEST_CASE("relay start: a key, journal or list of tokens that is none is a sentence") {
  const std::string folder = used_folder("start-files");
  std::ofstream(folder + "/relay.key", std::ios::trunc) << "\n";
  check_is_refused(ran_in(folder), "relay.key is no key");
  used_folder("start-files");
  fs::create_directories(folder + "/relay-" + port + ".journal");
  check_is_refused(ran_in(folder), ".journal: it is not an ordinary file");
  fs::remove(folder + "/relay-" + port + ".journal");
  const std::vector<std::string> asking{"--admission-key", std::string(64, 'b')};
  std::ofstream(folder + "/relay-" + port + ".tokens") << "no list of tokens";
  check_is_refused(ran_in(folder, asking), ".tokens: this is not a Tutti file");
}

TEST_CASE("relay start: a journal that is damaged keeps no relay from starting, and is told") {
  const std::string folder = used_folder("start-damaged");
  const std::string journal = folder + "/relay-" + port + ".journal";
  std::ofstream(journal) << "no journal at all";
  RelayProcess relay("start-damaged-relay", {.logs = folder, .port = port});
  CHECK(relay.logs_within(5s, "trouble"));
  CHECK_THAT(relay.log(), contains("was damaged") && contains(".damaged"));
  CHECK(contents(journal + ".damaged") == "no journal at all");
}

TEST_CASE("relay start: an operator's key that is none is a sentence") {
  const std::string folder = used_folder("start-operator");
  std::ofstream(folder + "/text") << "no key\n";
  check_is_refused(ran_in(folder, {"--admission-key", folder + "/nowhere"}), "/nowhere");
  check_is_refused(ran_in(folder, {"--admission-key", folder}), folder);
  check_is_refused(ran_in(folder, {"--admission-key", folder + "/text"}), "holds no public key", 2);
  check_is_refused(ran_in(folder, {"--admission-key", std::string(63, 'b')}), "bbb");
}

TEST_CASE("relay start: a secret key is no operator's key, whatever its file is called") {
  const std::string folder = used_folder("start-secret");
  REQUIRE(run_tutti("token operator " + folder + "/operator.key").status == 0);
  for (const char* name : {"/relay.key", "/operator.key"})
    check_is_refused(ran_in(folder, {"--admission-key", folder + name}), "holds a secret key", 2);
  fs::rename(folder + "/operator.key", folder + "/operator");
  check_is_refused(ran_in(folder, {"--admission-key", folder + "/operator"}), "secret key", 2);
  const Ran shards = ran_in(folder, {"--shards", "2", "--admission-key", folder + "/operator"});
  CAPTURE(shards.err);
  CHECK(shards.status != 0);
  CHECK(shards.out.empty());
  CHECK_THAT(shards.err, contains("holds a secret key"));
  CHECK_FALSE(fs::exists(folder + "/relay.pub"));  // nothing was begun
}

TEST_CASE("relay start: a folder into which nothing can be written is a sentence") {
  if (!has_namespaces()) return;
  const std::vector<std::string> apart{"unshare", "-Urm"};
  const std::string folder = used_folder("start-read-only");
  const std::string keys = folder + ".keys";
  fs::remove_all(keys);
  fs::rename(folder, keys);
  fs::create_directories(folder);
  const std::string again = "mount -o remount,ro '" + folder + "'";
  // The key cannot be made, its public half cannot, the journal cannot.
  check_is_refused(
      ran_in(folder, {}, disk_at(folder, "size=1m", "rm '" + folder + "'/* && " + again), apart),
      "cannot write the key");
  check_is_refused(ran_in(folder, {}, disk_at(folder, "size=1m", again), apart), "relay.pub");
  std::ofstream(keys + "/relay.pub") << std::string(64, 'c') << "\n";
  check_is_refused(ran_in(folder, {}, disk_at(folder, "size=1m", again), apart), ".journal");
  // And on a disk without room for another file, or for another byte.
  check_is_refused(ran_in(folder, {}, disk_at(folder, "size=1m,nr_inodes=3", "true"), apart),
                   ".journal");
  const std::string fill = "dd if=/dev/zero of='" + folder + "/full' bs=4k 2>/dev/null; true";
  check_is_refused(ran_in(folder, {}, disk_at(folder, "size=16k", fill), apart), ".journal");
}

TEST_CASE("relay start: a disk that makes nothing durable is a sentence") {
  const std::string folder = used_folder("start-no-sync");
  check_is_refused(ran_in(folder, {}, "", {}, fail_syncs), "relay.pub");
  fs::remove(folder + "/relay.key");
  check_is_refused(ran_in(folder, {}, "", {}, fail_syncs), "cannot write the key");
  CHECK(fs::is_empty(folder));
  used_folder("start-no-sync");
  std::ofstream(folder + "/relay.pub") << std::string(64, 'c') << "\n";
  check_is_refused(ran_in(folder, {}, "", {}, fail_syncs), "cannot sync");
  const Ran asking = ran_in(folder, {"--admission-key", std::string(64, 'b')}, "", {}, fail_syncs);
  check_is_refused(asking, "cannot sync");
}
